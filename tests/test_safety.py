"""What may happen to a node: killed imports, two at once, a full disk, a wrecked database, a half-done upgrade."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import signal
import tarfile
import urllib.error
import urllib.request
import zlib

import pytest

from tests.node import Node, place
from tests.support import Row, ai, row, write

DONE = "SELECT COALESCE(MAX(lines), 0) FROM standards_importrun"


def rows(first: int, last: int, **facts: object) -> list[Row]:
    return [
        row(
            f"ISO {number}:{2000 + number % 20}",
            title={"en": f"Test method {number} for part {number % 97}"},
            stage="60",
            substage="60",
            dates={"published": f"{2000 + number % 20}-0{1 + number % 9}"},
            rel=[{"type": "cites", "id": f"ISO {number // 2 + 1}"}],
            **({"ai": ai()} if number % 10 == 0 else {}),
            **facts,
        )
        for number in range(first, last)
    ]


def export(node: Node) -> list[str]:
    return node.run("export", "catalogue", "--all").stdout.splitlines()


def holds(node: Node) -> bool:
    return bool(json.loads(node.run("verify", "--json").stdout)["holds"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory, bare):
    """What an import that nothing disturbed takes and gives: its file, its export, the size of its database."""
    folder = tmp_path_factory.mktemp("whole")
    file = write(folder / "many.jsonl.gz", rows(1, 4_401))
    with place(folder, like=bare) as node:
        node.run("import", "catalogue", file, "--no-vectors")
        database = node.home / "comity.sqlite3"
        yield file, export(node), database.stat().st_size if database.exists() else 0


# imports


@pytest.mark.data
def test_an_import_that_is_killed_again_and_again_ends_as_one_that_was_not(empty, whole):
    file, expected, _size = whole
    killed = 0
    for _ in range(10):
        begun = empty.value(DONE) or 0
        process = empty.start("import", "catalogue", file, "--no-vectors")
        empty.wait_for(DONE, begun + 1, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode == 0:
            break
        killed += 1
        assert holds(empty)
    report = json.loads(empty.run("import", "catalogue", file, "--no-vectors", "--json").stdout)

    assert killed >= 2
    assert report["refused"] == 0
    assert export(empty) == expected
    assert holds(empty)


def test_an_import_that_is_killed_before_its_first_batch_leaves_a_node_that_holds(empty, whole):
    file, _expected, _size = whole
    process = empty.start("import", "catalogue", file, "--no-vectors")
    empty.wait_for("SELECT COUNT(*) FROM standards_importrun", 1, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert holds(empty)


@pytest.mark.data
def test_two_imports_at_once_end_as_one_after_the_other(empty, tmp_path, whole):
    _file, expected, _size = whole
    one = write(tmp_path / "one.jsonl", rows(1, 3_001))
    other = write(tmp_path / "other.jsonl", rows(1_801, 4_401))
    processes = [empty.start("import", "catalogue", part, "--no-vectors") for part in (one, other)]
    for process in processes:
        _out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err

    assert export(empty) == expected
    assert holds(empty)
    sequence = empty.value("SELECT MAX(sequence) - COUNT(*) FROM records_change")
    assert sequence == 0


@pytest.mark.data
def test_one_file_imported_twice_at_once_is_imported_once(empty, whole):
    file, expected, _size = whole
    processes = [empty.start("import", "catalogue", file, "--no-vectors") for _ in range(2)]
    for process in processes:
        _out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err

    assert export(empty) == expected
    assert holds(empty)


def test_a_disk_that_fills_stops_an_import_with_a_sentence_and_it_goes_on_later(empty, whole):
    """A limit on the size of files stands for the disk: the database refuses as it would there."""
    if empty.database:
        pytest.skip("the disk of a database server is the server's")
    file, expected, size = whole
    most = size // 2

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    failed = empty.run("import", "catalogue", file, "--no-vectors", status=2, preexec_fn=limit)
    assert "Traceback" not in failed.stderr
    assert "the database refused" in failed.stderr
    assert holds(empty)
    assert 0 < empty.value(DONE) < 4_400

    empty.run("import", "catalogue", file, "--no-vectors")
    assert export(empty) == expected
    assert holds(empty)


def test_a_cut_off_file_is_taken_as_far_as_it_goes_and_its_whole_later(empty, tmp_path, whole):
    file, expected, _size = whole
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(file.read_bytes()[:-20_000])
    report = json.loads(empty.run("import", "catalogue", cut, "--no-vectors", "--json").stdout)
    assert report["refused"] == 1

    empty.run("import", "catalogue", file, "--no-vectors")
    assert export(empty) == expected


# backup, wreck, restore, verify


@pytest.mark.data
def test_backup_wreck_restore_verify(node, tmp_path):
    before = export(node)
    head = json.loads(node.run("verify", "--json").stdout)["head"]
    node.run("backup", tmp_path / "node.tar.gz")
    for table in ("standards_relation", "standards_identifier", "records_entrytext", "records_snapshot"):
        node.execute(f"DELETE FROM {table}")  # noqa: S608
    node.execute("UPDATE standards_document SET identifier = 'wrecked'")
    node.run("verify", status=1)

    node.run("restore", tmp_path / "node.tar.gz", "--force")
    proof = json.loads(node.run("verify", "--json").stdout)
    assert (proof["holds"], proof["head"]) == (True, head)
    assert export(node) == before
    found = json.loads(node.run("search", "ISO/IEC 42001", "--json").stdout)["results"]
    assert found[0]["document"] == "ISO/IEC 42001"


def test_a_backup_makes_a_node_where_there_was_none(made, nowhere, tmp_path):
    if made.database:
        pytest.skip("a database of PostgreSQL is restored into one that is made for it")
    made.run("backup", tmp_path / "node.tar.gz")
    nowhere.run("restore", tmp_path / "node.tar.gz")

    assert export(nowhere) == export(made)
    assert (nowhere.home / "node.toml").read_text() == (made.home / "node.toml").read_text()


def test_a_backup_can_be_read_by_its_owner_alone(made, tmp_path):
    file = tmp_path / "node.tar.gz"
    made.run("backup", file)

    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.data
def test_restore_refuses_to_go_over_a_node_unless_told(node, tmp_path):
    node.run("backup", tmp_path / "node.tar.gz", "--no-vectors")
    before = export(node)
    result = node.run("restore", tmp_path / "node.tar.gz", status=2)

    assert "--force" in result.stderr
    assert export(node) == before


def test_restore_keeps_what_it_replaced(node, tmp_path):
    if node.database:
        pytest.skip("kept as a dump there")
    node.run("backup", tmp_path / "node.tar.gz", "--no-vectors")
    node.run("restore", tmp_path / "node.tar.gz", "--force")

    (aside,) = node.home.glob("before-restore-*")
    assert (aside / "comity.sqlite3").exists()


def damaged(file, how: str, folder):
    """A copy of a backup, harmed."""
    harmed = folder / f"{how}.tar.gz"
    body = file.read_bytes()
    if how == "cut":
        harmed.write_bytes(body[: len(body) // 2])
    elif how == "flipped":
        middle = len(body) // 2
        harmed.write_bytes(body[:middle] + bytes([body[middle] ^ 0xFF]) + body[middle + 1 :])
    elif how == "not compressed from its middle on":
        raw = gzip.decompress(body)
        packer = zlib.compressobj(wbits=31)  # as gzip has it
        begun = packer.compress(raw[: len(raw) // 2]) + packer.flush(zlib.Z_FULL_FLUSH)
        harmed.write_bytes(begun + b"\x07" * 100)  # no such kind of block
    elif how == "nothing":
        harmed.write_bytes(b"")
    elif how == "something else":
        harmed.write_bytes(gzip.compress(b"not a backup"))
    else:
        parts = folder / "parts"
        shutil.unpack_archive(file, parts)
        (database,) = parts.glob("comity.*")
        if how == "altered":
            content = bytearray(database.read_bytes())
            content[len(content) // 2] ^= 0xFF
            database.write_bytes(content)
        else:
            database.unlink()
        with tarfile.open(harmed, "w:gz") as tar:
            for path in parts.iterdir():
                tar.add(path, path.name)
    return harmed


@pytest.mark.parametrize(
    "how",
    [
        "cut",
        "flipped",
        "not compressed from its middle on",
        "nothing",
        "something else",
        "altered",
        "without its database",
    ],
)
def test_a_damaged_backup_is_refused_and_the_node_stays_as_it_was(node, tmp_path, how):
    node.run("backup", tmp_path / "node.tar.gz", "--no-vectors")
    before = export(node)
    result = node.run("restore", damaged(tmp_path / "node.tar.gz", how, tmp_path), "--force", status=2)

    assert "cannot be restored" in result.stderr
    assert "Traceback" not in result.stderr
    assert export(node) == before
    assert not list(node.home.glob("before-restore-*"))


def test_a_backup_with_a_path_out_of_the_node_is_refused(node, tmp_path):
    file = tmp_path / "evil.tar.gz"
    (tmp_path / "evil").write_text("x")
    with tarfile.open(file, "w:gz") as tar:
        tar.add(tmp_path / "evil", "../../escaped")
    node.run("restore", file, "--force", status=2)

    assert not list(tmp_path.parent.rglob("escaped"))


# upgrade


def answer(port: int, path: str = "/health?format=json") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def served(node):
    """A node that serves, and the port it serves on."""
    import socket
    import time

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = node.start("serve", "--port", str(port), "--workers", "1", "--no-worker")
    for _ in range(600):
        try:
            answer(port)
            break
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
    yield node, port
    process.terminate()
    process.communicate(timeout=60)


def test_health_is_green_on_a_node_that_works(served):
    _node, port = served
    status, body = answer(port)

    assert status == 200
    assert json.loads(body)["healthy"]


def test_health_turns_red_while_an_upgrade_is_not_finished(served):
    node, port = served
    (node.home / "upgrading").write_text("{}")
    status, body = answer(port)

    assert status == 503
    assert not json.loads(body)["healthy"]
    assert "comity upgrade" in body


def test_health_turns_red_on_a_schema_of_another_version(served):
    node, port = served
    node.execute("DELETE FROM django_migrations WHERE app = 'standards'")

    assert answer(port)[0] == 503


@pytest.mark.data
@pytest.mark.parametrize(
    "words",
    [("serve", "--port", "1"), ("worker",), ("verify",), ("search", "x"), ("backup", "x")],
    ids=lambda w: w[0],
)
def test_on_a_half_migrated_schema_nothing_is_done(node, words):
    (node.home / "upgrading").write_text("{}")
    result = node.run(*words, status=2)

    assert "comity upgrade" in result.stderr


def test_upgrade_finishes_what_began(node):
    (node.home / "upgrading").write_text("{}")
    node.run("upgrade")

    assert not (node.home / "upgrading").exists()
    node.run("status")


def test_upgrade_of_a_node_that_is_up_to_date_changes_nothing(node):
    result = node.run("upgrade")

    assert "up to date" in result.stderr
    assert not list(node.home.glob("backups/*"))


@pytest.mark.data
def test_upgrade_backs_up_migrates_and_the_node_works_again(node):
    """The last migration is taken back, as if the program were newer than the database."""
    before = export(node)
    node.run("manage", "migrate", "records", "0001", "--verbosity", "0")
    node.run("verify", status=2)
    node.run("upgrade")

    assert len(list(node.home.glob("backups/before-upgrade-*.tar.gz"))) == 1
    assert export(node) == before
    assert holds(node)
