"""The `comity` command: help, exit statuses, and every verb on a real node."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from comity.cli.main import COMMANDS, comity
from tests.node import PASSWORD
from tests.support import row, write

NAMES = [name for name in COMMANDS if name != "manage"]
GROUPS = {
    "import": ["catalogue"],
    "export": ["catalogue"],
    "instrument": ["import", "show", "diff", "export"],
    "bridge": ["all", "propose", "show", "list", "import", "export", "remove"],
    "sources": ["list", "fetch"],
    "corrections": ["list", "accept", "decline", "erase"],
    "references": ["check"],
    "classify": ["suggest", "list", "confirm", "reject", "add"],
}
PATHS = [(name, *rest) for name in NAMES for rest in ([[one] for one in GROUPS.get(name, [])] or [[]])]


# help


@pytest.mark.parametrize("words", PATHS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(words):
    result = CliRunner().invoke(comity, [*words, "--help"])

    assert result.exit_code == 0
    assert f"Example: comity {' '.join(words)}" in " ".join(result.output.split())


def test_help_lists_every_command_with_what_it_does():
    result = CliRunner().invoke(comity, ["--help"])
    listed = {line.split()[0]: line.split()[1:] for line in result.output.splitlines() if line.startswith("  ")}

    assert all(listed.get(name) for name in NAMES)


def test_help_needs_no_node(nowhere):
    assert "Usage" in nowhere.run("import", "--help").stdout


# exit statuses


def test_a_command_that_is_not_known_ends_with_2(nowhere):
    assert "comity --help" in nowhere.run("dance", status=2).stderr


@pytest.mark.parametrize(
    "words", [("search", "x"), ("show", "x"), ("verify",), ("import", "catalogue", "x"), ("serve",)]
)
def test_without_a_node_a_command_says_so_and_ends_with_2(nowhere, words):
    if nowhere.database:
        pytest.skip("an address of a database is a node's too")
    result = nowhere.run(*words, status=2)

    assert "comity init" in result.stderr
    assert "Traceback" not in result.stderr


def test_settings_that_cannot_be_read_are_said_in_a_line(nowhere):
    nowhere.home.mkdir()
    (nowhere.home / "node.toml").write_text("name = ")
    result = nowhere.run("status", status=2)

    assert "node.toml" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_address_of_no_known_database_is_said_in_a_line(made):
    result = made.run("status", status=2, env={"DATABASE_URL": "mysql://localhost/x"})

    assert "DATABASE_URL must begin with" in result.stderr


# init


@pytest.mark.data
def test_init_makes_a_node_that_is_healthy_and_holds_the_facts(made):
    status = json.loads(made.run("status", "--json").stdout)

    assert status["healthy"]
    assert status["holds"]["ai"] > 400
    assert oct((made.home / "node.toml").stat().st_mode & 0o777) == "0o600"


def test_init_refuses_a_folder_with_a_node(made):
    before = (made.home / "node.toml").read_text()
    result = made.run("init", "--email", "x@example.org", "--password", PASSWORD, status=2)

    assert "There is a node here already" in result.stderr
    assert (made.home / "node.toml").read_text() == before


@pytest.mark.parametrize(("email", "password"), [("nobody", PASSWORD), ("x@example.org", "short")])
def test_init_with_a_bad_address_or_password_leaves_no_half_made_node(nowhere, email, password):
    result = nowhere.run("init", "--no-facts", "--email", email, "--password", password, status=2)
    assert "Traceback" not in result.stderr

    nowhere.init("--no-facts")
    assert nowhere.value("SELECT COUNT(*) FROM members_account") == 1


def test_demo_prepares_a_node_and_may_be_run_again(nowhere):
    nowhere.run("demo", "--no-serve")
    changes = nowhere.value("SELECT MAX(sequence) FROM records_change")
    result = nowhere.run("demo", "--no-serve")

    assert "demo@example.org" in result.stderr
    assert nowhere.value("SELECT MAX(sequence) FROM records_change") == changes


# reading


@pytest.mark.data
@pytest.mark.parametrize("query", ["人工智能 风险管理", "gestion des risques IA", "إدارة مخاطر الذكاء الاصطناعي"])
def test_a_question_in_another_language_finds_the_standard_among_the_first_five(made, query):
    found = json.loads(made.run("search", query, "--json").stdout)["results"]

    assert "ISO/IEC 23894" in [one["document"] for one in found[:5]]


@pytest.mark.data
def test_an_identifier_is_found_first(made):
    found = json.loads(made.run("search", "iso/iec 42001", "--json").stdout)["results"]

    assert found[0]["document"] == "ISO/IEC 42001"


@pytest.mark.data
def test_a_search_that_finds_nothing_ends_with_1(made):
    assert json.loads(made.run("search", "qqqqxx", "--words-only", "--json", status=1).stdout)["results"] == []


@pytest.mark.data
def test_show_says_what_is_known_of_a_document(made):
    one = json.loads(made.run("show", "ISO/IEC 42001", "--json").stdout)

    assert (one["document"], one["stage"]) == ("ISO/IEC 42001", "published")
    assert one["editions"][0]["sources"]
    assert "ISO/IEC 42001" in made.run("show", "ISO/IEC 42001").stdout


@pytest.mark.data
def test_show_of_something_unknown_ends_with_1(made):
    assert "comity search" in made.run("show", "ISO 999999", status=1).stderr


@pytest.mark.data
def test_an_export_to_a_pipe_that_closes_is_no_failure(made):
    process = made.start("export", "catalogue", "--all")
    process.stdout.close()
    process.stderr.read()

    assert process.wait(60) == 0


@pytest.mark.data
def test_an_export_is_whole_or_not_there(made, tmp_path):
    made.run("export", "catalogue", "--output", tmp_path / "out.jsonl")

    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".part" and path.is_file()] == ["out.jsonl"]
    assert all(json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines())


# importing


@pytest.mark.data
def test_an_import_reports_as_json(empty, tmp_path):
    file = write(tmp_path / "some.jsonl", [row("ISO 1:2000"), "{broken", row("ISO 2:2000")])
    report = json.loads(empty.run("import", "catalogue", file, "--no-vectors", "--json").stdout)

    assert (report["read"], report["new"], report["refused"]) == (3, 2, 1)
    assert report["refusals"][0]["line"] == 2


@pytest.mark.data
def test_an_import_of_nothing_but_refusals_ends_with_1(empty, tmp_path):
    empty.run("import", "catalogue", write(tmp_path / "bad.jsonl", ["{broken"]), "--no-vectors", status=1)


def test_an_import_of_no_file_ends_with_2(empty, tmp_path):
    result = empty.run("import", "catalogue", tmp_path / "nowhere.jsonl", status=2)

    assert "Traceback" not in result.stderr


@pytest.mark.data
def test_a_table_is_read_with_columns_that_are_saved_for_the_next_one(empty, tmp_path):
    table = tmp_path / "ours.csv"
    table.write_text("Number,Name\nISO 1:2000,Robots\n", encoding="utf-8")
    columns = ("--column", "identifier=Number", "--column", "title=Name")
    empty.run("import", "catalogue", table, *columns, "--save-mapping", "ours", "--no-vectors")
    again = tmp_path / "more.csv"
    again.write_text("Number,Name\nISO 2:2000,Tools\n", encoding="utf-8")
    empty.run("import", "catalogue", again, "--mapping", "ours", "--no-vectors")

    assert json.loads(empty.run("show", "ISO 2", "--json").stdout)["title"] != {}


def test_a_mapping_nobody_saved_ends_with_2(empty, tmp_path):
    table = tmp_path / "ours.csv"
    table.write_text("Number\nISO 1:2000\n")
    result = empty.run("import", "catalogue", table, "--mapping", "theirs", status=2)

    assert "Saved: none" in result.stderr


@pytest.mark.data
def test_vectors_left_out_of_an_import_are_made_by_a_worker(empty, tmp_path):
    file = write(tmp_path / "one.jsonl", [row("ISO 1:2000", title={"en": "Robots at work"})])
    empty.run("import", "catalogue", file, "--no-vectors")
    assert "titles wait for their vectors" in empty.run("status").stdout

    assert "1 tasks done" in empty.run("worker", "--until-empty").stderr
    assert "all titles have vectors" in empty.run("status").stdout


# proofs


@pytest.mark.data
def test_verify_proves_a_node(made):
    proof = json.loads(made.run("verify", "--json").stdout)

    assert (proof["holds"], proof["faults"]) == (True, [])
    assert proof["records"] > 1_000


@pytest.mark.data
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE standards_document SET stage = 'withdrawn' WHERE key = 'ISO/IEC 42001'",
        "UPDATE standards_claim SET data = '{}' WHERE id = (SELECT MIN(id) FROM standards_claim)",
        "UPDATE records_change SET because = 'x' WHERE sequence = 3",
    ],
    ids=["record", "claim", "log"],
)
def test_verify_finds_what_was_altered_behind_its_back(node, sql):
    node.execute(sql)
    proof = json.loads(node.run("verify", "--json", status=1).stdout)

    assert not proof["holds"]
    assert proof["faults"]


# instruments

GUIDE = """# Example guideline

## 1 Scope

It applies to all providers of AI systems.

## 2 Duties

### 2.1 Records

Providers keep records of what their systems decide.
"""
ABOUT = ("--document", "EXAMPLE 1", "--language", "en", "--may-show")


@pytest.mark.data
def test_a_text_is_imported_shown_compared_and_taken_out(empty, tmp_path):
    file = tmp_path / "guide.md"
    file.write_text(GUIDE, encoding="utf-8")
    dated = (*ABOUT, "--date", "2024-01-01", "--edition", "2024")
    said = json.loads(empty.run("instrument", "import", str(file), *dated, "--json").stdout)
    assert (said[0]["new"], said[0]["clauses"]) == (3, 3)
    again = json.loads(empty.run("instrument", "import", str(file), *dated, "--json").stdout)
    assert (again[0]["new"], again[0]["unchanged"]) == (0, 3)

    assert "keep records" in empty.run("instrument", "show", "EXAMPLE 1", "--clause", "2").stdout
    file.write_text(GUIDE.replace("all providers", "some providers"), encoding="utf-8")
    empty.run("instrument", "import", str(file), *ABOUT, "--date", "2025-01-01", "--edition", "2025")
    told = json.loads(empty.run("instrument", "diff", "EXAMPLE 1", "--json").stdout)
    assert told["counts"] == {"changed": 1, "unchanged": 2}
    assert told["changes"][0]["words"] == [["gone", "all"], ["new", "some"]]
    assert "all providers" in empty.run("instrument", "show", "EXAMPLE 1", "--as-of", "2024-06").stdout

    target = tmp_path / "out.docx"
    empty.run("instrument", "export", "EXAMPLE 1", "--format", "docx", "--output", str(target))
    assert target.read_bytes()[:2] == b"PK"
    assert empty.run("verify").returncode == 0


@pytest.mark.data
def test_an_outline_is_corrected_in_a_table(empty, tmp_path):
    file, table = tmp_path / "guide.md", tmp_path / "outline.tsv"
    file.write_text(GUIDE, encoding="utf-8")
    empty.run("instrument", "import", str(file), *ABOUT, "--outline", str(table))
    empty.run("instrument", "show", "EXAMPLE 1", status=1)
    table.write_text(table.read_text(encoding="utf-8").replace("\t2.1\t", "\t2.2\t"), encoding="utf-8")
    empty.run("instrument", "import", str(file), *ABOUT, "--corrected", str(table))
    assert empty.run("instrument", "show", "EXAMPLE 1", "--clause", "2.2").returncode == 0


@pytest.mark.data
def test_a_text_that_cannot_be_read_is_said_in_a_line_with_its_file(empty, tmp_path):
    file = tmp_path / "empty.md"
    file.write_bytes(b"")
    done = empty.run("instrument", "import", str(file), *ABOUT, status=2)
    assert "empty.md" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.data
def test_what_a_document_is_about_is_suggested_listed_decided_and_added(node):
    one = "ISO/IEC 23894"
    assert json.loads(node.run("classify", "suggest", one, "--json").stdout)["new"] > 0
    assert "0 new suggestions" in node.run("classify", "suggest", one).stdout
    listed = json.loads(node.run("classify", "list", "--concept", "ai-topic:risk", "--json").stdout)
    (found,) = listed["results"]
    assert found["terms"][0] in ("risk management", "management du risque")

    assert node.run("classify", "confirm", found["id"]).stdout == "1 confirmed\n"
    node.run("classify", "reject", found["id"], status=1)
    node.run("classify", "add", one, "sdg:16")
    unknown = node.run("classify", "add", one, "sdg:99", status=2)
    assert "There is no concept" in unknown.stderr
    agreed = node.run("classify", "list", "--agreement").stdout
    assert "ai-topic:risk: 1 confirmed, 0 rejected, 0 added" in agreed
    assert "about sdg:16" in node.run("show", one).stdout
    node.run("verify")


def test_a_reported_error_is_listed_answered_and_erased(node):
    node.run("corrections", "list", status=1)
    report = (
        "from comity.records.viewer import ANYONE; from comity.standards.models import Document;"
        "from comity.standards.services import corrections as c;"
        "about = Document.objects.get(slug='iso-iec-42001');"
        "[c.report(about, c.Report('title', 'The cover.', f'Right {n}', 'en'), by=ANYONE, sender='a') for n in 'ab']"
    )
    node.run("manage", "shell", "-c", report)
    first, second = map(json.loads, node.run("corrections", "list", "--json").stdout.splitlines())
    node.run("corrections", "accept", first["id"], "--answer", "Yes.", "--value", "Right a")
    node.run("corrections", "decline", second["id"], "--answer", "No.")
    again = node.run("corrections", "decline", first["id"], "--answer", "No.", status=2)
    assert "decided this already" in again.stderr
    assert json.loads(node.run("corrections", "list", "--state", "accepted", "--json").stdout)["applied"] == "Right a"
    assert "Right a" in node.run("show", "ISO/IEC 42001").stdout
    node.run("corrections", "erase", second["id"], "--yes")
    node.run("corrections", "accept", second["id"], "--answer", "Yes.", status=1)
    node.run("verify")


def test_the_references_of_a_draft_are_checked(node, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("ISO/IEC 42001:2023\nISO/lEC 42001:2023\nISO 99999:2020\n", encoding="utf-8")
    told = node.run("references", "check", str(draft), "--csv", str(tmp_path / "out.csv"), status=1).stdout
    assert "1: right: ISO/IEC 42001:2023" in told
    assert "3: not found" in told
    assert "ISO 99999" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    first = node.run("references", "check", str(draft), "--json", status=1).stdout.splitlines()[0]
    assert json.loads(first)["document"]["document"] == "ISO/IEC 42001"
    draft.write_text("ISO/IEC 42001:2023\n", encoding="utf-8")
    node.run("references", "check", str(draft), "--as-of", "2024")
    assert "there is no such file" in node.run("references", "check", str(tmp_path / "none"), status=2).stderr
    draft.write_bytes(b"\0\1")
    assert "draft.txt" in node.run("references", "check", str(draft), status=2).stderr
