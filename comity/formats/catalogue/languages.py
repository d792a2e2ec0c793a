"""Language codes of sources as BCP 47 tags.

Source: RFC 5646; ISO 639-1 and the three-letter codes of ISO 639-2 (T and B) that mean the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

UNKNOWN = "und"

# Two letters, then every three-letter code for the same language (ISO 639-2/T, /B, and the chief
# ISO 639-3 member where sources use it: cmn, arb, ...).
_ISO_639 = """
aa aar|ab abk|ae ave|af afr|ak aka|am amh|an arg|ar ara arb|as asm|av ava|ay aym|az aze azj|ba bak|be bel
bg bul|bi bis|bm bam|bn ben|bo bod tib|br bre|bs bos|ca cat|ce che|ch cha|co cos|cr cre|cs ces cze|cu chu
cv chv|cy cym wel|da dan|de deu ger|dv div|dz dzo|ee ewe|el ell gre|en eng|eo epo|es spa|et est ekk|eu eus baq
fa fas per pes|ff ful|fi fin|fj fij|fo fao|fr fra fre|fy fry|ga gle|gd gla|gl glg|gn grn|gu guj|gv glv|ha hau
he heb|hi hin|ho hmo|hr hrv|ht hat|hu hun|hy hye arm|hz her|ia ina|id ind|ie ile|ig ibo|ii iii|ik ipk|io ido
is isl ice|it ita|iu iku|ja jpn|jv jav|ka kat geo|kg kon|ki kik|kj kua|kk kaz|kl kal|km khm|kn kan|ko kor
kr kau|ks kas|ku kur|kv kom|kw cor|ky kir|la lat|lb ltz|lg lug|li lim|ln lin|lo lao|lt lit|lu lub
lv lav lvs
mg mlg plt|mh mah|mi mri mao|mk mkd mac|ml mal|mn mon khk|mr mar|ms msa may zsm|mt mlt|my mya bur|na nau
nb nob
nd nde|ne nep npi|ng ndo|nl nld dut|nn nno|no nor|nr nbl|nv nav|ny nya|oc oci|oj oji|om orm|or ori ory|os oss
pa pan|pi pli|pl pol|ps pus|pt por|qu que|rm roh|rn run|ro ron rum mol|ru rus|rw kin|sa san|sc srd|sd snd
se sme|sg sag|sh hbs scr|si sin|sk slk slo|sl slv|sm smo|sn sna|so som|sq sqi alb als|sr srp scc|ss ssw|st sot
su sun|sv swe|sw swa swh|ta tam|te tel|tg tgk|th tha|ti tir|tk tuk|tl tgl|tn tsn|to ton|tr tur|ts tso|tt tat
tw twi|ty tah|ug uig|uk ukr|ur urd|uz uzb uzn|ve ven|vi vie|vo vol|wa wln|wo wol|xh xho|yi yid ydd|yo yor
za zha|zh zho chi cmn|zu zul
"""
# Languages without a two-letter code that national bodies publish in.
_THREE_LETTERS = frozenset(
    {
        *(
            "ast",
            "bho",
            "ceb",
            "chr",
            "crh",
            "dsb",
            "fil",
            "fur",
            "gsw",
            "haw",
            "hsb",
            "kok",
            "lad",
            "lah",
            "mai",
        ),
        *("mni", "nds", "new", "sat", "scn", "sco", "shi", "smn", "sms", "szl", "tet", "tpi", "tzm", "udm"),
        *("war", "yue", "zgh"),
    }
)
_CODES = {
    code: group.split()[0]
    for group in _ISO_639.replace("\n", "|").split("|")
    if group.strip()
    for code in group.split()
}
_NAMES = {
    "arabic": "ar", "arabe": "ar", "árabe": "ar", "арабский": "ar", "阿拉伯文": "ar", "العربية": "ar",
    "english": "en", "anglais": "en", "inglés": "en", "ingles": "en", "английский": "en", "英文": "en",
    "英语": "en", "الإنجليزية": "en", "الانجليزية": "en",
    "spanish": "es", "espagnol": "es", "español": "es", "espanol": "es", "испанский": "es", "西班牙文": "es",
    "الإسبانية": "es",
    "french": "fr", "français": "fr", "francais": "fr", "francés": "fr", "французский": "fr", "法文": "fr",
    "الفرنسية": "fr",
    "russian": "ru", "russe": "ru", "ruso": "ru", "русский": "ru", "俄文": "ru",
    "الروسية": "ru",
    "chinese": "zh", "chinois": "zh", "chino": "zh", "китайский": "zh", "中文": "zh", "汉语": "zh",
    "الصينية": "zh",
    "german": "de", "deutsch": "de", "japanese": "ja", "日本語": "ja", "日文": "ja",
    "korean": "ko", "한국어": "ko",
    "portuguese": "pt", "português": "pt", "italian": "it", "italiano": "it",
}  # fmt: skip
# "Lant" stands in every English title of the Japanese catalogue.
_SCRIPT_TYPOS = {"Lant": "Latn", "Latin": "Latn", "Cyr": "Cyrl", "Jpn": "Jpan"}
# Only where one language is commonly written in two scripts does the tag name the script, and then only
# the one that is not meant by default (RFC 5646, 4.1: tag content wisely).
_DEFAULT_SCRIPT = {
    "zh": "Hans", "sr": "Cyrl", "uz": "Latn", "az": "Latn", "kk": "Cyrl", "mn": "Cyrl", "bs": "Latn",
    "pa": "Guru",
}  # fmt: skip
_SCRIPT = re.compile(r"[A-Za-z]{3,5}")
_REGION = re.compile(r"[A-Za-z]{2}|\d{3}", re.ASCII)


@lru_cache(maxsize=4096)
def tag(code: str, script: str = "") -> str:
    """Return the BCP 47 tag for a source's language code or name, "und" where it means nothing known.

    `rus` gives "ru", `en_US` "en-US", `zh` with script Hant "zh-Hant", `ja` with Jpan "ja".
    """
    parts = re.split(r"[-_]", code.strip()[:40])
    language = _language(parts[0]) or _NAMES.get(code.strip()[:40].casefold(), "")
    if not language:
        return UNKNOWN
    region = ""
    for part in parts[1:]:
        if _REGION.fullmatch(part):
            region = region or part.upper()
        elif _SCRIPT.fullmatch(part):
            script = script or part
    return "-".join(part for part in (language, _needed(language, script), region) if part)


def _language(code: str) -> str:
    code = code.lower()
    return _CODES.get(code) or (code if code in _THREE_LETTERS else "")


def _needed(language: str, script: str) -> str:
    default = _DEFAULT_SCRIPT.get(language)
    script = script.strip().title()
    script = _SCRIPT_TYPOS.get(script, script)
    if default is None or script == default or len(script) != 4 or not script.isascii() or not script.isalpha():
        return ""
    return script
