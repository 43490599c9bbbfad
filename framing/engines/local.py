"""Runs a pure function over batches on this machine: in process, or in several processes, with the same rows in the same order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

from framing.errors import FramingError

In = TypeVar("In")
Out = TypeVar("Out")

_installed: Callable[[Any], Any] | None = None


def _follow_parent() -> None:
    """End this worker when the process that started it is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _install(path: str) -> None:
    global _installed  # noqa: PLW0603 - one function per worker process, set once by its initializer
    with Path(path).open("rb") as file:
        _installed = pickle.load(file)  # noqa: S301 - written a moment ago by the process that started this one
    # The parent decides what an interrupt means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _call(batch: Any) -> Any:
    assert _installed is not None
    return _installed(batch)


def map_batches(function: Callable[[In], Out], batches: Iterable[In], *, workers: int = 1) -> Iterator[Out]:
    """The results of a pure function over batches, in order.

    At most two batches a worker are under way, so memory does not grow with their number.

    Args:
        function: Picklable and pure; sent to each worker once.
        batches: Read as they are needed.
        workers: Processes; 1 runs in this one. In a script, more than one needs `if __name__ == "__main__":`.

    Raises:
        FramingError: A worker process died.

    Example:
        >>> list(map_batches(abs, [-1, 2]))
        [1, 2]
    """
    if workers <= 1:
        yield from map(function, batches)
        return
    # A file, not an argument of the processes: to one that dies at its start, a long argument is written for ever.
    with tempfile.TemporaryDirectory(prefix="framing-") as folder:
        path = Path(folder) / "function"
        path.write_bytes(pickle.dumps(function))
        yield from _map_in_processes(str(path), batches, workers)


def _map_in_processes(function: str, batches: Iterable[Any], workers: int) -> Iterator[Any]:
    # Spawned, not forked: pyarrow keeps threads, and a forked process inherits their locks.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_install, initargs=(function,))
    under_way: deque[Future[Any]] = deque()
    try:
        for batch in batches:
            under_way.append(pool.submit(_call, batch))
            if len(under_way) >= 2 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
        pool.shutdown()
    except BaseException as problem:
        # Interrupted or abandoned: what is under way would only be thrown away.
        pool.shutdown(wait=False, cancel_futures=True)
        mine = set(multiprocessing.active_children()) - others
        for worker in mine:
            worker.terminate()
        for worker in mine:
            # So that none writes a file any more when the caller tidies up.
            worker.join(timeout=5)
        if isinstance(problem, BrokenProcessPool):
            raise FramingError(
                "a worker process that ended before its work did",
                'memory for all workers, and in a script the work under `if __name__ == "__main__":`',
                "Put it there, or use fewer workers (--workers 1, workers=1).",
            ) from problem
        raise
