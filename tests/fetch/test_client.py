"""Servers that stall, lie, redirect and flood: each ends in one sentence and in time."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.errors import InputError
from framing.fetch import client as client_module
from framing.fetch.client import Client, FetchError, FetchOptions, parse_address, parse_fetch_options, refusal
from tests.fetch.server import QUICK, Answer, Request, Site

PAGE = b"<html><body><p>The dam of Sarvane was opened.</p></body></html>"


def reason(url: str, options: FetchOptions = QUICK) -> str:
    with pytest.raises(FetchError) as caught:
        Client(options).get(url)
    assert str(caught.value).startswith("Found: ")
    return caught.value.reason


def answered(body: bytes, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.send(body, status, named)


def test_a_page(site: Site) -> None:
    site.pages["/a"] = answered(PAGE, Content_Type="text/html; charset=utf-8")
    answer = Client(QUICK).get(f"{site.root}/a#part")
    assert answer.body == PAGE
    assert (answer.status, answer.final_url, answer.address) == (200, f"{site.root}/a", "127.0.0.1")
    assert answer.header("content-type") == "text/html; charset=utf-8"
    sent = dict(site.asked)["/a"]
    assert sent["user-agent"].startswith("media-framing/")
    assert "cookie" not in sent


# ---- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "strict", "allowing"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
        ("127.0.0.1", False, True),
        ("127.9.9.9", False, True),
        ("::1", False, True),
        ("10.0.0.1", False, True),
        ("172.16.0.1", False, True),
        ("192.168.1.1", False, True),
        ("100.64.0.1", False, True),
        ("fd12:3456::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("240.0.0.1", False, False),
    ],
)
def test_addresses_that_may_be_asked(address: str, strict: bool, allowing: bool) -> None:
    assert (refusal(address) == "") is strict
    assert (refusal(address, allow_private=True) == "") is allowing


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_the_address(ip: Any) -> None:
    assert refusal(f"::ffff:{ip}") == refusal(str(ip))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
    ],
)
def test_this_machine_is_refused(url: str) -> None:
    assert reason(url, replace(QUICK, allow_private=False, tries=1)) == "private address"


def test_this_machine_is_refused_before_a_connection(site: Site) -> None:
    site.pages["/a"] = PAGE
    assert reason(f"{site.root}/a", replace(QUICK, allow_private=False)) == "private address"
    assert site.asked == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/hosts", "not http or https"),
        ("ftp://ledger.example/a", "not http or https"),
        ("gopher://ledger.example/", "not http or https"),
        ("data:text/html,a", "not http or https"),
        ("ledger.example/a", "not http or https"),
        ("", "not http or https"),
        ("http://", "not an address"),
        ("http:///a", "not an address"),
        ("http://a b/", "not an address"),
        ("http://ledger.example\r\nX: 1/", "not an address"),
        ("http://ledger.example/\x00", "not an address"),
        ("http://ledger.example:99999/", "not an address"),
        ("http://user:secret@ledger.example/", "credentials in the address"),
        ("http://[::1", "not an address"),
    ],
)
def test_what_is_no_address_of_the_web(url: str, why: str) -> None:
    assert reason(url) == why


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://ledger.example/{text}"):
        try:
            parts = parse_address(url)
        except FetchError:
            continue
        assert parts.scheme in ("http", "https")
        assert all(33 <= ord(c) < 127 for c in parts.request_uri)


def test_a_name_that_answers_otherwise_the_second_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that is checked is the one that is connected to, and a name is looked up once a connection."""
    site.pages["/a"] = PAGE
    looked_up: list[str] = []
    connected: list[str] = []
    real_connect = client_module.connect

    def resolve(host: str, port: int) -> list[Any]:
        looked_up.append(host)
        first = "93.184.216.34" if len(looked_up) % 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (first, port))]

    def connect(family: int, place: tuple[Any, ...], seconds: float) -> socket.socket:
        connected.append(place[0])
        return real_connect(family, ("127.0.0.1", site.server_port), seconds)

    monkeypatch.setattr(client_module, "resolve", resolve)
    monkeypatch.setattr(client_module, "connect", connect)
    options = replace(QUICK, allow_private=False, robots=False, tries=1)
    assert Client(options).get(f"http://rebind.example:{site.server_port}/a").body == PAGE
    assert (looked_up, connected) == (["rebind.example"], ["93.184.216.34"])
    assert reason(f"http://rebind.example:{site.server_port}/a", options) == "private address"
    assert connected == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(client_module, "resolve", lambda host, port: found)
    assert reason("http://mixed.example/", replace(QUICK, allow_private=False)) == "private address"


# ---- redirects --------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed(site: Site) -> None:
    site.pages["/a"] = answered(b"", 301, Location="b?x=1#part")
    site.pages["/b?x=1"] = PAGE
    answer = Client(QUICK).get(f"{site.root}/a")
    assert (answer.body, answer.final_url) == (PAGE, f"{site.root}/b?x=1")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("/a", "redirects in a circle"),
        ("/b", "redirects in a circle"),
        ("file:///etc/hosts", "not http or https"),
        ("FILE:/etc/hosts", "not http or https"),
        ("javascript:alert(1)", "not http or https"),
        ("http://169.254.169.254/latest/meta-data/", "private address"),
        ("http://[fd00:ec2::254]/", "private address"),
        ("http://user:pw@127.0.0.1/", "credentials in the address"),
    ],
)
def test_redirects_that_are_not_followed(site: Site, target: str, why: str) -> None:
    site.pages["/a"] = answered(b"", 302, Location=target)
    site.pages["/b"] = answered(b"", 302, Location="/a")
    assert reason(f"{site.root}/a") == why


def test_redirects_without_an_end(site: Site) -> None:
    for number in range(20):
        site.pages[f"/{number}"] = answered(b"", 307, Location=f"/{number + 1}")
    assert reason(f"{site.root}/0") == "too many redirects"
    assert len(site.paths()) == QUICK.redirects + 1


def test_a_public_name_that_redirects_to_this_machine(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/a"] = answered(b"", 302, Location=f"{site.root}/secret")
    site.pages["/secret"] = PAGE
    real_resolve, real_connect = client_module.resolve, client_module.connect

    def resolve(host: str, port: int) -> list[Any]:
        if host == "public.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]
        return real_resolve(host, port)

    def connect(family: int, place: tuple[Any, ...], seconds: float) -> socket.socket:
        return real_connect(family, ("127.0.0.1", site.server_port), seconds)

    monkeypatch.setattr(client_module, "resolve", resolve)
    monkeypatch.setattr(client_module, "connect", connect)
    options = replace(QUICK, allow_private=False)
    assert reason(f"http://public.example:{site.server_port}/a", options) == "private address"
    assert site.paths() == ["/a"]


# ---- servers that stall or lie ----------------------------------------------------------------------------------------


def stalls_at_once(request: Request) -> None:
    request.wait(5)


def stalls_in_the_body(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.raw(b"beginning")
    request.wait(5)


def drips(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    while request.wait(0.05) and not request.server.gone.is_set():
        request.raw(b"x")


def drips_headers(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while request.wait(0.1) and not request.server.gone.is_set():
        number += 1
        request.raw(b"X" if number % 50 else b": 1\r\n")


def says_more(request: Request) -> None:
    request.send(PAGE, headers={"Content-Length": "5000"})


def cut_chunks(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")


def wrong_chunks(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")


def no_http(request: Request) -> None:
    request.raw(b"\x00\x01\x02 SSH-2.0 \r\n\r\n")


def floods(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    while request.wait(0) and not request.server.gone.is_set():
        request.raw(b"x" * 50_000)


def many_headers(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n")


def long_header(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\nX: " + b"1" * 200_000 + b"\r\n\r\n")


BOMB = gzip.compress(b"0" * 50_000_000, 1)


def gzip_bomb(request: Request) -> None:
    request.send(BOMB, headers={"Content-Encoding": "gzip"})


def nested_bomb(request: Request) -> None:
    request.send(gzip.compress(b"0" * 90_000) * 5, headers={"Content-Encoding": "gzip"})


def cut_gzip(request: Request) -> None:
    request.send(gzip.compress(bytes(range(256)) * 90)[:-20], headers={"Content-Encoding": "gzip"})


def no_gzip(request: Request) -> None:
    request.send(PAGE, headers={"Content-Encoding": "gzip"})


def brotli(request: Request) -> None:
    request.send(PAGE, headers={"Content-Encoding": "br"})


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (stalls_at_once, "stalled"),
        (stalls_in_the_body, "stalled"),
        (drips, "too slow"),
        (drips_headers, "too slow"),
        (says_more, "broke off"),
        (cut_chunks, "broke off"),
        (wrong_chunks, "broke off"),
        (no_http, "broke off"),
        (floods, "too large"),
        (many_headers, "broke off"),
        (long_header, "broke off"),
        (gzip_bomb, "too large"),
        (nested_bomb, "too large"),
        (cut_gzip, "broke off"),
        (no_gzip, "damaged answer"),
        (brotli, "packed in an unknown way"),
    ],
)
def test_bad_servers(site: Site, behaviour: Callable[[Request], None], why: str) -> None:
    site.pages["/a"] = behaviour
    assert reason(f"{site.root}/a", replace(QUICK, tries=1)) == why


def test_a_stated_length_that_is_too_large_is_not_read(site: Site) -> None:
    site.pages["/a"] = answered(b"", Content_Length="9999999999")
    assert reason(f"{site.root}/a") == "too large"
    assert len(site.paths()) == 1


def test_bytes_after_the_stated_length_are_nobodys(site: Site) -> None:
    site.pages["/a"] = answered(PAGE + b"HTTP/1.1 200 OK\r\n\r\nmore", Content_Length=str(len(PAGE)))
    assert Client(QUICK).get(f"{site.root}/a").body == PAGE


@pytest.mark.parametrize(
    ("how", "packed"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE[:20]) + gzip.compress(PAGE[20:])),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("identity", PAGE),
    ],
)
def test_packed_answers(site: Site, how: str, packed: bytes) -> None:
    site.pages["/a"] = answered(packed, Content_Encoding=how)
    assert Client(QUICK).get(f"{site.root}/a").body == PAGE


# ---- what passes ------------------------------------------------------------------------------------------------------


def then(*answers: Answer) -> Callable[[Request], None]:
    left = list(answers)

    def act(request: Request) -> None:
        answer = left.pop(0) if len(left) > 1 else left[0]
        request.send(answer) if isinstance(answer, bytes) else answer(request)

    return act


def test_too_many_requests_waits_as_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(client_module.time, "sleep", slept.append)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    site.pages["/a"] = then(answered(b"", 429, Retry_After="7"), answered(b"", 503, Retry_After=later), answered(PAGE))
    assert Client(replace(QUICK, most_wait=200)).get(f"{site.root}/a").body == PAGE
    waits = [s for s in slept if s > 1]
    assert waits[0] == 7
    assert 90 < waits[1] <= 100


def test_a_wait_that_is_too_long_is_not_kept(site: Site) -> None:
    site.pages["/a"] = answered(b"", 429, Retry_After="3600")
    with pytest.raises(FetchError, match="it asks to wait 3,600 seconds") as caught:
        Client(QUICK).get(f"{site.root}/a")
    assert caught.value.reason == "status 429"
    assert len(site.paths()) == 1


@pytest.mark.parametrize(
    ("status", "asked"), [(404, 1), (403, 1), (410, 1), (418, 1), (500, 3), (502, 3), (503, 3), (504, 3)]
)
def test_what_is_asked_again(site: Site, status: int, asked: int) -> None:
    site.pages["/a"] = answered(b"", status)
    assert reason(f"{site.root}/a") == f"status {status}"
    assert len(site.paths()) == asked


def test_a_server_that_recovers(site: Site) -> None:
    site.pages["/a"] = then(says_more, answered(b"", 500), answered(PAGE))
    assert Client(QUICK).get(f"{site.root}/a").body == PAGE


# ---- robots.txt and pauses --------------------------------------------------------------------------------------------

ROBOTS = b"User-agent: *\nDisallow: /closed\n\nUser-agent: media-framing\nDisallow: /ours\nCrawl-delay: 3\n"


def test_robots_are_kept(site: Site) -> None:
    site.pages |= {"/robots.txt": ROBOTS.replace(b"Crawl-delay: 3\n", b""), "/a": PAGE, "/closed": PAGE, "/ours": PAGE}
    client = Client(QUICK)
    assert client.get(f"{site.root}/a").body == PAGE
    assert client.get(f"{site.root}/closed").body == PAGE
    with pytest.raises(FetchError, match=r"robots\.txt of '127\.0\.0\.1' keeps from programs"):
        client.get(f"{site.root}/ours")
    assert [path for path, _ in site.asked].count("/robots.txt") == 1
    assert "/ours" not in site.paths()


def test_a_redirect_to_a_closed_page_is_not_followed(site: Site) -> None:
    site.pages |= {"/robots.txt": ROBOTS, "/a": answered(b"", 302, Location="/ours"), "/ours": PAGE}
    assert reason(f"{site.root}/a", replace(QUICK, most_wait=5, tries=1)) == "robots.txt"
    assert site.paths() == ["/a"]


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (answered(b"", 404), True),
        (answered(b"", 403), True),
        (answered(b"<html>no robots here</html>"), True),
        (answered(b"\xff\xfe\x00garbage\x00"), True),
        (answered(b"", 500), False),
        (answered(b"", 429), False),
        (stalls_at_once, False),
    ],
)
def test_robots_that_are_not_there(site: Site, answer: Answer, allowed: bool) -> None:
    site.pages |= {"/robots.txt": answer, "/a": PAGE}
    options = replace(QUICK, tries=1)
    if allowed:
        assert Client(options).get(f"{site.root}/a").body == PAGE
    else:
        assert reason(f"{site.root}/a", options) == "robots.txt"
        assert site.paths() == []


def test_a_long_robots_is_read_as_far_as_it_must(site: Site) -> None:
    site.pages |= {"/robots.txt": ROBOTS.replace(b"3", b"0") + b"# " + b"x" * 2_000_000, "/ours": PAGE}
    assert reason(f"{site.root}/ours") == "robots.txt"


def test_a_crawl_delay_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(client_module.time, "sleep", slept.append)
    site.pages |= {"/robots.txt": ROBOTS, "/a": PAGE, "/b": PAGE}
    client = Client(replace(QUICK, most_wait=5))
    client.get(f"{site.root}/a")
    client.get(f"{site.root}/b")
    assert 2 < slept[-1] <= 3
    assert reason(f"{site.root}/a", replace(QUICK, most_wait=2)) == "robots.txt"


def test_the_pause_between_two_requests(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(client_module.time, "sleep", slept.append)
    site.pages |= {"/a": PAGE, "/b": PAGE}
    client = Client(replace(QUICK, pause=50, robots=False))
    client.get(f"{site.root}/a")
    client.get(f"{site.root}/b")
    assert slept[0] == 0
    assert 40 < slept[1] <= 50
    assert client.ready_in(f"{site.root}/c") > 40
    assert client.ready_in("http://other.example/") == 0


# ---- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", ["pause", "pause=x", "pause=-1", "robots=0", "allow_private=1", "tries=0", "=1", "pause=1e9"]
)
def test_wrong_options(given: str) -> None:
    with pytest.raises(InputError, match="--fetch"):
        parse_fetch_options([given])


def test_options() -> None:
    found = parse_fetch_options(["most_bytes=30_000_000", "pause=0"], allow_private=True)
    assert found == FetchOptions(most_bytes=30_000_000, pause=0.0, allow_private=True)
