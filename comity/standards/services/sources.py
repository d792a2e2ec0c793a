"""Official texts: where each is published, fetched to the node's folder, and read from there."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comity.records import outgoing
from comity.records.errors import NotFound
from comity.records.viewer import NODE, Viewer
from comity.standards.errors import TooLarge, Unreadable
from comity.standards.services.instruments import Saved, Target, save_instrument
from comity.standards.services.outlines import LARGEST, read_instrument
from comity.standards.services.registry import FACTS

AS_THE_FILE_SAYS = "file"  # an edition that moves on: the list cannot name it
LONGEST = 600  # seconds for one text, with waits: some of these servers are slow

Progress = Callable[[int, int], None]

_ENDINGS = {
    "eurlex": "html",
    "html": "html",
    "formex": "xml",
    "akoma-ntoso": "xml",
    "oscal-json": "json",
    "playbook-json": "json",
    "comity-json": "json",
    "atlas": "yaml",
    "ciso-assistant": "yaml",
    "markdown": "md",
    "docx": "docx",
    "pdf": "pdf",
}


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A row of `facts/texts.tsv`.

    Attributes:
        key: names it here: instrument and language.
        edition: "" where the identifier says enough, "file" where the file says it.
        form: one of the formats that are read.
        may_show: "yes" or "no".
        nature: one of `Expression.Nature`.
        mirror: what the file is called in a mirror folder.
        checked: the day somebody saw that the address gives the text; "" where nobody has.
    """

    key: str
    identifier: str
    edition: str
    date: str
    language: str
    title: str
    body: str
    form: str
    address: str
    licence: str
    may_show: str
    nature: str
    mirror: str
    checked: str

    @property
    def file(self) -> str:
        """What it is called in the node's folder."""
        return f"{self.key}.{_ENDINGS[self.form]}"

    @property
    def target(self) -> Target:
        return Target(
            document=self.identifier,
            edition="" if self.edition == AS_THE_FILE_SAYS else self.edition,
            language=self.language,
            title=self.title,
            body=self.body,
            date=self.date,
            nature=self.nature,
            licence=self.licence,
            may_show=self.may_show == "yes",
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A text in the node's folder.

    Attributes:
        address: where it came from; a file's, if from a mirror folder.
        same: whether it is what was there before.
    """

    key: str
    path: Path
    address: str
    fetched_at: str
    sha256: str
    kind: str
    same: bool = False


@lru_cache(maxsize=1)
def listed() -> tuple[OfficialText, ...]:
    """Every official text whose place is known, in the order of the list."""
    names = [field.name for field in fields(OfficialText)]
    with (FACTS / "texts.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(OfficialText(**{name: row[name] for name in names}) for row in rows)


def official_text(key: str) -> OfficialText:
    """The text of the list under a key.

    Raises:
        NotFound: there is none.
    """
    for text in listed():
        if text.key == key:
            return text
    raise NotFound(_("No official text is listed as %(key)s. `comity sources list` names them."), key=key)


def kept(key: str) -> Kept | None:
    """What is in the node's folder of a text; None if it was not fetched.

    Raises:
        NotFound: no such text is listed.
    """
    path = _path(official_text(key))
    try:
        said = json.loads(_beside(path).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if not path.exists():
        return None
    return Kept(key, path, said["address"], said["fetched_at"], said["sha256"], said["kind"])


def fetch_text(key: str, *, mirror: Path | None = None, progress: Progress | None = None) -> Kept:
    """Fetch a text from its official address into the node's folder, or take it from a mirror folder.

    With a mirror folder nothing is requested from anywhere. A text that cannot be fetched whole leaves what was
    there as it was.

    Raises:
        NotFound: no such text is listed, or the mirror folder does not have it.
        Refused, Unreachable: as `outgoing.fetch` does.
        TooLarge, Unreadable: the mirror's file is beyond what is read; or what came is empty.
    """
    text = official_text(key)
    path = _path(text)
    if mirror is None:
        found = outgoing.fetch(text.address, most=LARGEST, progress=progress, longest=LONGEST)
    else:
        found = _mirrored(text, mirror)
    if not found.content.strip():
        raise Unreadable(reason=f"{found.final_address} is empty")
    same = path.exists() and sha256(path.read_bytes()).hexdigest() == found.sha256
    one = Kept(key, path, found.final_address, timezone.now().isoformat(), found.sha256, found.kind, same)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not same:
        _write(path, found.content)
    _write(_beside(path), _sidecar(one, text).encode())
    return one


def read_text(key: str, *, by: Viewer = NODE) -> Saved:
    """Save the clauses of a text that was fetched, as one language of its edition.

    Raises:
        NotFound: no such text is listed, or it was not fetched.
        Unreadable: it is not what the list says, or not what was fetched any more.
        NotAllowed, Unnamed, NotAnEdition: as `save_instrument` does.
    """
    text, one = official_text(key), kept(key)
    if one is None:
        raise NotFound(_("%(key)s was not fetched yet. `comity sources fetch %(key)s` does."), key=key)
    content = one.path.read_bytes()
    if sha256(content).hexdigest() != one.sha256:
        raise Unreadable(reason=f"{one.path} is not what was fetched: it was changed since. Fetch it again")
    found = read_instrument(content, text.file, form=text.form, language=text.language)
    if text.edition != AS_THE_FILE_SAYS:
        found = replace(found, version="")  # of the file, which comes in versions of its own
    return save_instrument(replace(found, source=text.address), text.target, by=by)


def _mirrored(text: OfficialText, mirror: Path) -> outgoing.Fetched:
    for name in (text.mirror, text.file, text.key):
        path = mirror / name
        if path.is_file():
            if path.stat().st_size > LARGEST:
                raise TooLarge(most=LARGEST >> 20)
            content = path.read_bytes()
            return outgoing.Fetched(content, path.resolve().as_uri(), "", sha256(content).hexdigest())
    raise NotFound(_("%(folder)s has no file %(file)s."), folder=mirror, file=text.mirror)


def _path(text: OfficialText) -> Path:
    return Path(settings.COMITY_HOME) / "texts" / text.file


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _sidecar(one: Kept, text: OfficialText) -> str:
    about = {
        "key": one.key,
        "address": one.address,
        "fetched_at": one.fetched_at,
        "sha256": one.sha256,
        "kind": one.kind,
        "licence": text.licence,
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, content: bytes) -> None:
    """Under its own name only when it is complete."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
