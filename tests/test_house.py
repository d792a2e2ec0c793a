"""The repository itself: what it needs is locked, and nothing in it names a registry or somebody's machine."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from tests.node import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKED = sorted((REPOSITORY / "requirements").glob("*.txt"))


def name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def locked(file: str) -> set[str]:
    text = (REPOSITORY / "requirements" / file).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE))


def committed() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(done.stdout.splitlines())


def test_a_node_needs_at_most_twenty_packages():
    assert len(PROJECT["dependencies"]) <= 20


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("core.txt", PROJECT["dependencies"]),
        ("dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
        ("bench.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["bench"]),
    ],
)
def test_everything_the_project_names_is_locked(file, wanted):
    assert {name(one) for one in wanted} <= locked(file)


@pytest.mark.parametrize("file", LOCKED, ids=lambda file: file.name)
def test_every_locked_package_has_its_hashes_and_no_address(file):
    text = file.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9.-]+==)", text, flags=re.MULTILINE)[1:]

    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|file://|--index|--find-links|--trusted-host", text)


def test_packages_in_several_sets_have_one_version():
    versions: dict[str, set[str]] = {}
    for file in LOCKED:
        for package, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE):
            versions.setdefault(package, set()).add(version)

    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_nothing_names_somebodys_machine():
    machine = re.compile(r"(?<![\w.~/-])/(?:work|opt/pypi|opt/wheels|root)/[\w.-]")
    texts = [
        one for one in committed() if one.endswith((".py", ".md", ".toml", ".txt", ".html", ".yaml", "Makefile"))
    ]
    found = [
        (one, line)
        for one in texts
        if one != "tests/test_house.py" and (REPOSITORY / one).is_file()
        for line in (REPOSITORY / one).read_text(encoding="utf-8").splitlines()
        if machine.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("file", [one for one in committed() if one.endswith(".md") and (REPOSITORY / one).is_file()])
def test_links_between_documents_lead_somewhere(file):
    text = re.sub(r"```.*?```", "", (REPOSITORY / file).read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", text)
    here = [one.split("#")[0] for one in targets if not re.match(r"[a-z]+:|#", one)]

    assert [one for one in here if not ((REPOSITORY / file).parent / one).exists()] == []


@pytest.mark.parametrize("script", sorted((REPOSITORY / "scripts").iterdir()), ids=lambda script: script.name)
def test_scripts_are_programs_without_mistakes_of_syntax(script):
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True)


def test_every_target_of_the_makefile_that_people_use_is_explained():
    done = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    listed = {line.split()[0] for line in done.stdout.splitlines() if line}

    assert listed >= {"env", "demo", "test", "check", "lint", "bench", "docs", "help"}
