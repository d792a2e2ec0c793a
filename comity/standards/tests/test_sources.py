"""Official texts: the list, fetching into the node's folder, reading from there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from comity.cli.sources import sources_command
from comity.formats.instruments import FORMATS
from comity.records import outgoing
from comity.records.errors import NotAllowed, NotFound, Refused, Unreachable
from comity.standards.errors import TooLarge, Unreadable
from comity.standards.models import Clause, ClauseText, Expression
from comity.standards.services import sources
from tests.support import READER

PLAYBOOK = "nist-ai-rmf-playbook.en"
LISTED = sources.listed()


def playbook(*about: str) -> bytes:
    """A file of the playbook's form."""
    return json.dumps(
        [{"type": "Govern", "title": f"GOVERN 1.{n}", "description": said} for n, said in enumerate(about, 1)]
    ).encode()


OLD = playbook("Legal requirements are understood.", "Trust is part of policies.")
NEW = playbook("Legal requirements are understood.", "Trust is part of policies and practices.", "Risk is weighed.")


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.COMITY_HOME = tmp_path / "node"
    return tmp_path / "node"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were asked for. A test that expects an answer says so by `answering`."""
    made: list[str] = []

    def nothing(address: str, **_options: Any) -> outgoing.Fetched:
        made.append(address)
        raise Unreachable(address=address, reason="it answers 404")

    monkeypatch.setattr(outgoing, "fetch", nothing)
    return made


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> Callable[[bytes], None]:
    def says(content: bytes) -> None:
        def fetch(address: str, **_options: Any) -> outgoing.Fetched:
            asked.append(address)
            return outgoing.Fetched(content, f"{address}?v=2", "application/json", sha256(content).hexdigest())

        monkeypatch.setattr(outgoing, "fetch", fetch)

    return says


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "nist-ai-rmf-playbook.json").write_bytes(OLD)
    return folder


# the list


def test_the_list_names_each_text_once() -> None:
    assert len(LISTED) >= 20
    assert len({text.key for text in LISTED}) == len(LISTED)
    assert len({text.address for text in LISTED}) == len(LISTED)
    assert len({text.mirror for text in LISTED}) == len(LISTED)
    assert len({(text.identifier, text.edition, text.language) for text in LISTED}) == len(LISTED)


@pytest.mark.parametrize("text", LISTED, ids=lambda text: text.key)
def test_every_row_says_all_that_is_needed(text: sources.OfficialText) -> None:
    assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2}(-[A-Z][a-z]{3})?", text.key)
    assert text.key.endswith(f".{text.language}")
    assert text.identifier
    assert text.title
    assert text.body
    assert text.licence
    assert text.form in FORMATS
    assert text.form in sources._ENDINGS
    assert text.may_show in ("yes", "no")
    assert text.nature in Expression.Nature.values
    assert re.fullmatch(r"[\w.-]+", text.mirror)
    assert re.fullmatch(r"([a-z]{2}(-[A-Z][a-z]{3})?)", text.language)
    assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", text.date)
    if text.checked:
        assert date.fromisoformat(text.checked)
    for value in (text.key, text.title, text.licence, text.address):
        assert value == value.strip()


@pytest.mark.parametrize("text", LISTED, ids=lambda text: text.key)
def test_every_address_is_one_in_public_and_safe_on_its_way(text: sources.OfficialText) -> None:
    parts = urlsplit(text.address)
    assert parts.scheme == "https"
    assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", parts.netloc)
    assert not re.search(r"\s", text.address)
    assert "agpl" not in text.licence.lower()


@pytest.mark.parametrize("text", [one for one in LISTED if "eur-lex" in one.address], ids=lambda text: text.key)
def test_an_address_of_eur_lex_is_of_the_language_and_the_act(text: sources.OfficialText) -> None:
    year, number = re.findall(r"\(EU\) (\d{4})/(\d+)", text.identifier)[0]
    assert f"/legal-content/{text.language.upper()}/TXT/HTML/?uri=" in text.address
    assert text.address.endswith((f"OJ:L_{year}{number:0>5}", f"CELEX:3{year}R{number:0>4}"))
    assert re.search(rf"{year}/{number}\b", text.title)


# fetching


def test_a_mirror_folder_gives_the_text_and_nothing_is_requested(mirror: Path, home: Path, asked: list[str]) -> None:
    one = sources.fetch_text(PLAYBOOK, mirror=mirror)

    assert one.path == home / "texts" / "nist-ai-rmf-playbook.en.json"
    assert one.path.read_bytes() == OLD
    assert one.address == (mirror / "nist-ai-rmf-playbook.json").as_uri()
    assert one.sha256 == sha256(OLD).hexdigest()
    assert not one.same
    assert asked == []


@pytest.mark.parametrize("name", [PLAYBOOK, f"{PLAYBOOK}.json"])
def test_a_file_of_a_mirror_may_be_called_by_its_key(mirror: Path, name: str) -> None:
    (mirror / "nist-ai-rmf-playbook.json").rename(mirror / name)
    assert sources.fetch_text(PLAYBOOK, mirror=mirror).path.read_bytes() == OLD


def test_a_mirror_that_lacks_the_file_is_not_helped_by_a_request(mirror: Path, asked: list[str]) -> None:
    with pytest.raises(NotFound, match=r"has no file mitre-atlas\.yaml"):
        sources.fetch_text("mitre-atlas.en", mirror=mirror)
    assert asked == []


def test_a_text_is_fetched_from_its_address(answering: Callable[[bytes], None], asked: list[str], home: Path) -> None:
    answering(OLD)
    one = sources.fetch_text(PLAYBOOK)
    beside = json.loads((home / "texts" / "nist-ai-rmf-playbook.en.json.json").read_text())

    assert asked == ["https://airc.nist.gov/docs/playbook.json"]
    assert one.path.read_bytes() == OLD
    assert beside["address"] == "https://airc.nist.gov/docs/playbook.json?v=2"
    assert beside["sha256"] == sha256(OLD).hexdigest()
    assert beside["kind"] == "application/json"
    assert beside["licence"]
    assert sources.kept(PLAYBOOK) == one
    assert sorted(path.name for path in (home / "texts").iterdir()) == [
        "nist-ai-rmf-playbook.en.json",
        "nist-ai-rmf-playbook.en.json.json",
    ]


def test_what_is_larger_than_can_be_read_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {}

    def fetch(address: str, **given: Any) -> outgoing.Fetched:
        options.update(given)
        raise Refused(address=address, reason="it is larger")

    monkeypatch.setattr(outgoing, "fetch", fetch)
    with pytest.raises(Refused):
        sources.fetch_text(PLAYBOOK)
    assert options["most"] == sources.LARGEST


def test_a_file_of_a_mirror_that_is_too_large_is_refused(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", len(OLD) - 1)
    with pytest.raises(TooLarge):
        sources.fetch_text(PLAYBOOK, mirror=mirror)
    assert sources.kept(PLAYBOOK) is None


def test_the_same_text_says_that_it_is_the_same(mirror: Path) -> None:
    first = sources.fetch_text(PLAYBOOK, mirror=mirror)
    second = sources.fetch_text(PLAYBOOK, mirror=mirror)
    (mirror / "nist-ai-rmf-playbook.json").write_bytes(NEW)
    third = sources.fetch_text(PLAYBOOK, mirror=mirror)

    assert (first.same, second.same, third.same) == (False, True, False)
    assert first.sha256 == second.sha256 != third.sha256
    assert second.fetched_at > first.fetched_at


def test_a_fetch_that_fails_leaves_what_was_there(mirror: Path, answering: Callable[[bytes], None]) -> None:
    first = sources.fetch_text(PLAYBOOK, mirror=mirror)
    with pytest.raises(Unreachable):
        sources.fetch_text(PLAYBOOK)
    answering(b" \n")
    with pytest.raises(Unreadable, match="is empty"):
        sources.fetch_text(PLAYBOOK)

    assert sources.kept(PLAYBOOK) == first
    assert first.path.read_bytes() == OLD


def test_a_write_that_breaks_off_leaves_what_was_there(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sources.fetch_text(PLAYBOOK, mirror=mirror)
    (mirror / "nist-ai-rmf-playbook.json").write_bytes(NEW)
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        write(path, content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        sources.fetch_text(PLAYBOOK, mirror=mirror)

    assert first.path.read_bytes() == OLD
    assert sources.kept(PLAYBOOK) == first


def test_a_text_that_is_not_listed_is_not_found(asked: list[str]) -> None:
    for verb in (sources.fetch_text, sources.read_text, sources.kept):
        with pytest.raises(NotFound, match=r"\.\./node"):
            verb("../node")
    assert asked == []


# reading


@pytest.mark.data
def test_a_text_is_read_as_the_list_says(mirror: Path, db: None) -> None:
    sources.fetch_text(PLAYBOOK, mirror=mirror)
    saved = sources.read_text(PLAYBOOK)
    one = saved.expression

    assert saved.new == 2
    assert one.edition.document.identifier == "NIST AI RMF Playbook"
    assert one.edition.document.body.code == "NIST"
    assert (one.language, one.nature, one.may_show) == ("en", "official", True)
    assert one.licence.startswith("Work of the US Government")
    assert one.source == "https://airc.nist.gov/docs/playbook.json"
    assert sources.read_text(PLAYBOOK).unchanged == 2


@pytest.mark.data
def test_a_text_that_changed_is_read_again(mirror: Path, db: None) -> None:
    sources.fetch_text(PLAYBOOK, mirror=mirror)
    sources.read_text(PLAYBOOK)
    (mirror / "nist-ai-rmf-playbook.json").write_bytes(NEW)
    sources.fetch_text(PLAYBOOK, mirror=mirror)
    saved = sources.read_text(PLAYBOOK)

    assert (saved.new, saved.changed, saved.unchanged) == (1, 1, 1)
    assert ClauseText.objects.filter(clause__ref="GOVERN 1.2", heading__contains="practices").exists() or (
        ClauseText.objects.filter(clause__ref="GOVERN 1.2", text__contains="practices").exists()
    )


def test_a_text_that_was_not_fetched_is_not_read(db: None) -> None:
    with pytest.raises(NotFound, match=f"comity sources fetch {PLAYBOOK}"):
        sources.read_text(PLAYBOOK)


def test_a_file_that_is_not_what_was_fetched_is_not_read(mirror: Path, db: None) -> None:
    sources.fetch_text(PLAYBOOK, mirror=mirror).path.write_bytes(NEW)
    with pytest.raises(Unreadable, match="changed since"):
        sources.read_text(PLAYBOOK)
    assert not Clause.objects.exists()


def test_a_page_that_is_not_the_text_is_not_read(mirror: Path, db: None) -> None:
    (mirror / "nist-ai-rmf-playbook.json").write_bytes(b"<html><body>Are you a robot?</body></html>")
    sources.fetch_text(PLAYBOOK, mirror=mirror)
    with pytest.raises(Unreadable):
        sources.read_text(PLAYBOOK)
    assert not Expression.objects.exists()


def test_who_may_not_import_does_not_read(mirror: Path, db: None) -> None:
    sources.fetch_text(PLAYBOOK, mirror=mirror)
    with pytest.raises(NotAllowed):
        sources.read_text(PLAYBOOK, by=READER)


OSCAL = {
    "catalog": {
        "uuid": "720a010b-253c-4a94-bb65-cb58400966f5",
        "metadata": {"title": "Framework", "last-modified": "2026-05-11T16:01:09Z", "version": "1.2.0"},
        "groups": [{"id": "GV", "title": "GOVERN", "controls": [{"id": "GV.OC", "title": "Context"}]}],
    }
}
ATLAS = """\
id: ATLAS
name: Adversarial Threat Landscape for AI Systems
version: 5.6.0
matrices:
- id: ATLAS
  tactics:
  - {id: AML.TA0002, name: Reconnaissance, description: To gather., object-type: tactic}
  techniques:
  - {id: AML.T0000, name: Search, description: To search., object-type: technique, tactics: [AML.TA0002]}
"""


def test_the_version_of_a_file_is_not_the_edition_of_what_is_in_it(mirror: Path, db: None) -> None:
    (mirror / "NIST_CSF_v2.0_catalog.json").write_text(json.dumps(OSCAL))
    sources.fetch_text("nist-csf-2.0.en", mirror=mirror)
    assert sources.read_text("nist-csf-2.0.en").expression.edition.key == "NIST CSWP 29"


def test_where_the_list_leaves_it_to_the_file_its_version_is_the_edition(mirror: Path, db: None) -> None:
    (mirror / "mitre-atlas.yaml").write_text(ATLAS)
    sources.fetch_text("mitre-atlas.en", mirror=mirror)
    assert "5.6.0" in sources.read_text("mitre-atlas.en").expression.edition.key


# the command


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, Any]]:
    """The command, in this process: its exit status, what it says, and its JSON."""
    monkeypatch.setattr("comity.cli.sources.need_node", lambda: None)
    monkeypatch.setattr("comity.cli.sources.PAUSE", 0)

    def run(*words: str | Path) -> tuple[int, str, Any]:
        result = CliRunner().invoke(sources_command, [*map(str, words)], catch_exceptions=True)
        body = json.loads(result.stdout) if "--json" in words and result.stdout else None
        return result.exit_code, result.output, body

    return run


def test_the_list_says_what_is_here(run: Callable[..., Any], mirror: Path) -> None:
    sources.fetch_text(PLAYBOOK, mirror=mirror)
    status, _said, rows = run("list", "--json")
    here = {row["key"]: row["here"] for row in rows}

    assert status == 0
    assert list(here) == [text.key for text in LISTED]
    assert here[PLAYBOOK]["sha256"] == sha256(OLD).hexdigest()
    assert here["mitre-atlas.en"] is None
    assert f"{PLAYBOOK} " in run("list")[1]


def test_texts_are_fetched_and_read(run: Callable[..., Any], mirror: Path) -> None:
    status, _said, rows = run("fetch", PLAYBOOK, "--mirror", mirror, "--json")
    assert status == 0
    assert rows[0]["read"]["new"] == 2
    assert not rows[0]["same"]

    status, _said, rows = run("fetch", PLAYBOOK, "--mirror", mirror, "--json")
    assert status == 0
    assert rows[0]["read"]["unchanged"] == 2
    assert rows[0]["same"]


def test_texts_may_be_fetched_only(run: Callable[..., Any], mirror: Path) -> None:
    assert run("fetch", PLAYBOOK, "--mirror", mirror, "--no-read")[0] == 0
    assert sources.kept(PLAYBOOK)
    assert not Expression.objects.exists()


def test_one_that_fails_does_not_stop_the_others(run: Callable[..., Any], mirror: Path, asked: list[str]) -> None:
    status, said, rows = run("fetch", "--all", "--mirror", mirror, "--json")
    errors = [row["key"] for row in rows if "error" in row]

    assert status == 1
    assert len(rows) == len(LISTED)
    assert len(errors) == len(LISTED) - 1
    assert PLAYBOOK not in errors
    assert "Traceback" not in said
    assert asked == []
    assert run("fetch", "mitre-atlas.en", "--mirror", mirror)[0] == 2


def test_a_server_that_does_not_answer_is_asked_once(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(address: str, **_options: Any) -> outgoing.Fetched:
        asked.append(urlsplit(address).hostname or "")
        raise Unreachable(address=address, reason="no answer in time", later=True)

    monkeypatch.setattr(outgoing, "fetch", fetch)
    assert run("fetch", "--all")[0] == 2
    assert len(asked) == len(set(asked)) > 2


@pytest.mark.parametrize("words", [(), (PLAYBOOK, "--all")])
def test_which_texts_has_to_be_said(run: Callable[..., Any], words: tuple[str, ...], asked: list[str]) -> None:
    assert run("fetch", *words)[0] == 2
    assert asked == []


def test_a_key_that_is_not_listed_is_said_before_anything_is_requested(
    run: Callable[..., Any], asked: list[str]
) -> None:
    assert run("fetch", PLAYBOOK, "nothing.en")[0] != 0
    assert asked == []
