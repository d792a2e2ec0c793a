"""Many pairs on several processes: in blocks, each given out as a worker becomes free."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager

from comity.engine.align import pairs

BLOCK = 8
"""Pairs that a worker is given at once: they share an instrument, which is read once."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def blocks(jobs: Sequence[pairs.Job], size: int = BLOCK) -> Iterator[list[pairs.Job]]:
    """Pairs with the same first instrument, a few at a time."""
    block: list[pairs.Job] = []
    for job in jobs:
        if block and (len(block) == size or block[0].source != job.source):
            yield block
            block = []
        block.append(job)
    if block:
        yield block


def finished(executor: Executor, waiting: Iterator[list[pairs.Job]], width: int) -> Iterator[list[str]]:
    """Work blocks out, a few more at a time than there are workers; each as it is finished.

    Raises:
        BrokenProcessPool: a worker was killed; what is finished stays on disk.
    """
    running: set[Future[list[str]]] = set()
    try:
        for block in waiting:
            running.add(executor.submit(pairs.work, block))
            if len(running) >= width + 2:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for one in done:
                    yield one.result()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                yield one.result()
    finally:
        for one in running:
            one.cancel()


@contextmanager
def local(processes: int) -> Iterator[Executor]:
    """Processes of this machine. Each has one thread, so that sums are added in one order everywhere."""
    with _environment(ONE_THREAD):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context) as executor:
            yield executor


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
