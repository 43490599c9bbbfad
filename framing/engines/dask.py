"""Runs a pure function over stretches of work on a Dask cluster: one that is named by its address, or one started here.

Whoever reaches a scheduler can run programs on its workers, so that only this machine or TLS is spoken to.
"""

from __future__ import annotations

import contextlib
import ipaddress
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from framing.errors import FramingError, SelectionError, reason_of

if TYPE_CHECKING:
    from distributed import Client

In = TypeVar("In")
Out = TypeVar("Out")

#: Seconds a scheduler may take to answer, and a cluster may be without any worker.
_ANSWER, _WITHOUT_WORKERS = 20, 60
#: Tasks given to the scheduler at a time, for each worker; all of a large corpus would fill its memory.
_AHEAD = 4


def check_address(address: str) -> str:
    """A scheduler's address as Dask takes it.

    Raises:
        SelectionError: It is none, or leads to another machine without TLS.

    Example:
        >>> check_address("127.0.0.1:8786"), check_address("tls://node7:8786")
        ('tcp://127.0.0.1:8786', 'tls://node7:8786')
    """
    whole = address if "://" in address else f"tcp://{address}"
    try:
        parts = urlsplit(whole)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if scheme not in ("tcp", "tls") or not host or not port:
        raise SelectionError(
            f"scheduler {address!r:.80}", "tls://HOST:PORT, or tcp://127.0.0.1:PORT", "Correct --scheduler."
        )
    if scheme == "tcp" and not _is_here(host):
        raise SelectionError(
            f"scheduler {address!r:.80}, another machine without TLS",
            "tls://HOST:PORT, since whoever reaches a scheduler runs programs on its workers",
            "Start scheduler and workers with --tls-ca-file, --tls-cert and --tls-key (docs/scale.md).",
        )
    return whole


def _is_here(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.lower() == "localhost"


def map_shards(
    function: Callable[[In], Out], items: Sequence[In], *, scheduler: str | None = None, workers: int = 1
) -> Iterator[Out]:
    """The results of a pure function over items, as they get done.

    A worker that dies costs the items it was at: others take them. The function travels to each worker once.

    Args:
        function: Picklable and pure; modules it needs are installed where workers run.
        items: Small descriptions of work, such as which file to read.
        scheduler: Its address; a cluster of processes on this machine is started when not given.
        workers: Processes of that cluster.

    Raises:
        SelectionError: The address is not to be spoken to.
        FramingError: Dask is not installed, nobody answers there, no worker is left, or an item kills its workers.
    """
    address = None if scheduler is None else check_address(scheduler)
    if find_spec("distributed") is None:
        raise FramingError(
            "no Dask in this environment", "it for --engine dask", "Install it: pip install 'media-framing[cluster]'."
        )
    if not items:
        return
    with contextlib.ExitStack() as stack:
        client = _connect(stack, address, workers)
        try:
            yield from _run(client, function, items)
        finally:
            # Work of a stopped run would be done for nobody.
            with contextlib.suppress(Exception):
                client.cancel(list(client.futures.values()), force=True)


def _connect(stack: contextlib.ExitStack, address: str | None, workers: int) -> Client:
    import dask
    from distributed import Client, LocalCluster

    # This engine retries by itself what matters; the logs of a closing cluster are no news.
    stack.enter_context(dask.config.set({"distributed.logging.distributed": "critical"}))
    try:
        if address is None:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                worker_dashboard_address=None,
                silence_logs=50,
            )
            stack.enter_context(cluster)
            return stack.enter_context(Client(cluster, set_as_default=False))
        return stack.enter_context(Client(address, timeout=_ANSWER, set_as_default=False))
    except (OSError, TimeoutError, ValueError, TypeError) as problem:
        raise FramingError(
            f"no scheduler that answers at {address or 'this machine'} ({reason_of(problem)[:160]})",
            "a running Dask scheduler, with this machine's certificates where it speaks TLS",
            "Start one (dask scheduler --host 127.0.0.1), or leave --scheduler out.",
        ) from problem


def _run(client: Client, function: Callable[[In], Out], items: Sequence[In]) -> Iterator[Out]:
    from distributed import Future, KilledWorker, wait

    n_workers = _wait_for_workers(client)
    # A task that hands the function over, not scattered data: when its holder dies it is computed again.
    shared = client.submit(_hand_over, function, pure=False)
    todo = iter(items)
    under_way: dict[Future, In] = {}
    alone_since: float | None = None
    while True:
        while len(under_way) < _AHEAD * n_workers and (item := next(todo, None)) is not None:
            under_way[client.submit(_call, shared, item, pure=False)] = item
        if not under_way:
            return
        try:
            with client.as_current():
                done = wait(list(under_way), timeout=5, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            done = set()
        for future in done:
            item = under_way.pop(future)
            try:
                result = future.result()
            except KilledWorker as problem:
                raise FramingError(
                    f"{item!r:.160} ended every worker that took it",
                    "workers with memory for it that are not ended from outside",
                    "Give workers more memory (--memory-limit) and start again: what is done stays.",
                ) from problem
            except ModuleNotFoundError as problem:
                raise FramingError(
                    f"workers without {problem.name}", "this package where they run", "Install it there."
                ) from problem
            yield result
        if done or (n_workers := _count_workers(client)):
            alone_since = None
        else:
            alone_since = alone_since or time.monotonic()
            if time.monotonic() - alone_since > _WITHOUT_WORKERS:
                raise _no_workers()
        n_workers = max(n_workers, 1)


def _hand_over(function: Callable[[In], Out]) -> Callable[[In], Out]:
    return function


def _call(function: Callable[[In], Out], item: In) -> Out:
    return function(item)


def _count_workers(client: Client) -> int:
    try:
        return len(client.scheduler_info(n_workers=-1)["workers"])
    except OSError as problem:
        raise FramingError(
            f"a scheduler that stopped answering ({reason_of(problem)[:120]})",
            "it until the last part is done",
            "Start it and this command again: what is done stays.",
        ) from problem


def _wait_for_workers(client: Client) -> int:
    try:
        client.wait_for_workers(1, timeout=_WITHOUT_WORKERS)
    except TimeoutError as problem:
        raise _no_workers() from problem
    return max(_count_workers(client), 1)


def _no_workers() -> FramingError:
    return FramingError(
        f"a scheduler that had no worker for {_WITHOUT_WORKERS} seconds",
        "at least one",
        "Start some (dask worker ADDRESS --nthreads 1) and this command again: what is done stays.",
    )
