"""Background work with leases: what a killed worker left is taken up by the next."""

from __future__ import annotations

import os
import socket
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from django.db import close_old_connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from comity.records import log
from comity.records.models import Task

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
Progress = Callable[[int, int], None]
Work = Callable[..., str | None]

_registered: dict[str, Work] = {}
logger = structlog.get_logger()


def task(name: str) -> Callable[[Work], Work]:
    """Register a function `(progress, **payload) -> message` as the work of tasks called `name`.

    It may be run again after a crash, so it must be safe to repeat.
    """

    def register(work: Work) -> Work:
        _registered[name] = work
        return work

    return register


def enqueue(name: str, *, once: bool = False, **payload: Any) -> Task:
    """Queue work in the current transaction. With `once`, an equal task that still waits is enough."""
    if name not in _registered:
        raise KeyError(f"no task is called {name!r}")
    if once:
        waiting = Task.objects.filter(name=name, payload=payload, state=Task.State.QUEUED).first()
        if waiting:
            return waiting
    return Task.objects.create(name=name, payload=payload)


@transaction.atomic
def claim(worker: str) -> Task | None:
    """Take the next task that is due: queued, or running under a lease that ran out."""
    log.hold()
    now = timezone.now()
    hopeless = Task.objects.filter(state=Task.State.RUNNING, lease_until__lt=now, attempts__gte=ATTEMPTS)
    hopeless.update(state=Task.State.FAILED, finished_at=now, error="Every worker that took it up died.")
    due = Q(state=Task.State.QUEUED, run_after__lte=now) | Q(state=Task.State.RUNNING, lease_until__lt=now)
    found = Task.objects.filter(due).order_by("run_after", "pk").first()
    if found is None:
        return None
    found.state, found.worker, found.attempts = Task.State.RUNNING, worker, found.attempts + 1
    found.started_at, found.lease_until = now, now + LEASE
    found.save()
    return found


def run(found: Task) -> bool:
    """Do a claimed task's work, renewing its lease meanwhile. True if it was done."""
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(found.pk, found.worker, stop), daemon=True)
    heart.start()
    try:
        message = _registered[found.name](_progress(found), **found.payload)
    except Exception as error:
        logger.warning("task failed", task=found.pk, name=found.name, error=str(error))
        _give_back(found, error)
        return False
    finally:
        stop.set()
        heart.join()
    mine = Task.objects.filter(pk=found.pk, worker=found.worker)
    mine.update(state=Task.State.DONE, finished_at=timezone.now(), message=(message or "")[:255], error="")
    return True


def _give_back(found: Task, error: Exception) -> None:
    last = found.attempts >= ATTEMPTS
    Task.objects.filter(pk=found.pk, worker=found.worker).update(
        state=Task.State.FAILED if last else Task.State.QUEUED,
        run_after=timezone.now() + timedelta(seconds=2**found.attempts),
        finished_at=timezone.now() if last else None,
        error="".join(traceback.format_exception(error))[-4_000:],
    )


def _progress(found: Task) -> Progress:
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.5 or done >= total:
            last = time.monotonic()
            Task.objects.filter(pk=found.pk).update(done=done, total=total)

    return report


def _beat(key: int, worker: str, stop: threading.Event) -> None:
    while not stop.wait(LEASE.total_seconds() / 4):
        with suppress(Exception):  # a missed beat is made up by the next
            Task.objects.filter(pk=key, worker=worker).update(lease_until=timezone.now() + LEASE)
    close_old_connections()


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident() % 10_000}"[:64]


def work(stop: threading.Event, *, idle: float = 1.0, until_empty: bool = False) -> int:
    """Run tasks until `stop` is set, or until none is due. Returns how many were done."""
    name, done = worker_name(), 0
    while not stop.is_set():
        close_old_connections()
        found = claim(name)
        if found is not None:
            done += run(found)
        elif until_empty:
            break
        else:
            stop.wait(idle)
    return done


def waiting() -> int:
    return Task.objects.filter(state__in=(Task.State.QUEUED, Task.State.RUNNING)).count()


def retry(key: int) -> None:
    """Queue a failed task again."""
    Task.objects.filter(pk=key, state=Task.State.FAILED).update(
        state=Task.State.QUEUED, attempts=0, run_after=timezone.now(), error="", done=F("done") * 0
    )
