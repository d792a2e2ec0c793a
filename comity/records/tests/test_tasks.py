"""Background work: done once, taken up after a crash, tried again later, given up at last."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from comity.records import tasks
from comity.records.models import Task

pytestmark = [pytest.mark.usefixtures("emptied"), pytest.mark.data]


@pytest.fixture
def done(monkeypatch):
    """Tasks that write down what they were given, and one that fails."""
    happened: list[str] = []

    def note(progress: tasks.Progress, *, what: str) -> str:
        happened.append(what)
        progress(1, 2)
        progress(2, 2)
        return f"noted {what}"

    def fail(progress: tasks.Progress) -> None:
        raise OSError("the disk is on fire")

    monkeypatch.setattr(tasks, "_registered", {"note": note, "fail": fail})
    return happened


def due_now() -> None:
    Task.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def lease_ran_out() -> None:
    Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_task_is_run_with_what_it_was_given(done):
    tasks.enqueue("note", what="this")

    assert tasks.work(threading.Event(), until_empty=True) == 1
    one = Task.objects.get()
    assert done == ["this"]
    assert (one.state, one.message, one.done, one.total) == (Task.State.DONE, "noted this", 2, 2)


def test_tasks_are_run_in_the_order_they_were_queued(done):
    for what in ("one", "two", "three"):
        tasks.enqueue("note", what=what)
    tasks.work(threading.Event(), until_empty=True)

    assert done == ["one", "two", "three"]


def test_a_task_nobody_registered_is_refused(done):
    with pytest.raises(KeyError, match="no task is called"):
        tasks.enqueue("dance")


def test_a_task_queued_in_a_transaction_that_fails_is_not_queued(done):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tasks.enqueue("note", what="this")
        _ = 1 / 0

    assert tasks.claim("worker") is None


def test_a_task_that_waits_already_is_enough(done):
    first = tasks.enqueue("note", once=True, what="this")
    second = tasks.enqueue("note", once=True, what="this")
    third = tasks.enqueue("note", once=True, what="that")

    assert first.pk == second.pk != third.pk


def test_a_task_that_runs_already_is_queued_again(done):
    """What it read may be older than what made the new one necessary."""
    first = tasks.enqueue("note", once=True, what="this")
    tasks.claim("worker")

    assert tasks.enqueue("note", once=True, what="this").pk != first.pk


def test_a_task_somebody_works_on_is_nobody_elses(done):
    tasks.enqueue("note", what="this")

    assert tasks.claim("one") is not None
    assert tasks.claim("two") is None


def test_a_task_of_a_killed_worker_is_taken_up_when_its_lease_ran_out(done):
    tasks.enqueue("note", what="this")
    tasks.claim("killed")
    lease_ran_out()

    taken = tasks.claim("next")
    assert taken is not None
    assert (taken.worker, taken.attempts) == ("next", 2)
    assert tasks.run(taken)
    assert Task.objects.get().state == Task.State.DONE


def test_a_worker_that_lost_its_lease_does_not_overwrite_the_others_result(done):
    tasks.enqueue("note", what="this")
    slow = tasks.claim("slow")
    lease_ran_out()
    tasks.claim("fast")

    tasks.run(slow)
    one = Task.objects.get()
    assert (one.worker, one.state) == ("fast", Task.State.RUNNING)


def test_a_task_that_kills_every_worker_is_given_up(done):
    tasks.enqueue("note", what="this")
    for number in range(tasks.ATTEMPTS):
        assert tasks.claim(f"worker {number}") is not None
        lease_ran_out()

    assert tasks.claim("one more") is None
    assert Task.objects.get().state == Task.State.FAILED


def test_the_lease_is_renewed_while_the_work_goes_on(done, monkeypatch):
    monkeypatch.setattr(tasks, "LEASE", timedelta(seconds=0.4))
    renewed = threading.Event()

    def slow(progress: tasks.Progress) -> None:
        before = Task.objects.get().lease_until
        for _ in range(200):
            if Task.objects.get().lease_until > before:
                renewed.set()
                return
            threading.Event().wait(0.05)

    monkeypatch.setitem(tasks._registered, "slow", slow)
    tasks.enqueue("slow")
    tasks.work(threading.Event(), until_empty=True)

    assert renewed.is_set()


def test_a_task_that_fails_waits_and_is_tried_again(done):
    tasks.enqueue("fail")
    assert tasks.work(threading.Event(), until_empty=True) == 0

    one = Task.objects.get()
    assert (one.state, one.attempts) == (Task.State.QUEUED, 1)
    assert one.run_after > timezone.now()
    assert "the disk is on fire" in one.error
    assert tasks.claim("worker") is None


def test_each_try_waits_longer_and_the_last_one_fails_for_good(done):
    tasks.enqueue("fail")
    waits = []
    for _ in range(tasks.ATTEMPTS):
        due_now()
        begun = timezone.now()
        tasks.work(threading.Event(), until_empty=True)
        waits.append(Task.objects.get().run_after - begun)

    one = Task.objects.get()
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]
    assert one.state == Task.State.FAILED
    assert one.finished_at is not None
    due_now()
    assert tasks.claim("worker") is None


def test_a_failed_task_can_be_queued_again(done):
    tasks.enqueue("fail")
    Task.objects.update(state=Task.State.FAILED, attempts=5, error="why")
    tasks.retry(Task.objects.get().pk)

    one = tasks.claim("worker")
    assert one is not None
    assert (one.attempts, one.error) == (1, "")


def test_a_task_that_is_done_keeps_no_error_of_an_earlier_try(done):
    tasks.enqueue("note", what="this")
    Task.objects.update(error="why")
    tasks.work(threading.Event(), until_empty=True)

    assert Task.objects.get().error == ""


def test_workers_at_once_never_do_one_task_twice(done):
    for number in range(24):
        tasks.enqueue("note", what=str(number))

    def worker(_number: int) -> int:
        try:
            return tasks.work(threading.Event(), until_empty=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(worker, range(4)))

    assert sum(counts) == 24
    assert sorted(done, key=int) == [str(number) for number in range(24)]
    assert set(Task.objects.values_list("attempts", flat=True)) == {1}


def test_a_worker_that_is_told_to_stop_leaves_the_rest(done):
    tasks.enqueue("note", what="this")
    stop = threading.Event()
    stop.set()

    assert tasks.work(stop) == 0
    assert tasks.waiting() == 1
