"""One request to a stranger's server, behind every guard: addresses checked, sizes and times limited, robots.txt and pauses kept.

The host is resolved, every address it has is checked, and the connection goes to an address that was checked: all in one
place, where the connection is made, so that a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar
from urllib.parse import urljoin

import certifi
import urllib3
from protego import Protego
from urllib3.exceptions import HTTPError, LocationParseError, SSLError, TimeoutError
from urllib3.util import Timeout, Url, parse_url

from framing.errors import InputError

#: The name in the User-Agent that robots.txt rules are looked up by.
AGENT = "media-framing"
#: What can pass and be better the next time: too many requests, and the server's own troubles.
_AGAIN = (429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)
#: RFC 9309, section 2.5: a parser has to read at least 500 KiB of a robots.txt.
_ROBOTS_BYTES = 512_000
_BLOCK = 65_536

Result = TypeVar("Result")
Headers = Mapping[str, str] | Callable[[], Mapping[str, str]] | None

#: Addresses of cloud machines' metadata and keys that lie outside the link-local range: AWS over IPv6, Alibaba Cloud, Azure,
#: Oracle Cloud, as each provider's manual of its instance metadata service gives them.
_METADATA = frozenset(
    ipaddress.ip_address(a) for a in ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")
)
#: IPv4 addresses written as IPv6 ones by a translator (RFC 6052).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class FetchError(InputError):
    """An address was not fetched.

    Args:
        reason: Why, one of a short list, for the table of rejects.
        found, expected, next_move: As of any `FramingError`.
    """

    def __init__(self, reason: str, found: str, expected: str, next_move: str) -> None:
        super().__init__(found, expected, next_move)
        self.reason = reason

    def __reduce__(self) -> tuple[type[FetchError], tuple[str, str, str, str]]:  # type: ignore[override]
        return type(self), (self.reason, self.found, self.expected, self.next_move)


class _PassingError(FetchError):
    """What may succeed at the next try; `wait` is what the server asked for."""

    wait: float | None = None


@dataclass(frozen=True)
class FetchOptions:
    """How far to go to fetch something.

    Args:
        allow_private: Whether addresses of this machine and of private networks may be asked. Link-local and metadata
            addresses never are.
        most_bytes: Bytes of one answer, once unpacked.
        connect_seconds: Seconds to connect, and without a byte before a server counts as stalled.
        seconds: Seconds for one request with its whole answer, however busily bytes arrive.
        tries: How often a request that may succeed later is made.
        first_wait: Seconds before the second try; doubled for each further one.
        most_wait: The longest wait that is kept when a server or its robots.txt asks for one.
        pause: Seconds between two requests to one host.
        redirects: Redirects followed.
        robots: Whether robots.txt is asked and kept.
    """

    allow_private: bool = False
    most_bytes: int = 20_000_000
    connect_seconds: float = 15.0
    seconds: float = 60.0
    tries: int = 3
    first_wait: float = 2.0
    most_wait: float = 120.0
    pause: float = 1.0
    redirects: int = 5
    robots: bool = True


def parse_fetch_options(given: Iterable[str], *, allow_private: bool = False) -> FetchOptions:
    """The `--fetch` options as options.

    Raises:
        InputError: One is no NAME=NUMBER with a name of an option that is a number.

    Example:
        >>> parse_fetch_options(["pause=5", "tries=1"]).pause
        5.0
    """
    usual = FetchOptions(allow_private=allow_private)
    kinds = {f.name: type(getattr(usual, f.name)) for f in fields(usual) if f.type in ("int", "float")}
    values: dict[str, Any] = {}
    for pair in given:
        name, _, number = (part.strip() for part in pair.partition("="))
        # No more than a year or some terabytes: what a timeout or a counter of the system can hold.
        if name not in kinds or not number.replace("_", "").isdecimal() or not 0 <= int(number) < 1 << 42:
            raise InputError(
                f"{pair!r} as a --fetch option",
                f"NAME=NUMBER with a name out of {', '.join(kinds)} and a whole number",
                "Correct --fetch.",
            )
        values[name] = kinds[name](int(number))
    for name in ("tries", "seconds", "connect_seconds", "most_bytes"):
        if values.get(name) == 0:
            raise InputError(f"{name}=0 as a --fetch option", "at least 1", "Correct --fetch.")
    return replace(usual, **values)


@dataclass(frozen=True)
class Answer:
    """What a server said.

    Args:
        url: The address asked for.
        final_url: The address that answered, after redirects.
        status: The HTTP status, 200 or 304; everything else is a `FetchError` (206 where a range was asked for).
        headers: As sent, in order.
        body: The bytes, unpacked.
        fetched: When the answer had arrived.
        address: The network address that answered.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched: datetime
    address: str = ""

    def header(self, name: str) -> str:
        """The first header of that name, whatever its case; empty without one."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


# ---- which addresses may be asked ---------------------------------------------------------------------------------------


def refusal(address: str, allow_private: bool = False) -> str:
    """Why a network address may not be asked; empty where it may.

    An IPv6 address that carries an IPv4 one is judged by both.

    Example:
        >>> refusal("127.0.0.1"), refusal("::ffff:169.254.169.254", allow_private=True), refusal("93.184.216.34")
        ('an address of this machine', 'a link-local address', '')
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return refusal(str(inner), allow_private)
    if ip in _METADATA:
        return "a cloud machine's metadata address"
    if ip.is_link_local:
        return "a link-local address"
    if ip.is_multicast:
        return "a multicast address"
    if ip.is_unspecified:
        return "an unspecified address"
    if ip.is_loopback:
        return "" if allow_private else "an address of this machine"
    if ip.is_reserved:
        return "a reserved address"
    if not ip.is_global:
        return "" if allow_private else "an address of a private network"
    return ""


def parse_address(url: str) -> Url:
    """A web address in its parts, or the reason it is none that is fetched.

    Raises:
        FetchError: It is not http or https, has no host, or carries a user name or password.

    Example:
        >>> parse_address("HTTPS://Example.org/a b").url
        'https://example.org/a%20b'
    """
    shown = repr(url[:200])
    try:
        if any(ord(c) < 32 or ord(c) == 127 for c in url.strip()):
            raise LocationParseError(url)
        parts = parse_url(url.strip())
    except (LocationParseError, UnicodeError, ValueError) as problem:
        raise FetchError("not an address", shown, "an address such as https://…", "Correct it.") from problem
    if parts.scheme not in ("http", "https"):
        raise FetchError(
            "not http or https", f"{shown}, which is not of the web", "an http or https address", "Correct it."
        )
    if not parts.host:
        raise FetchError("not an address", f"{shown} without a host", "an address such as https://…", "Correct it.")
    if parts.auth is not None:
        raise FetchError(
            "credentials in the address",
            f"a user name or password in the address of {parts.host!r}",
            "an address without them",
            "Save the page in a browser where you are signed in.",
        )
    return parts


def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
    """What the system's resolver gives for a host, as `socket.getaddrinfo` does."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def connect(family: int, place: tuple[Any, ...], seconds: float) -> socket.socket:
    """A TCP connection to a network address."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(place)
    except BaseException:
        sock.close()
        raise
    return sock


class _Guard:
    """What one connection may do: which addresses it reaches, and until when it lives."""

    def __init__(self, options: FetchOptions) -> None:
        self.options = options
        self.deadline = time.monotonic() + options.seconds
        self.socket: socket.socket | None = None
        self.address = ""
        self.expired = False
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def open(self, host: str, port: int) -> socket.socket:
        """A connection to an address of the host, all of which may be asked."""
        try:
            found = resolve(host, port)
        except (OSError, UnicodeError) as problem:
            raise _PassingError(
                "not reachable", f"{host!r}, which has no network address", "a host that exists", "Check the address."
            ) from problem
        for *_, place in found:
            if why := refusal(place[0], self.options.allow_private):
                raise FetchError(
                    "private address",
                    f"{host!r} at {place[0]}, {why}",
                    "an address on the public internet",
                    "Addresses of this machine or network need --allow-private; link-local ones are never asked.",
                )
        failure: OSError | None = None
        for family, *_, place in found[:4]:
            try:
                opened = connect(family, place, min(self.options.connect_seconds, self.left()))
            except OSError as problem:
                failure = problem
                continue
            self.address = str(place[0])
            # A second handle of the same connection: http.client and ssl take the first one over, and lose it.
            self.socket = opened.dup()
            return opened
        raise _PassingError(
            "not reachable",
            f"{host!r}, which did not answer ({failure})",
            "a server that answers",
            "Try again later.",
        ) from failure

    def left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.001)

    def _watch(self) -> None:
        # A server that sends a byte now and then never runs into the time limit of one read: the connection is cut from here.
        if self._done.wait(self.left()):
            return
        self.expired = True
        while not self._done.wait(0.05):
            if self.socket is not None:
                try:
                    self.socket.shutdown(socket.SHUT_RDWR)
                except (OSError, ValueError):
                    continue

    def __enter__(self) -> _Guard:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        if self.socket is not None:
            self.socket.close()


class _Connection(urllib3.connection.HTTPConnection):
    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.open(self._dns_host, self.port)


class _TLSConnection(urllib3.connection.HTTPSConnection):
    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.open(self._dns_host, self.port)


@cache
def _tls() -> ssl.SSLContext:
    # The system's certificates and certifi's: some systems have none where Python looks for them.
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _pool(parts: Url, guard: _Guard) -> urllib3.HTTPConnectionPool:
    """A pool of one connection, used once: what a server sends after its answer is nobody's next answer."""
    kind = _TLSConnection if parts.scheme == "https" else _Connection
    # A class of its own for each request, since a pool hands its connections nothing of ours.
    bound = type("Guarded", (kind,), {"guard": guard})
    host = (parts.host or "").strip("[]")
    # The port is always named: without one http.client looks for it behind the last colon of an IPv6 address.
    if parts.scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(host, parts.port or 443, ssl_context=_tls())
    else:
        pool = urllib3.HTTPConnectionPool(host, parts.port or 80)
    pool.ConnectionCls = bound
    return pool


# ---- the client -----------------------------------------------------------------------------------------------------------


def user_agent() -> str:
    """Who asks: the project and its version, nothing else's name."""
    try:
        return f"{AGENT}/{version('media-framing')}"
    except PackageNotFoundError:
        return f"{AGENT}/0+source"


@dataclass
class Stream:
    """An answer whose body is still to be read.

    Args:
        final_url, status, headers, address: As of `Answer`.
        blocks: The body, unpacked, piece by piece; raises where a limit is hit or the server breaks off.
    """

    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    address: str
    blocks: Iterator[bytes]


@dataclass
class Client:
    """Asks for addresses, one after the other; keeps no cookies, uses no proxy and no password file of the environment.

    A client remembers when it asked each host and what each robots.txt said, so use one for a whole job.

    Args:
        options: How far it goes.

    Example:
        >>> Client().get("file:///etc/hosts")
        Traceback (most recent call last):
        framing.fetch.client.FetchError: Found: 'file:///etc/hosts', which is not of the web. Expected: an http or https address. Correct it.
    """

    options: FetchOptions = field(default_factory=FetchOptions)
    _ready: dict[str, float] = field(default_factory=dict, init=False, repr=False)
    _rules: dict[str, Protego | FetchError] = field(default_factory=dict, init=False, repr=False)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer of an address, its redirects followed and its body read.

        Args:
            url: The address.
            headers: Further headers, for example If-None-Match.

        Returns:
            An answer with status 200 or 304.

        Raises:
            FetchError: It was refused or failed; `reason` says in two or three words why.
        """

        def read(stream: Stream) -> Answer:
            body = b"".join(stream.blocks)
            return Answer(url, stream.final_url, stream.status, stream.headers, body, datetime.now(UTC), stream.address)

        return self.read(url, read, headers)

    def read(self, url: str, use: Callable[[Stream], Result], headers: Headers = None) -> Result:
        """What `use` makes of the answer of an address; it is called again when a try breaks off and another is made.

        Args:
            url: The address.
            use: From an answer to a result; reads as much of the body as it needs.
            headers: Further headers, or a function that gives them anew for each try.

        Raises:
            FetchError: As `get`.
        """
        for number in range(1, self.options.tries + 1):
            try:
                return self._follow(url, use, (headers() if callable(headers) else headers) or {})
            except _PassingError as problem:
                wait = self.options.first_wait * 2 ** (number - 1) if problem.wait is None else problem.wait
                if number == self.options.tries or wait > self.options.most_wait:
                    asked = f"; it asks to wait {wait:,.0f} seconds" if wait > self.options.most_wait else ""
                    raise FetchError(
                        problem.reason, problem.found + asked, problem.expected, problem.next_move
                    ) from problem
                time.sleep(wait)
        raise AssertionError("tries is below 1")

    def ready_in(self, url: str) -> float:
        """Seconds until the host of an address may be asked again."""
        host = parse_url(url).host or ""
        return max(self._ready.get(host, 0.0) - time.monotonic(), 0.0)

    def _follow(self, url: str, use: Callable[[Stream], Result], headers: Mapping[str, str]) -> Result:
        seen: list[str] = []
        here = url
        while True:
            parts = parse_address(here)
            here = replace_fragment(parts)
            if here in seen:
                raise FetchError("redirects in a circle", f"{here!r} again", "a page at the end", "Leave it out.")
            if len(seen) > self.options.redirects:
                raise FetchError(
                    "too many redirects", f"{len(seen)} redirects from {url[:200]!r}", "a page", "Leave it out."
                )
            seen.append(here)
            if self.options.robots:
                self._keep_robots(parts)
            with self._ask(parts, headers) as stream:
                target = next((v for k, v in stream.headers if k.lower() == "location"), "")
                if stream.status not in _MOVED or not target:
                    _check_status(stream, parts)
                    return use(stream)
            here = urljoin(here, _as_utf8(target))

    @contextmanager
    def _ask(self, parts: Url, headers: Mapping[str, str]) -> Iterator[Stream]:
        """One request, with nothing followed or tried again."""
        self._wait_turn(parts)
        sent = {
            "User-Agent": user_agent(),
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            **headers,
        }
        with _Guard(self.options) as guard:
            pool, raw = _pool(parts, guard), None
            try:
                with _explained(guard, parts):
                    raw = pool.urlopen(
                        "GET",
                        parts.request_uri,
                        headers=sent,
                        redirect=False,
                        retries=False,
                        preload_content=False,
                        timeout=Timeout(self.options.connect_seconds),
                    )
                listed = tuple((str(k), str(v)) for k, v in raw.headers.items())
                yield Stream(
                    replace_fragment(parts), raw.status, listed, guard.address, self._blocks(raw, guard, parts)
                )
            finally:
                if raw is not None:
                    raw.close()
                pool.close()

    def _blocks(self, raw: urllib3.BaseHTTPResponse, guard: _Guard, parts: Url) -> Iterator[bytes]:
        most, done = self.options.most_bytes, 0
        stated = raw.headers.get("Content-Length", "")
        if stated.isdecimal() and int(stated) > most:
            raise _too_large(parts, f"{int(stated):,} bytes", most)
        packed = _packed_blocks(raw, guard, parts)
        for block in _unpack(packed, raw.headers.get("Content-Encoding", "").strip().lower(), parts):
            done += len(block)
            if done > most:
                raise _too_large(parts, f"more than {most:,} bytes", most)
            yield block

    def _wait_turn(self, parts: Url) -> None:
        host = parts.host or ""
        now = time.monotonic()
        ready = max(self._ready.get(host, now), now)
        # Set before the wait, so that a request that fails counts as one too.
        self._ready[host] = ready + self._pause(parts)
        time.sleep(ready - now)

    def _pause(self, parts: Url) -> float:
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc}")
        asked = (rules.crawl_delay(AGENT) if isinstance(rules, Protego) else None) or 0.0
        return max(self.options.pause, asked)

    def _keep_robots(self, parts: Url) -> None:
        """Raise when the site's robots.txt does not want this address asked.

        RFC 9309: a robots.txt that is not there allows everything, one that cannot be had now nothing for now.
        """
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read_robots(origin)
        rules = self._rules[origin]
        if isinstance(rules, FetchError):
            raise rules
        delay = rules.crawl_delay(AGENT) or 0.0
        if delay > self.options.most_wait:
            raise FetchError(
                "robots.txt",
                f"robots.txt of {parts.host!r} asks for {delay:,.0f} seconds between two requests",
                f"at most {self.options.most_wait:,.0f}",
                "Fetch these pages in a browser.",
            )
        if not rules.can_fetch(replace_fragment(parts), AGENT):
            raise FetchError(
                "robots.txt",
                f"{parts.url[:200]!r}, which robots.txt of {parts.host!r} keeps from programs",
                "an address that may be fetched",
                "Save the page in a browser.",
            )

    def _read_robots(self, origin: str) -> Protego | FetchError:
        own = replace(self.options, robots=False, most_bytes=10 * _ROBOTS_BYTES)
        asker = Client(own)
        # The same waiting list: robots.txt counts as a request to the host.
        asker._ready = self._ready

        def head(stream: Stream) -> bytes:
            found = b""
            for block in stream.blocks:
                found += block
                if len(found) >= _ROBOTS_BYTES:
                    break
            return found[:_ROBOTS_BYTES]

        try:
            text = asker.read(f"{origin}/robots.txt", head)
        except FetchError as problem:
            if problem.reason.startswith("status 4") and problem.reason != "status 429":
                return Protego.parse("")
            if problem.reason in ("private address", "not reachable", "no valid certificate"):
                return problem
            return FetchError(
                "robots.txt",
                f"no answer for {origin}/robots.txt ({problem.reason})",
                "a site that says what programs may fetch",
                "Try again later.",
            )
        return Protego.parse(text.decode("utf-8", "replace").lstrip("\ufeff"))


def replace_fragment(parts: Url) -> str:
    """An address as it is asked: without the part after `#`, which no server sees."""
    return parts._replace(fragment=None).url


def _as_utf8(value: str) -> str:
    """A header's text: http.client reads bytes as Latin-1, servers write UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _packed_blocks(raw: urllib3.BaseHTTPResponse, guard: _Guard, parts: Url) -> Iterator[bytes]:
    while True:
        with _explained(guard, parts):
            # Whatever has come, not a full block: a slow server must not hold the time limit up.
            block = raw.read1(_BLOCK, decode_content=False)
        if not block:
            return
        yield block


def _unpack(packed: Iterator[bytes], how: str, parts: Url) -> Iterator[bytes]:
    """Unpacked blocks, none longer than `_BLOCK`; unlike urllib3's own unpacking it notices where a packed answer is cut off."""
    if how in ("", "identity"):
        yield from packed
        return
    if how not in ("gzip", "x-gzip", "deflate"):
        found = f"an answer of {parts.host!r} packed as {how[:40]!r}"
        raise FetchError("packed in an unknown way", found, "gzip, deflate or nothing", "Leave it out.")
    # 47: a gzip or zlib header, whichever is there; -15: the bare deflate that some servers send.
    unpacker, bare, begun = zlib.decompressobj(47), how == "deflate", False
    for block in packed:
        rest = block
        while rest and not unpacker.eof:
            try:
                unpacked = unpacker.decompress(rest, _BLOCK)
            except zlib.error as problem:
                if begun or not bare:
                    raise _again(parts, "damaged answer", problem) from problem
                unpacker, bare = zlib.decompressobj(-15), False
                continue
            begun = True
            if unpacked:
                yield unpacked
            rest = unpacker.unconsumed_tail
            if unpacker.eof and unpacker.unused_data.startswith(b"\x1f\x8b"):
                rest, unpacker = unpacker.unused_data, zlib.decompressobj(47)
    if begun and not unpacker.eof:
        raise _again(parts, "broke off", EOFError("in the middle of what is packed"))


def _too_large(parts: Url, found: str, most: int) -> FetchError:
    return FetchError(
        "too large",
        f"an answer of {parts.host!r} of {found}",
        f"at most {most:,}",
        "If it is what it should be, raise the limit with --fetch most_bytes=NUMBER.",
    )


def _check_status(stream: Stream, parts: Url) -> None:
    if stream.status in (200, 206, 304):
        return
    reason, shown = f"status {stream.status}", f"status {stream.status} from {parts.url[:200]!r}"
    if stream.status not in _AGAIN:
        raise FetchError(reason, shown, "a page", "Check the address in a browser.")
    again = _PassingError(reason, shown, "a page", "Try again later.")
    again.wait = _retry_after(next((v for k, v in stream.headers if k.lower() == "retry-after"), ""))
    raise again


def _retry_after(value: str) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110, section 10.2.3)."""
    value = value.strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((when - datetime.now(UTC)).total_seconds(), 0.0)


@contextmanager
def _explained(guard: _Guard, parts: Url) -> Iterator[None]:
    """Turn what goes wrong on the network into one sentence."""
    slow = FetchError(
        "too slow",
        f"{parts.host!r}, which had not sent everything after {guard.options.seconds:g} seconds",
        "a server that answers in time",
        "Try again later, or allow more with --fetch seconds=NUMBER.",
    )
    try:
        yield
    except FetchError:
        raise
    except TimeoutError as problem:
        raise (slow if guard.expired else _again(parts, "stalled", problem)) from problem
    except SSLError as problem:
        raise FetchError(
            "no valid certificate",
            f"{parts.host!r} without a valid certificate ({str(problem)[:120]})",
            "a server that proves who it is",
            "Check the address in a browser.",
        ) from problem
    except (HTTPError, OSError, ValueError) as problem:
        if guard.expired:
            raise slow from problem
        raise _again(parts, "broke off", problem) from problem
    if guard.expired:
        # A cut connection looks like the end of an answer that names no length.
        raise slow


def _again(parts: Url, reason: str, problem: Exception) -> FetchError:
    return _PassingError(
        reason,
        f"{parts.host!r}, whose answer {reason if reason != 'damaged answer' else 'is damaged'} ({str(problem)[:160]})",
        "a whole answer",
        "Try again later.",
    )
