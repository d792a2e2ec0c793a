"""Nodes for the tests that cross rooms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.node import Node, place


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with the shipped facts, made once. Tests only read it, or copy it."""
    with place(tmp_path_factory.mktemp("made")) as one:
        yield one.init()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with an empty catalogue, made once. Tests only copy it."""
    with place(tmp_path_factory.mktemp("bare")) as one:
        yield one.init("--no-facts")


@pytest.fixture
def nowhere(tmp_path) -> Iterator[Node]:
    with place(tmp_path) as one:
        yield one


@pytest.fixture
def node(tmp_path, made) -> Iterator[Node]:
    """A node with the shipped facts, to do anything with."""
    with place(tmp_path, like=made) as one:
        yield one


@pytest.fixture
def empty(tmp_path, bare) -> Iterator[Node]:
    """A node with an empty catalogue, to do anything with."""
    with place(tmp_path, like=bare) as one:
        yield one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives whole nodes is not among the fast tests."""
    for item in items:
        if {"made", "bare", "nowhere"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
