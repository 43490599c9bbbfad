"""Runs a pure function over batches on this machine: in process, or in several processes, with the same rows in the same order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

_installed: Callable[[Any], Any] | None = None


def _follow_parent() -> None:
    """End this worker when the process that started it is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _install(function: Callable[[Any], Any]) -> None:
    global _installed  # noqa: PLW0603 - one function per worker process, set once by its initializer
    _installed = function
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

    Example:
        >>> list(map_batches(abs, [-1, 2]))
        [1, 2]
    """
    if workers <= 1:
        yield from map(function, batches)
        return
    # Spawned, not forked: pyarrow keeps threads, and a forked process inherits their locks.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_install, initargs=(function,))
    under_way: deque[Future[Out]] = deque()
    try:
        for batch in batches:
            under_way.append(pool.submit(_call, batch))
            if len(under_way) >= 2 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
        pool.shutdown()
    except BaseException:
        # Interrupted or abandoned: what is under way would only be thrown away.
        pool.shutdown(wait=False, cancel_futures=True)
        mine = set(multiprocessing.active_children()) - others
        for worker in mine:
            worker.terminate()
        for worker in mine:
            # So that none writes a file any more when the caller tidies up.
            worker.join(timeout=5)
        raise
