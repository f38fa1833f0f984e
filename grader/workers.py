"""Worker processes whose failure, death or endless work costs the one task they were at.

A reader written in another language can abort the whole process, and a hostile file can keep one
busy for ever. So each task is sent to a process that can be lost: the task is then reported as
lost, a new process takes the place of the old one, and all other tasks are done as usual.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from grader.files import NotWrittenError

__all__ = ["Lost", "outcomes"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_POLL_SECONDS = 0.5
_AT_WORK = object()


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that failed, brought its process down, or took longer than allowed.

    Attributes:
        reason: what happened, for a person who can do nothing about it.
        log: the traceback, where there is one.
    """

    reason: str
    log: str = ""


@dataclass(slots=True)
class _Worker(Generic[Task]):
    process: Any
    pipe: Connection
    task: int = -1
    since: float = 0.0


def outcomes(
    tasks: Sequence[Task],
    work: Callable[[Any, Task], Result],
    setup: Callable[[], Any],
    *,
    jobs: int,
    seconds: float,
) -> Iterator[tuple[int, Result | Lost]]:
    """Do every task in one of ``jobs`` processes; results come as they are done.

    Args:
        tasks: what to do; sent to the processes, so they must be picklable and small.
        work: called in a process with what ``setup`` returned and a task.
        setup: called once in each process, before its first task.
        jobs: how many processes.
        seconds: how long one task may take.

    Yields:
        The number of the task with its result, or with `Lost`.

    Raises:
        NotWrittenError: a task met with it, and others would.
    """
    context = mp.get_context("spawn" if sys.platform in {"win32", "darwin"} else "fork")
    waiting = list(reversed(range(len(tasks))))
    workers = [_started(context, work, setup) for _ in range(min(jobs, len(tasks)))]
    try:
        busy = [worker for worker in workers if _sent(worker, tasks, waiting)]
        while busy:
            ready = wait([worker.pipe for worker in busy], timeout=_POLL_SECONDS)
            for worker in list(busy):
                done = _received(worker, ready, seconds)
                if done is _AT_WORK:
                    continue
                if isinstance(done, NotWrittenError):
                    raise done
                yield worker.task, done
                if isinstance(done, Lost) and not done.log:  # the process with it
                    _stop(worker)
                    fresh = _started(context, work, setup)
                    worker.process, worker.pipe = fresh.process, fresh.pipe
                if not _sent(worker, tasks, waiting):
                    busy.remove(worker)
    finally:
        for worker in workers:
            _stop(worker)


def _started(
    context: Any, work: Callable[[Any, Task], Result], setup: Callable[[], Any]
) -> _Worker[Task]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, ours, work, setup), daemon=True)
    with _undisturbed():
        process.start()
    theirs.close()
    return _Worker(process, ours)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals come after it; what is started in it begins deaf to them.

    The terminal sends Ctrl-C to every process, also to one that is not yet ready to answer.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hear_the_end() -> None:
    """In the process: SIGTERM ends it without a word; Ctrl-C is for the one who asks to answer."""
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _serve(
    pipe: Connection,
    other_end: Connection,
    work: Callable[[Any, Task], Result],
    setup: Callable[[], Any],
) -> None:
    """In the process: do what comes until nothing comes any more."""
    _hear_the_end()
    other_end.close()  # a copy held here would hide that the one who asks is gone
    ready = cache(setup)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            pipe.send(_done(work, ready, pipe.recv()))


def _done(
    work: Callable[[Any, Task], Result], ready: Callable[[], Any], task: Task
) -> Result | Lost | NotWrittenError:
    try:
        return work(ready(), task)
    except NotWrittenError as error:
        return error
    except Exception as error:  # noqa: BLE001  # our fault: it costs this one task only
        log = "".join(traceback.format_exception(error))
        return Lost(f"the grader failed on it ({type(error).__name__})", log)


def _sent(worker: _Worker[Task], tasks: Sequence[Task], waiting: list[int]) -> bool:
    """Give the worker the next task, if there is one."""
    if not waiting:
        return False
    worker.task = waiting.pop()
    worker.since = time.monotonic()
    with contextlib.suppress(OSError):  # the process is gone; its pipe tells when it is read
        worker.pipe.send(tasks[worker.task])
    return True


def _received(worker: _Worker[Task], ready: Sequence[Any], seconds: float) -> Any:
    """The worker's result, or `Lost`."""
    if worker.pipe in ready:
        try:
            return worker.pipe.recv()
        except (EOFError, OSError):
            return Lost("the program reading it broke down")
    if time.monotonic() - worker.since > seconds:
        return Lost(f"it took longer than {seconds:g} seconds")
    return _AT_WORK


def _stop(worker: _Worker[Task]) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()
