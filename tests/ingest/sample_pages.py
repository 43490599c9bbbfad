"""Made-up pages, archives and feeds in the shape of real ones."""

from __future__ import annotations

import gzip

STORY = (
    "The bridge over the Sar stays open until the end of May, the council of Sarvane decided on Monday.",
    "Engineers had warned in March that two of its piers were cracked, and asked for weights above three tonnes to be banned.",
    "“Nobody wants a city cut in two before the harvest,” said Ilvar Tesk, who leads the council's works committee.",
    "Traders on the east bank called the decision late but right, since the ferry carries no lorries at all.",
)


def news_page(title: str = "Bridge stays open", *, head: str = "", paragraphs: tuple[str, ...] = STORY) -> str:
    """A news page with what usually surrounds a story."""
    story = "".join(f"<p>{p}</p>\n" for p in paragraphs)
    links = "".join(f'<li><a href="/n/{i}">Another story of the day, number {i}</a></li>' for i in range(12))
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title} | Aldis Ledger</title>{head}</head>
<body><nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>{story}
<div class="newsletter-signup"><p>Get our letter every morning.</p><form><input type="email"></form></div></article></main>
<aside><h2>Most read</h2><ul>{links}</ul></aside><footer><p>© Aldis Ledger. All rights reserved.</p></footer></body></html>"""


def warc_record(
    url: str,
    body: bytes,
    *,
    kind: str = "response",
    content_type: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    headers: tuple[str, ...] = (),
) -> bytes:
    """One record as the WARC 1.0 standard describes it."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers, "", ""]
    block = ("\r\n".join(lines).encode() + body) if kind in ("response", "revisit") else body
    about = "application/http; msgtype=response" if kind in ("response", "revisit") else content_type
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2021-06-28T10:00:00Z",
        "WARC-Record-ID: <urn:uuid:6f2f5c1e-0000-4000-8000-000000000000>",
        f"Content-Type: {about}",
        f"Content-Length: {len(block)}",
        "",
        "",
    ]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def arc_file(pages: dict[str, bytes]) -> bytes:
    """A file of the older ARC format, version 1."""
    about = b"1 0 Aldis\nURL IP-address Archive-date Content-type Archive-length\n"
    data = b"filedesc://a.arc 0.0.0.0 20210628100000 text/plain %d\n%s\n" % (len(about), about)
    for url, page in pages.items():
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
        data += f"{url} 10.0.0.1 20210628100000 text/html {len(block)}\n".encode() + block + b"\n"
    return data


def packed_by_record(records: list[bytes]) -> bytes:
    """As crawlers pack: one gzip member a record."""
    return b"".join(gzip.compress(r) for r in records)


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Aldis Ledger</title><link>https://ledger.example/</link><language>en-gb</language>
<item><title>Bridge &amp; ferry stay</title><link>https://ledger.example/bridge</link><description>A teaser.</description>
<content:encoded><![CDATA[<p>The bridge <b>stays</b> open.</p><p>The ferry too.</p><script>track()</script>]]></content:encoded>
<pubDate>Mon, 28 Jun 2021 10:00:00 +0200</pubDate><dc:creator>Ilvar Tesk</dc:creator><category>Local</category></item>
<item><title>Only a headline</title><link>https://ledger.example/headline</link></item>
<item><title>Teaser</title><link>https://ledger.example/teaser</link><description>Two mills burnt.</description></item>
</channel></rss>
"""
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Sarvane Wire</title><id>urn:a</id>
<updated>2021-06-28T10:00:00Z</updated>
<entry><title type="html">Le pont &lt;em&gt;reste&lt;/em&gt; ouvert</title><id>urn:b</id><link href="https://wire.example/pont"/>
<updated>2021-06-29T08:30:00Z</updated><author><name>Ana Dole</name></author><author><name>Per Vik</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Le pont reste ouvert.</p><p>Jusqu’en mai.</p></div></content>
</entry></feed>
"""
