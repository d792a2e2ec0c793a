"""Which fields a table can fill, and a proposal which column fills which, in six languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from comity.formats.catalogue.languages import UNKNOWN, tag

FIELDS = (
    "identifier", "title", "publisher", "body", "committee", "stage", "substage", "published", "edition",
    "version", "url", "pdf", "language", "type", "kind", "keywords", "ics", "project", "territory", "fetched",
)  # fmt: skip
KINDS = ("title", "date", "relation", "identifier", "status")
"""Fields that take a kind: `title:fr`, `date:withdrawn`, `relation:adoptedFrom`, `identifier:ISBN`."""

# Header words by field, folded as `_folded` does; en, fr, es, zh, ru, ar.
_WORDS = {
    "identifier": (
        "identifier|id|identifiant|identificador|number|no|nr|reference|reference number|"
        "standard number|standard no|standard|document number|document|designation|code|standard id|"
        "numero|numero de norme|norme|ref|referencia|norma|codigo|designacion|标准号|标准编号|编号|"
        "номер|обозначение|обозначение стандарта|идентификатор|стандарт|шифр|رقم|رقم المواصفه|المعرف|"
        "الرمز|المواصفه"
    ),
    "title": (
        "title|name|standard title|standard name|document title|titre|intitule|nom|titulo|nombre|"
        "denominacion|标题|名称|标准名称|题名|название|наименование|заглавие|наименование стандарта|"
        "العنوان|عنوان|الاسم|اسم"
    ),
    "publisher": (
        "publisher|body|organization|organisation|issuing body|sdo|publishing body|standards body|"
        "editeur|organisme|editor|organismo|organizacion|entidad|发布机构|发布单位|发布部门|出版者|"
        "机构|组织|издатель|организация|орган|разработчик|الناشر|الجهه|الهيئه|المنظمه|جهه الاصدار"
    ),
    "committee": (
        "committee|technical committee|tc|working group|group|comite|comite technique|commission|"
        "comite tecnico|技术委员会|归口单位|委员会|комитет|технический комитет|тк|اللجنه|اللجنه الفنيه"
    ),
    "stage": (
        "stage|status|state|statut|etat|stade|estado|etapa|estatus|状态|标准状态|阶段|статус|состояние|"
        "стадия|الحاله|المرحله"
    ),
    "published": (
        "published|publication date|date|date published|date of publication|year|issued|issue date|"
        "publie|date de publication|annee|publicado|fecha|fecha de publicacion|ano|发布日期|出版日期|"
        "日期|年份|年|дата|дата публикации|дата введения|год|опубликован|تاريخ النشر|التاريخ|تاريخ|"
        "السنه"
    ),
    "edition": "edition|ed|edicion|版次|版本|издание|редакция|الطبعه|الاصدار",
    "version": "version|版本号|версия|النسخه",
    "url": (
        "url|link|web|website|address|web page|lien|adresse|site web|enlace|sitio web|direccion|链接|"
        "网址|地址|ссылка|адрес|сайт|الرابط|رابط|الموقع"
    ),
    "pdf": "pdf|pdf url|pdf link",
    "language": "language|languages|lang|langue|langues|idioma|idiomas|lengua|语言|语种|язык|языки|اللغه|لغه",
    "type": (
        "type|document type|doctype|category|type de document|categorie|tipo|tipo de documento|"
        "categoria|类型|文件类型|标准类型|类别|标准性质|тип|вид|тип документа|вид документа|النوع|نوع|"
        "نوع الوثيقه"
    ),
    "keywords": (
        "keywords|keyword|key words|tags|topics|subjects|mots cles|mots clefs|palabras clave|关键词|"
        "关键字|主题词|ключевые слова|الكلمات المفتاحيه|كلمات مفتاحيه"
    ),
    "ics": (
        "ics|ics code|ics codes|ics class|code ics|codigo ics|ics分类号|国际标准分类号|окс|мкс|код окс|"
        "код мкс|ics رمز"
    ),
    "project": "project|project number|projet|proyecto|项目号|计划号|项目编号|проект|المشروع",
    "territory": (
        "country|jurisdiction|territory|region|pays|juridiction|territoire|pais|jurisdiccion|"
        "territorio|国家|国家地区|地区|страна|юрисдикция|территория|البلد|الدوله"
    ),
    "relation:obsoletes": (
        "replaces|supersedes|obsoletes|remplace|annule et remplace|reemplaza|sustituye|sustituye a|"
        "代替标准|代替|替代|взамен|заменяет|يحل محل"
    ),
    "relation:obsoletedBy": (
        "replaced by|superseded by|obsoleted by|remplace par|reemplazado por|sustituido por|被代替标准|"
        "被代替|заменен|заменен на|حل محله"
    ),
    "relation:adoptedFrom": (
        "adopted from|identical to|adoption of|adoption|adopte de|identique a|adoptado de|identico a|"
        "采用标准|采标|采用国际标准|идентичен|гармонизирован с|معتمد من"
    ),
    "identifier:DOI": "doi",
    "identifier:ISBN": "isbn",
}
_TITLE_PREFIXES = {
    "英文": "en",
    "中文": "zh",
    "法文": "fr",
    "俄文": "ru",
    "西文": "es",
    "阿文": "ar",
    "日文": "ja",
}
_ARABIC = str.maketrans("ةى", "هي")
_PUNCTUATION = re.compile(r"[\W_]+")


def guess_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Propose `{field: header}` from header names; the first header that fits a field gets it.

    Names the title columns of several languages `title:LANG` where the header says which ("Title (fr)",
    "英文名称", "Titre anglais"). A proposal to be shown and corrected, never a decision.
    """
    found: dict[str, str] = {}
    for header in headers:
        if field := _field(_folded(header)):
            found.setdefault(field, header)
    return found


def _folded(header: str) -> str:
    """Fold case, accents and punctuation, and Arabic's spelling variants of alef and ta marbuta."""
    decomposed = unicodedata.normalize("NFKD", header[:200].casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    bare = bare.translate(_ARABIC)
    return _PUNCTUATION.sub(" ", bare).strip()


_BY_WORD = {_folded(word): field for field, words in _WORDS.items() for word in words.split("|")}


def _field(name: str) -> str:
    return _BY_WORD.get(name) or _title_field(name)


def _title_field(name: str) -> str:
    for prefix, language in _TITLE_PREFIXES.items():
        if name.startswith(prefix) and _BY_WORD.get(name.removeprefix(prefix)) == "title":
            return f"title:{language}"
    first, _, rest = name.partition(" ")
    before, _, last = name.rpartition(" ")
    for title, code in ((first, rest), (before, last), (last, before)):
        if _BY_WORD.get(title) == "title" and code and (language := tag(code)) != UNKNOWN:
            return f"title:{language}"
    return ""
