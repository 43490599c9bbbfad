"""Reads strangers' files in a process of its own, which can be killed when it takes too long or too much.

The child gets a JSON request and gives frames back: Arrow batches and JSON, never pickles, so that a reader that was
taken over can hand back nothing but rows.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from framing.errors import FramingError, InputError
from framing.ingest.articles import IngestOptions, Intake
from framing.ingest.limits import LimitError, Limits, current_limits, limit_hit, using_limits

_FRAME = 9
Batches = Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]


class GuardedIntake:
    """The same batches and report as `Intake`, from a child process.

    Args:
        options: How to read.
    """

    def __init__(self, options: IngestOptions) -> None:
        self.options = options
        self.report: dict[str, Any] = {}

    def batches(self, paths: Sequence[Path]) -> Batches:
        """Batches of articles and rejects, as they come.

        Raises:
            LimitError: No batch came in time, or memory ran out; the message names the file and the limit.
            InputError: As `Intake`, or the reader broke.
        """
        limits = current_limits()
        request = {"paths": [os.fsdecode(p) for p in paths], "options": asdict(self.options), "limits": asdict(limits)}
        with tempfile.TemporaryFile() as complaints:
            child = subprocess.Popen(
                [sys.executable, "-m", "framing.ingest.guard"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env={**os.environ, "PYTHONPATH": _python_path()},
            )
            assert child.stdin is not None
            assert child.stdout is not None
            frames: queue.Queue[tuple[bytes, bytes]] = queue.Queue(maxsize=4)
            stopped = threading.Event()
            reader = threading.Thread(target=_collect, args=(child.stdout, frames, stopped), daemon=True)
            reader.start()
            try:
                child.stdin.write(json.dumps(request).encode() + b"\n")
                child.stdin.flush()
                yield from self._receive(child, frames, complaints)
            except BrokenPipeError as problem:
                raise _broken("the files", child.wait(), complaints) from problem
            finally:
                stopped.set()
                child.kill()
                child.wait()
                child.stdin.close()
                while reader.is_alive():
                    _drain(frames)
                    reader.join(0.05)
                child.stdout.close()

    def _receive(
        self, child: subprocess.Popen[bytes], frames: queue.Queue[tuple[bytes, bytes]], complaints: IO[bytes]
    ) -> Batches:
        source, articles, limits = "the files", None, current_limits()
        while True:
            try:
                tag, content = frames.get(timeout=limits.seconds)
            except queue.Empty:
                raise limit_hit(
                    "seconds", f"more than {limits.seconds} seconds of work without an article", source
                ) from None
            if tag == b"S":
                source = repr(content.decode())
            elif tag == b"A":
                articles = _batch(content)
            elif tag == b"R":
                assert articles is not None
                yield articles, _batch(content)
            elif tag == b"D":
                self.report = json.loads(content)
                return
            elif tag == b"E":
                raise _error(json.loads(content))
            elif tag == b"M":
                raise limit_hit("memory", f"more than {limits.memory / 1e9:.3g} GB of memory", source)
            else:
                raise _broken(source, child.wait(), complaints)


def _python_path() -> str:
    package = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])


def _error(content: dict[str, Any]) -> FramingError:
    kind = LimitError if content["kind"] == "LimitError" else InputError
    return kind(content["found"], content["expected"], content["next_move"])


def _broken(source: str, code: int, complaints: IO[bytes]) -> InputError:
    complaints.seek(0)
    last = (complaints.read().decode("utf-8", "replace").strip().splitlines() or [""])[-1][:200]
    how = f"signal {-code}" if code < 0 else last or f"exit code {code}"
    return InputError(
        f"{source}, which broke its reader ({how})", "a file its reader can take", "Leave it out, or export it again."
    )


def _batch(content: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(content) as stream:
        return stream.read_next_batch()


def _collect(stream: IO[bytes], frames: queue.Queue[tuple[bytes, bytes]], stopped: threading.Event) -> None:
    """Frames from the child into the queue; the last one, without a tag, says that there are no more."""
    try:
        while len(head := stream.read(_FRAME)) == _FRAME and not stopped.is_set():
            content = stream.read(int.from_bytes(head[1:], "big"))
            frames.put((head[:1], content))
    except (OSError, ValueError):
        pass
    if not stopped.is_set():
        frames.put((b"", b""))


def _drain(frames: queue.Queue[tuple[bytes, bytes]]) -> None:
    while not frames.empty():
        frames.get_nowait()


# ---- in the child -----------------------------------------------------------------------------------------------------


def _limit_memory(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; sizes, ratio and time still hold
        return
    used = 0
    status = Path("/proc/self/statm")
    if status.exists():
        used = int(status.read_text().split()[0]) * resource.getpagesize()
    most = used + limits.memory
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _serve() -> None:
    """Read the request, give the frames; what readers print goes to standard error."""
    out = cast("IO[bytes]", os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)

    def send(tag: bytes, content: bytes) -> None:
        out.write(tag + len(content).to_bytes(_FRAME - 1, "big") + content)
        out.flush()

    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limits = Limits(**request["limits"])
    try:
        _limit_memory(limits)
        with using_limits(limits):
            intake = Intake(IngestOptions(**request["options"]), on_source=lambda name: send(b"S", name.encode()))
            for articles, rejects in intake.batches([Path(p) for p in request["paths"]]):
                for tag, batch in ((b"A", articles), (b"R", rejects)):
                    sink = pa.BufferOutputStream()
                    with pa.ipc.new_stream(sink, batch.schema) as writer:
                        writer.write_batch(batch)
                    send(tag, sink.getvalue().to_pybytes())
        send(b"D", json.dumps(intake.report).encode())
    except FramingError as problem:
        content = {k: getattr(problem, k) for k in ("found", "expected", "next_move")}
        send(b"E", json.dumps({"kind": type(problem).__name__, **content}).encode())
    except MemoryError:
        send(b"M", b"")
    os._exit(0)


if __name__ == "__main__":
    _serve()
