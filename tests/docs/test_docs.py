"""What is documented is what is there, and what is there is documented."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from django.conf import settings
from django.test import Client

from comity.api.root import api
from comity.cli.main import COMMANDS, comity
from comity.engine import identifiers
from comity.formats.catalogue.columns import FIELDS, KINDS
from comity.formats.instruments.model import SourceClause, SourceInstrument
from comity.records import log
from comity.records import services as records
from comity.records.models import Change
from comity.records.viewer import NODE
from comity.standards.services import import_catalogue, save_instrument
from tests.support import organisation, row, unsaved, write

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ALL = [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "THREAT_MODEL.md"))]
COMMAND_PAGE = DOCS / "administrators" / "commands.md"
SETTINGS_PAGE = DOCS / "administrators" / "settings.md"
DEPLOY = sorted(path for path in (ROOT / "deploy").iterdir() if path.is_file())

CALL = re.compile(r"(?:^|^[A-Z_]+=\S+ |env [A-Z_]+=\S+ |bin/)comity ([a-z].*)$")
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(text: str) -> str:
    """The text without its blocks of code."""
    return BLOCK.sub("", text)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    found = set()
    for heading in HEADING.findall(prose(text_of(path))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-"))
    return found


def blocks(path: Path, language: str) -> list[str]:
    return [code for name, code in BLOCK.findall(text_of(path)) if name == language]


# commands


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that is called by a name or two, with that name."""
    context = click.Context(comity)
    for name in COMMANDS:
        command = comity.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"{name} {inner}", found
        else:
            yield name, command


def test_every_command_has_its_section() -> None:
    headings = {f"## `comity {name}`" for name, _command in commands()}
    assert headings == set(re.findall(r"^## `comity .*`$", text_of(COMMAND_PAGE), re.MULTILINE))


def test_every_option_is_in_the_section_of_its_command() -> None:
    sections = dict(
        re.findall(r"^## `comity (.*?)`\n(.*?)(?=^## |\Z)", text_of(COMMAND_PAGE), re.MULTILINE | re.DOTALL)
    )
    missing = [
        f"{name} {option}"
        for name, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--") and option not in sections[name]
    ]
    assert missing == []


def lines_of_comity() -> list[tuple[str, list[str]]]:
    """(where, words after `comity`) of every line in the documentation that calls the command."""
    found = []
    for path in ALL:
        for code in blocks(path, "console") + blocks(path, ""):
            for line in code.splitlines():
                if call := CALL.search(line.strip().split(" >")[0]):
                    found.append((f"{name_of(path)}: {line.strip()}", shlex.split(call[1])))
    return found


@pytest.mark.parametrize(
    ("where", "words"), lines_of_comity(), ids=lambda value: "" if type(value) is list else value
)
def test_a_documented_call_is_one_that_the_command_takes(where: str, words: list[str]) -> None:
    known = dict(commands())
    name = next((one for one in (" ".join(words[:2]), words[0]) if one in known), None)
    assert name, where
    if name != "manage":
        options = {option for parameter in known[name].params for option in parameter.opts}
        given = {word.split("=")[0] for word in words if word.startswith("--")}
        assert given <= options, where


# settings


def tree(*parts: str) -> ast.Module:
    return ast.parse(text_of(ROOT.joinpath("comity", *parts)))


def test_every_variable_of_the_environment_is_described() -> None:
    python = re.compile(r'(?:environ(?:\.get\(|\[)|words\(|envvar=)"(COMITY_[A-Z_]+|DATABASE_URL)"')
    shell = re.compile(r"\$[{$]*(COMITY_[A-Z_]+|DATABASE_URL)")
    read: set[str] = set()
    for path in [*ROOT.glob("comity/**/*.py"), *ROOT.glob("bench/*.py"), *ROOT.glob("tests/**/*.py")]:
        read |= set(python.findall(text_of(path)))
    for path in [ROOT / "Makefile", *(ROOT / "scripts").iterdir()]:
        read |= set(shell.findall(text_of(path)))
    assert {"COMITY_HOME", "DATABASE_URL", "COMITY_PASSWORD", "COMITY_HOSTS", "COMITY_CHROMIUM"} <= read
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of(SETTINGS_PAGE), re.MULTILINE))
    assert described == read


class KeysRead(ast.NodeVisitor):
    """What is looked up in the tables of node.toml: `NODE.get("x")`, `chosen["x"]`, `words(..., "x", ...)`."""

    TABLES = frozenset({"NODE", "node", "chosen", "orcid", "one"})

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def visit_Call(self, call: ast.Call) -> None:
        function = call.func
        if isinstance(function, ast.Attribute):
            table = function.value
            if function.attr == "get" and (self._is_table(table) or self._is_section(table)):
                self._add(call.args[0])
            if function.attr == "words":
                self._add(call.args[2])
        self.generic_visit(call)

    def visit_Subscript(self, found: ast.Subscript) -> None:
        if self._is_table(found.value):
            self._add(found.slice)
        self.generic_visit(found)

    def _is_table(self, value: ast.expr) -> bool:
        return isinstance(value, ast.Name) and value.id in self.TABLES

    def _is_section(self, value: ast.expr) -> bool:
        """`NODE.get("mail", {}).get("from")`: the table is itself looked up."""
        return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "get"

    def _add(self, value: ast.expr) -> None:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            self.keys.add(value.value)


def test_every_key_of_node_toml_is_described() -> None:
    read = KeysRead()
    for module in (("config", "settings.py"), ("config", "node.py"), ("records", "search", "vectors.py")):
        read.visit(tree(*module))
    assert {"name", "hosts", "database", "client_id", "server", "tls", "from", "backend", "dimensions"} <= read.keys
    page = text_of(SETTINGS_PAGE)
    described = {
        key for cell in re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE) for key in re.findall("`(.*?)`", cell)
    }
    described |= set(re.findall(r"^### `\[+(\w+)\]+`", page, re.MULTILINE))
    assert {key for key in read.keys if key not in described} == set()
    assert {key for key in described if key.islower()} - read.keys == set()


def test_every_key_that_init_writes_is_described() -> None:
    from comity.cli.node import NODE_TOML

    written = re.findall(r"^(\w+) = ", NODE_TOML, re.MULTILINE)
    assert written
    assert [key for key in written if f"| `{key}` |" not in text_of(SETTINGS_PAGE)] == []


# the API and the formats


def operations() -> set[str]:
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    return {f"{method.upper()} {path}" for path, verbs in paths.items() for method in verbs}


def test_every_operation_is_described_and_no_other() -> None:
    text = text_of(DOCS / "integrators" / "api.md")
    assert set(re.findall(r"^\| `([A-Z]+ /api/[^`]*)` \|", text, re.MULTILINE)) == operations()


def test_every_parameter_of_an_operation_is_described() -> None:
    text = text_of(DOCS / "integrators" / "api.md")
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    named = {one["name"] for verbs in paths.values() for verb in verbs.values() for one in verb.get("parameters", ())}
    assert "q" in named
    assert [name for name in named if f"`{name}`" not in text] == []


EXAMPLES = [
    unquote(address)
    for page in PAGES
    for code in blocks(page, "console")
    for line in code.splitlines()
    if line.startswith("curl ")
    for address in re.findall(r"(?:\$NODE|http://localhost:8000)(/[^\s\"']*)", line)
]


@pytest.fixture
def example(tmp_path: Path, db: None) -> Client:
    """A node that knows the document of the examples."""
    known = row(
        "ISO/IEC 42001:2023", publisher=["ISO", "IEC"], ai={"strength": "strong", "rules": [["title:AI", "AI"]]}
    )
    import_catalogue([write(tmp_path / "iso.jsonl", [known, row("ISO/IEC 42001:2027", publisher=["ISO", "IEC"])])])
    for edition in ("2023", "2027"):
        clauses = (SourceClause("4", heading="Context"), SourceClause("4.1", "4", text=f"Edition of {edition}."))
        save_instrument(
            SourceInstrument("", clauses, "comity-json", language="en", identifier=f"ISO/IEC 42001:{edition}")
        )
    return Client()


@pytest.mark.parametrize("address", EXAMPLES)
def test_an_address_of_an_example_answers(example: Client, address: str) -> None:
    assert example.get(address).status_code == 200


def test_the_example_answer_of_the_api_has_the_keys_it_has(example: Client) -> None:
    said = next(json.loads(code) for code in blocks(DOCS / "integrators" / "api.md", "json") if '"results"' in code)
    got = example.get("/api/v1/documents", {"q": "ISO/IEC 42001"}).json()
    assert (set(said), set(said["results"][0])) == (set(got), set(got["results"][0]))
    assert said["results"][0]["id"] == got["results"][0]["id"]


def test_every_key_of_one_document_is_described(example: Client) -> None:
    text = text_of(DOCS / "integrators" / "api.md")
    got = example.get("/api/v1/documents/iso-iec-42001").json()
    assert [key for key in [*got, *got["editions"][0]] if f"`{key}`" not in text and f'"{key}"' not in text] == []


def test_every_field_of_a_table_is_described() -> None:
    text = text_of(DOCS / "integrators" / "formats.md")
    assert [field for field in FIELDS if f"`{field}`" not in text] == []
    assert [kind for kind in KINDS if f"`{kind}:" not in text] == []


# identifiers and the log


def test_the_table_of_identifiers_is_what_is_computed() -> None:
    table = re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", text_of(DOCS / "integrators" / "identifiers.md"), re.M
    )
    assert len(table) > 5
    for printed, document, edition in table:
        found = identifiers.parse(printed)
        assert (found.document, found.key) == (document, edition), printed


def test_the_examples_of_identifiers_run_and_say_what_they_print() -> None:
    first, second = blocks(DOCS / "integrators" / "identifiers.md", "python")
    printed = run(first).split()
    assert printed == re.findall(r"# ([0-9a-f-]{36})", first)
    assert run(second)


def run(code: str, *words: str | Path) -> str:
    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def checker() -> str:
    return next(code for code in blocks(DOCS / "integrators" / "change-log.md", "python") if "records_change" in code)


@pytest.fixture
def logged(emptied: None) -> Path:
    """The database of a node with single rows and batches of several sizes in its log."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("the script reads an SQLite database")
    organisation("Ministère de l’Économie")
    for size in (1, 2, 5, 7):
        batch = [unsaved(f"Body {size} {n}") for n in range(size)]
        records.bulk_put(batch, by=NODE, because="an “import”")
    return Path(settings.DATABASES["default"]["NAME"])


def test_the_log_is_proved_by_the_script_of_the_page(logged: Path) -> None:
    head = log.head()
    assert run(checker(), logged).split() == [str(head.sequence), head.chain.hex()]


@pytest.mark.parametrize("alteration", [{"because": "another reason"}, {"count": 6}, {"leaves": bytes(5 * 52)}])
def test_the_script_of_the_page_finds_what_was_altered(logged: Path, alteration: dict[str, Any]) -> None:
    assert Change.objects.filter(sequence=4, count=5).update(**alteration)
    done = subprocess.run([sys.executable, "-c", checker(), str(logged)], capture_output=True, text=True)
    assert done.returncode != 0
    assert "AssertionError" in done.stderr


# the pages themselves


def links() -> list[tuple[str, str]]:
    found = [(name_of(path), target) for path in ALL for target in LINK.findall(prose(text_of(path)))]
    return [(page, target) for page, target in found if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize(("page", "target"), links())
def test_a_link_leads_somewhere(page: str, target: str) -> None:
    name, _hash, anchor = target.partition("#")
    path = ((ROOT / page).parent / name).resolve() if name else ROOT / page
    assert path.exists()
    assert path.is_relative_to(ROOT)
    if anchor and path.suffix == ".md":
        assert anchor in anchors(path)


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        waiting += [(page.parent / one.partition("#")[0]).resolve() for one in LINK.findall(text_of(page))]
    assert [name_of(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("file", DEPLOY, ids=lambda path: path.name)
def test_every_sample_is_mentioned_and_names_nothing_that_is_not_there(file: Path) -> None:
    assert any(f"deploy/{file.name}" in text_of(page) for page in PAGES)
    named = re.findall(r"(docs/[\w/.-]+\.md)", text_of(file))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("file", [path for path in DEPLOY if path.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_calls_what_the_command_takes(file: Path) -> None:
    call = re.search(r"/opt/comity/\.venv/bin/comity ([^'\n]*)", text_of(file))
    assert call
    test_a_documented_call_is_one_that_the_command_takes(file.name, shlex.split(call[1]))


def test_every_bench_is_mentioned() -> None:
    rows = re.findall(r"^\| (`bench/.*?) \|", text_of(DOCS / "developers" / "benches.md"), re.MULTILINE)
    named = [name for cell in rows for name in re.findall(r"`bench/([\w*.]+)`", cell)]
    files = [
        path.name for path in (ROOT / "bench").iterdir() if path.suffix in (".py", ".tsv") and path.stat().st_size
    ]
    assert files
    assert [name for name in files if not any(fnmatch(name, pattern) for pattern in named)] == []
    assert [pattern for pattern in named if not any(fnmatch(name, pattern) for name in files)] == []


def test_every_target_of_make_is_one_that_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = {name for page in ALL for name in re.findall(r"(?:`|^|\d )make ([a-z]+)\b", text_of(page), re.MULTILINE)}
    assert {"demo", "test", "docs"} <= named
    assert named <= targets


def test_every_decision_is_in_the_list() -> None:
    files = {path.name for path in (DOCS / "decisions").glob("[0-9]*.md")}
    assert files == set(re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", text_of(DOCS / "decisions" / "README.md")))
    for name in files:
        headings = re.findall(r"^## (.*)$", text_of(DOCS / "decisions" / name), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], name


FOREIGN = re.compile(r"(?<![\w.-])/(?:work|tmp|root|home|Users)/|pypi\.org|pythonhosted|registry\.npmjs|index-url")


@pytest.mark.parametrize("path", [*ALL, *DEPLOY], ids=name_of)
def test_nothing_names_somebodys_machine_or_a_registry(path: Path) -> None:
    assert FOREIGN.findall(text_of(path)) == []
