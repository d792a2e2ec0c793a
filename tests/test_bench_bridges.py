"""The bench of bridges on a folder of other data: made-up instruments and lists whose names nobody knows."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import bridges
from bench.crosswalks import Library, editions, same_document

SUBJECTS = ("risk management", "human oversight", "training data", "incident reports", "supplier contracts", "logs")
HEAD = "source_doc\tsource_ref\ttarget_doc\ttarget_ref\trelationship\tpublisher\torigin\tusable\n"


class Letters:
    """A stand-in for the model: texts with the same words have near vectors."""

    def __call__(self, texts: Any) -> Any:
        rows = np.full((len(texts), 32), 0.01, np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                rows[row, sum(map(ord, word)) % 32] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def instrument(folder: Path, name: str, words: str, title: str = "") -> None:
    clauses = [
        {"ref": f"{name[0]}{place}", "parent": None, "heading": subject, "text": words.format(subject)}
        for place, subject in enumerate(SUBJECTS)
    ]
    write(folder / f"{name}.json", {"id": name, "title": title or name, "clauses": clauses})


def crosswalk(folder: Path, source: str, target: str, count: int = 6) -> dict[str, str]:
    name = f"{source}__{target}"
    rows = (f"{source}\t{source[0]}{n}\t{target}\t{target[0]}{n}\trelated\tSomebody\t\t1\n" for n in range(count))
    write(folder / f"{name}.tsv", HEAD + "".join(rows))
    return {"pair": name, "kind": "expert", "source_doc": source, "target_doc": target, "gold": f"{name}.tsv"}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: Any) -> Path:
    """A benchmark in one folder, known lists in another with its own instruments."""
    monkeypatch.setattr(bridges, "Cached", Letters)
    instrument(tmp_path / "kept", "quay-rules-2.0.en", "The harbour has {} in place.")
    instrument(tmp_path / "kept", "mole-code.sw", "Bandari ina {} daima.")
    instrument(tmp_path / "kept", "pier-act-2019.en", "Whoever owns a pier sees to {}.")
    for name in ("quay-rules-1.0.en", "pier-act-2019.en", "buoy.en"):
        instrument(tmp_path / "instruments", name, "Each year {} is looked at.")
    known = tmp_path / "known"
    lists = [
        crosswalk(known, "quay-rules-1.0.en", "pier-act-2019.en"),
        crosswalk(known, "buoy.en", "pier-act-2019.en"),
        crosswalk(known, "buoy.en", "quay-rules-1.0.en"),
        crosswalk(known, "buoy.en", "nobody-has-it.en"),
    ]
    write(known / "benchmark.dev.json", lists)
    kept = tmp_path / "lists"
    asked = [
        crosswalk(kept, "pier-act-2019.en", "quay-rules-2.0.en"),
        crosswalk(kept, "quay-rules-2.0.en", "mole-code.sw", 1),
    ]
    write(tmp_path / "asked.json", asked)
    return tmp_path


def run(folder: Path, monkeypatch: Any, *more: str) -> Mapping[str, Any]:
    out = folder / "out.json"
    words = [
        "bench.bridges", "--instruments", folder / "kept", "--crosswalks", folder / "lists",
        "--benchmark", folder / "asked.json", "--known", folder / "known", "--json", out, *more,
    ]  # fmt: skip
    monkeypatch.setattr(sys, "argv", [str(one) for one in words])
    bridges.main()
    found: Mapping[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_other_data_are_measured_with_lists_that_are_known(elsewhere: Path, monkeypatch: Any, capsys: Any) -> None:
    found = run(elsewhere, monkeypatch)

    assert set(found["pairs"]) == {"pier-act-2019.en__quay-rules-2.0.en", "quay-rules-2.0.en__mole-code.sw"}
    measures = {"mrr", "map", "hit1", "hit5"}
    for one in (found["mean"], *found["pairs"].values()):
        assert {how: set(said) for how, said in one.items()} == {"text": measures, "known": measures}
        assert 0.5 < one["text"]["mrr"] <= 1
    assert "buoy.en__nobody-has-it.en is left out: There is no nobody-has-it.en.json" in capsys.readouterr().err


def test_a_list_between_the_same_two_documents_is_never_known(elsewhere: Path, monkeypatch: Any) -> None:
    beside = {}
    plain = bridges.known_beside

    def seen(question: Any, others: Any, library: Any) -> Any:
        beside[question.name] = [(one.source, one.target) for one in plain(question, others, library)]
        return plain(question, others, library)

    monkeypatch.setattr(bridges, "known_beside", seen)
    run(elsewhere, monkeypatch, "--part", "quality")

    assert beside["pier-act-2019.en__quay-rules-2.0.en"] == [
        ("buoy", "pier-act-2019"), ("buoy", "quay-rules-1.0"),
    ]  # fmt: skip
    assert len(beside["quay-rules-2.0.en__mole-code.sw"]) == 3


def test_known_lists_are_read_without_a_benchmark_of_theirs(elsewhere: Path, monkeypatch: Any) -> None:
    (elsewhere / "known" / "benchmark.dev.json").unlink()

    assert run(elsewhere, monkeypatch, "--part", "quality")["mean"]["known"]["mrr"] > 0.5


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"gold": "nothing.tsv"}, "There is no file .*nothing.tsv"),
        ({"source_doc": "nobody.en"}, "There is no nobody.en.json in"),
        ({"target_doc": "mole-code.sw"}, "No row of .* is between clauses of pier-act-2019.en and mole-code.sw"),
    ],
)
def test_what_cannot_be_measured_is_named(elsewhere: Path, monkeypatch: Any, entry: Any, said: str) -> None:
    asked = json.loads((elsewhere / "asked.json").read_text())
    write(elsewhere / "asked.json", [{**asked[0], **entry}])

    with pytest.raises(SystemExit, match=said):
        run(elsewhere, monkeypatch)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("nist-csf-1.1", "nist-csf-2.0", True),
        ("nist-sp-800-53", "nist-sp-800-53-r5", True),
        ("iso-27001-2022", "ISO-27001", True),
        ("cis-controls-8", "cis-controls-7.1", True),
        ("be-cyfun2023", "be-cyfun2025", True),
        ("Matrix 4.1", "Matrix, Rev. 5", True),
        ("iso-27001-2022", "iso-42001", False),
        ("nist-ai-rmf-1.0", "nist-ai-600-1", False),
        ("owasp-llm-top10-2025", "owasp-llm-checklist", False),
    ],
)
def test_editions_are_told_by_the_end_of_a_name(one: str, other: str, same: bool) -> None:
    assert bool(editions(one) & editions(other)) is same


def test_a_document_is_known_by_its_title_whatever_its_file_is_called(tmp_path: Path) -> None:
    instrument(tmp_path, "first.en", "{}", "Rules of the harbour 2.0")
    instrument(tmp_path, "second.fr", "{}", "Rules of the Harbour, 2024")
    instrument(tmp_path, "third.en", "{}", "Rules of the pier")
    library = Library(tmp_path)

    assert same_document("first.en", "second.fr", library)
    assert not same_document("first.en", "third.en", library)
