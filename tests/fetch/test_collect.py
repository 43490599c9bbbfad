"""From addresses, feeds and recipes to corpora, by the functions and by the command."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from framing import cli
from framing.cli import main
from framing.corpus import Corpus, read_corpus
from framing.errors import FramingError, InputError
from framing.fetch.recipes import read_recipe, recipes_folder
from framing.ingest import IngestOptions
from framing.study.collect import get_corpus, ingest_addresses, ingest_feeds, kept_folder, read_addresses
from tests.fetch.server import QUICK, Site
from tests.fetch.test_client import BOMB, answered, says_more
from tests.fetch.test_pages import conditional, item, rss
from tests.fetch.test_recipes import packed

RECIPES = recipes_folder()
STORY = (
    "The council of Sarvane decided on Monday that the old bridge stays open until the end of May.",
    "Engineers from Aldis had asked for it to be closed at once, since two of its piers had sunk.",
    "Nobody was hurt when a lorry broke through the railing last week, the mayor said.",
)


def page(number: int = 0, head: str = "") -> bytes:
    body = "".join(f"<p>{line} ({number})</p>" for line in STORY)
    title = f"Bridge stays open, part {number}"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def rejects(corpus: Corpus) -> list[tuple[str, str]]:
    return [(r["where"].rpartition("/")[2], r["reason"]) for r in corpus.rejects.to_pylist()]


def test_addresses_to_a_corpus(site: Site, tmp_path: Path) -> None:
    site.pages |= {
        "/a": answered(page(1), Content_Type="text/html"),
        "/b": answered(b"", 301, Location="/a"),
        "/c": answered(b"%PDF-1.4", Content_Type="application/pdf"),
        "/d": answered(b"<html><body>nothing here</body></html>", Content_Type="text/html"),
        "/g": answered(BOMB, Content_Encoding="gzip"),
    }
    listed = tmp_path / "addresses.txt"
    listed.write_text(
        f"# ours\n\n{site.root}/b\n  {site.root}/c  \n{site.root}/d\n{site.root}/none\n{site.root}/a#top\n{site.root}/g\nfile:///x\n",
        encoding="utf-8",
    )
    done = ingest_addresses(
        [f"{site.root}/a", str(listed)],
        tmp_path / "c",
        IngestOptions(outlet="Sarvane Wire"),
        fetch=replace(QUICK, tries=1),
    )
    assert done.corpus.n_articles == 1
    article = done.corpus.articles.to_pylist()[0]
    assert article["outlet_id"] == "Sarvane Wire"
    assert article["title"] == "Bridge stays open, part 1"
    assert "two of its piers had sunk" in article["text"]
    assert article["url"] == f"{site.root}/a"
    assert rejects(done.corpus) == [
        ("b", "repeated address"),
        ("c", "no web page"),
        ("d", "no article in the page"),
        ("none", "status 404"),
        ("a#top", "repeated address"),
        ("g", "too large"),
        ("x", "not http or https"),
    ]
    assert done.corpus.manifest.extra["kept_in"] == "c.fetched"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["addresses.txt", "c", "c.fetched"]


def test_the_corpus_holds_the_addresses_of_the_call(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/1": page(1), "/2": page(2)}
    first = ingest_addresses([f"{site.root}/1"], tmp_path / "c", fetch=QUICK)
    second = ingest_addresses([f"{site.root}/2"], tmp_path / "c", fetch=QUICK)
    third = ingest_addresses([f"{site.root}/1"], tmp_path / "c", fetch=QUICK)
    assert [c.corpus.n_articles for c in (first, second, third)] == [1, 1, 1]
    assert first.corpus.digest == third.corpus.digest != second.corpus.digest
    assert third.counts == {"new": 0, "kept": 1, "unchanged": 0, "failed": 0}
    assert site.paths() == ["/1", "/2"]


def test_a_changed_page_is_read_anew(site: Site, tmp_path: Path) -> None:
    site.pages["/1"] = conditional(page(1), '"1"')
    ingest_addresses([f"{site.root}/1"], tmp_path / "c", fetch=QUICK)
    site.pages["/1"] = conditional(page(2), '"2"')
    kept = ingest_addresses([f"{site.root}/1"], tmp_path / "c", fetch=QUICK)
    assert kept.corpus.articles.column("title").to_pylist() == ["Bridge stays open, part 1"]
    anew = ingest_addresses([f"{site.root}/1"], tmp_path / "c", fetch=QUICK, refresh=True)
    assert anew.corpus.articles.column("title").to_pylist() == ["Bridge stays open, part 2"]


@pytest.mark.parametrize(("charset", "declared"), [("windows-1251", True), ("windows-1251", False), ("utf-8", True)])
def test_encodings_of_pages(site: Site, tmp_path: Path, charset: str, declared: bool) -> None:
    line = "Совет города решил в понедельник, что старый мост останется открытым до конца мая. "
    head = "" if declared else f"<meta charset='{charset}'>"
    html = f"<html><head>{head}<title>Мост</title></head><body><article>{f'<p>{line}</p>' * 4}</article></body></html>"
    kind = f"text/html; charset={charset}" if declared else "text/html"
    site.pages["/a"] = answered(html.encode(charset), Content_Type=kind)
    done = ingest_addresses([f"{site.root}/a"], tmp_path / "c", fetch=QUICK)
    assert line.strip() in done.corpus.articles.column("text").to_pylist()[0]


def test_nothing_fetched_nothing_written(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = says_more
    with pytest.raises(InputError, match=r"none of 2 addresses could be fetched \(broke off"):
        ingest_addresses([f"{site.root}/a", f"{site.root}/b"], tmp_path / "c", fetch=replace(QUICK, tries=1))
    assert not (tmp_path / "c").exists()


def test_a_wrong_out_is_said_before_anything_is_fetched(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = page()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(FramingError, match="which holds other files"):
        ingest_addresses([f"{site.root}/a"], tmp_path / "c", fetch=QUICK)
    assert site.asked == []
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "neither an address nor a file"),
        (b"", "is empty"),
        (b"\x00\x01\x02" * 50, "binary"),
        (b"# x\n\n", "no address"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_addresses([str(tmp_path / "a.txt")])


def test_a_damaged_store_is_rejects(site: Site, tmp_path: Path) -> None:
    site.pages |= {f"/{n}": page(n) for n in range(3)}
    addresses = [f"{site.root}/{n}" for n in range(3)]
    warc = ingest_addresses(addresses, tmp_path / "c", fetch=QUICK).kept / "pages.warc.gz"
    rows = [json.loads(line) for line in warc.with_name("pages.list").read_text("utf-8").splitlines()]
    data = bytearray(warc.read_bytes())
    middle = rows[1]["offset"] + rows[1]["length"] // 2
    data[middle : middle + 40] = bytes(40)
    warc.write_bytes(data)
    done = ingest_addresses(addresses, tmp_path / "c", fetch=QUICK)
    assert done.corpus.n_articles == 2
    assert rejects(done.corpus) == [("1", "damaged record")]


# ---- feeds ------------------------------------------------------------------------------------------------------------


def test_feeds_to_a_corpus_again_and_again(site: Site, tmp_path: Path) -> None:
    site.pages |= {f"/{n}": page(n) for n in range(4)}
    site.pages |= {"/rss": conditional(rss(item("/0"), item("/1"), item("/none")), '"1"'), "/two": rss(item("/1"))}
    (tmp_path / "feeds.toml").write_text(
        f'[[feed]]\noutlet = "Sarvane Wire"\naddress = "{site.root}/rss"\nsection = "wire"\n'
        f'[[feed]]\noutlet = "Aldis Ledger"\naddress = "{site.root}/two"\n'
        f'[[feed]]\noutlet = "Gone"\naddress = "{site.root}/gone"\n',
        encoding="utf-8",
    )
    source = [str(tmp_path / "feeds.toml")]
    first = ingest_feeds(source, tmp_path / "c", fetch=QUICK)
    assert first.corpus.n_articles == 2
    assert rejects(first.corpus) == [("gone", "status 404"), ("none", "status 404")]
    assert {a["outlet_id"] for a in first.corpus.articles.to_pylist()} == {"Sarvane Wire"}
    assert first.corpus.articles.column("published").to_pylist()[0].isoformat().startswith("2024-03-04")
    site.pages["/rss"] = conditional(rss(item("/2")), '"2"')
    site.asked.clear()
    second = ingest_feeds(source, tmp_path / "c", fetch=QUICK)
    assert second.corpus.n_articles == 3
    assert sorted(site.paths()) == ["/2", "/gone", "/rss", "/two"]
    assert second.counts["new"] == 1
    assert [f["reason"] for f in second.feeds] == ["", "unchanged", "status 404"]
    site.pages |= {"/rss": answered(b"", 404), "/two": answered(b"", 404)}
    third = ingest_feeds(source, tmp_path / "c", fetch=QUICK)
    assert third.corpus.digest == second.corpus.digest


def test_a_feed_by_its_address(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/0": page(), "/rss": rss(item("/0"), title="Aldis Ledger")}
    done = ingest_feeds([f"{site.root}/rss"], tmp_path / "c", fetch=QUICK)
    assert done.corpus.outlets.column("outlet_id").to_pylist() == ["Aldis Ledger"]


def test_no_feed_no_corpus(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = rss()
    with pytest.raises(InputError, match="list no page"):
        ingest_feeds([f"{site.root}/rss"], tmp_path / "c", fetch=QUICK)
    site.pages["/html"] = page()
    with pytest.raises(InputError, match=r"none of 1 addresses could be fetched \(not a feed"):
        ingest_feeds([f"{site.root}/html"], tmp_path / "c", fetch=QUICK)
    assert not (tmp_path / "c").exists()


# ---- public sets ------------------------------------------------------------------------------------------------------

BASIL_MEMBERS = {
    "BASIL-1/articles/1_nyt.json": {
        "uuid": "u1", "source": "nyt", "title": "Dam", "date": "2024-03-04", "triplet-uuid": "t1", "url": "https://a.example/",
        "body-paragraphs": [["First sentence.", "Second one."], ["New paragraph."]],
    },
    "BASIL-1/articles/2_fox.json": {
        "uuid": "u2", "source": "fox", "title": "Dam again", "date": "2024-03-05", "triplet-uuid": "t1", "url": "",
        "body-paragraphs": [["Only one."]],
    },
    "BASIL-1/articles/3_hpo.json": b"{broken",
    "BASIL-1/articles/4_hpo.json": [1],
    "BASIL-1/annotations/1_nyt.json": {"uuid": "not this"},
}  # fmt: skip
TEXT_MEMBERS = {
    "T-1/data/_news_100178_Dam-of-Sarvane.txt": "The dam was opened.\r\nAll went home.",
    "T-1/data/_news_x.txt": "no number",
    "T-1/data/_news_2_Bad.txt": b"\xff\xfe\xff",
    "T-1/README.md": "not this",
}
ABP_MEMBERS = {
    f"A-1/data/jsons/{i}.json": {
        "ID": f"a{i}", "source": source, "title": "Dam", "content_original": f"Text {i}.", "date": "2019-12-05", "url": "", "authors": "",
    }
    for i, source in enumerate(("Ledger - News", "Ledger - Opinion", "Ledger (Web News)", "Ledger"))
}  # fmt: skip


def shipped_recipe(site: Site, folder: Path, name: str, content: bytes, sha256: str = "") -> Path:
    """The recipe of the package, with an address on this machine."""
    text = (RECIPES / f"{name}.toml").read_text(encoding="utf-8")
    address = read_recipe(RECIPES / f"{name}.toml").address
    site.pages[f"/{name}"] = content
    folder.mkdir(exist_ok=True)
    stated = f'\nsha256 = "{sha256}"' if sha256 else ""
    changed = text.replace(f'address = "{address}"', f'address = "{site.root}/{name}"{stated}')
    (folder / f"{name}.toml").write_text(changed, encoding="utf-8")
    return folder


def made(site: Site, tmp_path: Path, name: str, content: bytes) -> Corpus:
    recipes = shipped_recipe(site, tmp_path / "recipes", name, content)
    corpus, got = get_corpus(name, tmp_path / "c", accept_licence=True, fetch=QUICK, recipes=recipes)
    assert got is not None
    assert got.verified == ""
    assert corpus.manifest.licence == read_recipe(RECIPES / f"{name}.toml").licence
    assert corpus.manifest.extra["sha256"] == hashlib.sha256(content).hexdigest()
    return corpus


def test_basil(site: Site, tmp_path: Path) -> None:
    corpus = made(site, tmp_path, "basil", packed(BASIL_MEMBERS))
    articles = corpus.articles.to_pylist()
    assert [a["article_id"] for a in articles] == ["u1", "u2"]
    assert articles[0]["text"] == "First sentence. Second one.\n\nNew paragraph."
    assert [a["event_id"] for a in articles] == ["t1", "t1"]
    assert {o["outlet_id"]: o["name"] for o in corpus.outlets.to_pylist()} == {
        "nyt": "New York Times",
        "fox": "Fox News",
    }
    assert rejects(corpus) == [("3_hpo.json", "not JSON"), ("4_hpo.json", "not an object")]


def test_tehran_times(site: Site, tmp_path: Path) -> None:
    corpus = made(site, tmp_path, "tehran-times", packed(TEXT_MEMBERS))
    article = corpus.articles.to_pylist()[0]
    assert article["article_id"] == "tehran-times-100178"
    assert article["url"] == "https://www.tehrantimes.com/news/100178/Dam-of-Sarvane"
    assert article["text"] == "The dam was opened.\r\nAll went home."
    assert article["outlet_id"] == "Tehran Times"
    assert rejects(corpus) == [("_news_2_Bad.txt", "not UTF-8"), ("_news_x.txt", "unknown name")]


def test_article_bias_prediction(site: Site, tmp_path: Path) -> None:
    corpus = made(site, tmp_path, "article-bias-prediction", packed(ABP_MEMBERS))
    assert [(a["outlet_id"], a["section"]) for a in corpus.articles.to_pylist()] == [
        ("Ledger", "news"), ("Ledger", "opinion"), ("Ledger", None), ("Ledger", None),
    ]  # fmt: skip


CSVS = {
    "babe": ("text;news_link;outlet;topic\nThe dam, at last, was opened.;https://a.example/;Ledger;water\n", "Ledger"),
    "fa-kes": (
        "unit_id,article_title,article_content,source,date,location,labels\n1,Dam,The dam was op\u00e9ned.,sana,4/5/2017,x,0\n",
        "sana",
    ),
    "mediacloud-gaza-headlines": (
        "media_name,id,indexed_date,language,media_url,publish_date,title,url\nledger.example,i1,2024-02-19,en,x,2023-10-12,Dam,https://a.example/\n",
        "ledger.example",
    ),
}


@pytest.mark.parametrize("name", sorted(CSVS))
def test_tables(site: Site, tmp_path: Path, name: str) -> None:
    text, outlet = CSVS[name]
    corpus = made(site, tmp_path, name, text.encode("latin-1" if name == "fa-kes" else "utf-8"))
    article = corpus.articles.to_pylist()[0]
    assert article["outlet_id"] == outlet
    if name == "fa-kes":
        assert article["text"] == "The dam was opéned."
        assert article["published"].isoformat()[:10] == "2017-04-05"
        assert corpus.outlets.column("name").to_pylist() == ["SANA"]
    if name.startswith("mediacloud"):
        assert (article["text"], article["title"]) == (None, "Dam")


@pytest.mark.data
def test_real_files_of_the_sets(site: Site, tmp_path: Path, data: Path) -> None:
    for name, file, least in (
        ("fa-kes", data / "fakes_syria" / "FA-KES-Dataset.csv", 700),
        ("mediacloud-gaza-headlines", data / "mediacloud" / "final_selected_media.csv", 1_000),
    ):
        recipes = shipped_recipe(site, tmp_path / "recipes", name, file.read_bytes())
        options = replace(QUICK, most_bytes=10_000_000, seconds=20)
        corpus, _ = get_corpus(name, tmp_path / name, accept_licence=True, fetch=options, recipes=recipes)
        assert corpus.n_articles >= least
        assert corpus.manifest.n_rejects < corpus.n_articles / 50
        assert corpus.manifest.dates_unread == 0


def test_a_set_that_is_not_what_the_recipe_says(site: Site, tmp_path: Path) -> None:
    recipes = shipped_recipe(site, tmp_path / "recipes", "basil", b"<html>Sign in</html>")
    with pytest.raises(InputError, match=r"no readable zip archive.* Or delete .*basil\.zip.* and download it again"):
        get_corpus("basil", tmp_path / "c", accept_licence=True, fetch=QUICK, recipes=recipes)
    assert not (tmp_path / "c").exists()
    # Not a measure for what comes later.
    assert not (kept_folder(tmp_path / "c") / "basil.zip.sha256").exists()


def test_a_bomb_in_a_set(site: Site, tmp_path: Path) -> None:
    bomb = packed({"B-1/articles/1.json": b"0" * 60_000_000})
    recipes = shipped_recipe(site, tmp_path / "recipes", "basil", bomb)
    with pytest.raises(InputError, match="--limit ratio"):
        get_corpus("basil", tmp_path / "c", accept_licence=True, fetch=QUICK, recipes=recipes)
    assert not (tmp_path / "c").exists()


def test_a_licence_that_is_not_accepted(site: Site, tmp_path: Path) -> None:
    recipes = shipped_recipe(site, tmp_path / "recipes", "basil", packed(BASIL_MEMBERS))
    with pytest.raises(InputError, match="--accept-licence"):
        get_corpus("basil", tmp_path / "c", recipes=recipes)
    assert site.asked == []
    assert [p.name for p in tmp_path.iterdir()] == ["recipes"]


def test_a_shipped_corpus(tmp_path: Path) -> None:
    corpus, got = get_corpus("sarvane", tmp_path / "c")
    assert got is None
    assert corpus.manifest.fictional
    assert corpus.outlets.column("name").to_pylist()
    assert corpus.digest == read_corpus(tmp_path / "c").digest


# ---- the command ------------------------------------------------------------------------------------------------------

PRIVATE = ["--allow-private", "--fetch", "pause=0", "--fetch", "tries=1"]


def test_the_command_for_addresses(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages["/a"] = page()
    arguments = [
        "ingest",
        f"{site.root}/a",
        f"{site.root}/b",
        "--format",
        "url",
        "--out",
        str(tmp_path / "c"),
        "--json",
    ]
    assert main([*arguments, *PRIVATE]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"][0]["articles"] == 1
    assert printed["meta"]["fetched"] == {"new": 1, "kept": 0, "unchanged": 0, "failed": 1}
    assert printed["meta"]["rejects_by_reason"] == {"status 404": 1}


def test_the_command_for_feeds(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages |= {"/0": page(), "/rss": rss(item("/0"))}
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\noutlet = "Post"\naddress = "{site.root}/rss"\n', encoding="utf-8")
    arguments = ["ingest", str(tmp_path / "feeds.toml"), "--format", "feed", "--out", str(tmp_path / "c"), *PRIVATE]
    assert main(arguments) == 0
    assert "pages: 1 new, 0 kept, 0 unchanged, 0 failed; kept in " in capsys.readouterr().err
    assert main(arguments) == 0
    assert "pages: 0 new, 1 kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest", "http://127.0.0.1:9/a", "--format", "url"], "--allow-private"),
        (["ingest", "http://169.254.169.254/a", "--format", "url", "--allow-private"], "a link-local address"),
        (["ingest", "file:///etc/hosts", "--format", "url"], "not of the web"),
        (["ingest", "file:///etc/hosts", "--format", "feed"], "not of the web"),
        (["ingest", "nowhere.txt", "--format", "url"], "neither an address nor a file"),
        (["ingest", "nowhere.toml", "--format", "feed"], "cannot be read as TOML"),
        (["ingest", "a.csv", "--allow-private"], "--allow-private with --format auto"),
        (["ingest", "a.csv", "--fetch", "tries=1", "--refresh"], "--fetch, --refresh with --format auto"),
        (["ingest", "http://127.0.0.1:9/", "--format", "url", "--fetch", "speed=9"], "'speed=9' as a --fetch option"),
        (["corpora", "get", "nothing"], "unknown corpus 'nothing'"),
        (["corpora", "get", "basil"], "the licence of basil not accepted"),
    ],
)
def test_wrong_requests(
    tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, "--out", str(tmp_path / "c")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["corpora", "get"],
        ["corpora", "get", "basil"],
        ["corpora", "list", "basil"],
        ["corpora", "list", "--accept-licence"],
    ],
)
def test_wrong_requests_for_corpora(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("framing: Found: ")


def test_the_command_for_sets(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = shipped_recipe(site, tmp_path / "recipes", "basil", packed(BASIL_MEMBERS))
    monkeypatch.setattr("framing.fetch.recipes.recipes_folder", lambda: recipes)
    arguments = ["corpora", "get", "basil", "--out", str(tmp_path / "c"), "--allow-private", "--accept-licence"]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert "Licence: none stated; the texts are their publishers' copyright" in printed.err
    assert "compared with nothing" in printed.err
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["compared_with"] == "first download"
    assert main(["corpora", "list", "--json"]) == 0
    listed = {r["name"]: r["kind"] for r in json.loads(capsys.readouterr().out)["rows"]}
    assert listed == {"sarvane": "shipped", "basil": "recipe"}


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("Yes\n", 0), ("n\n", 2), ("\n", 2), ("", 2)])
def test_the_licence_is_asked_at_a_terminal(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    code: int,
) -> None:
    recipes = shipped_recipe(site, tmp_path / "recipes", "basil", packed(BASIL_MEMBERS))
    monkeypatch.setattr("framing.fetch.recipes.recipes_folder", lambda: recipes)

    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return answer

    monkeypatch.setattr(cli.sys, "stdin", Terminal())
    monkeypatch.setattr(cli.sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["corpora", "get", "basil", "--out", str(tmp_path / "c"), "--allow-private"]) == code
    assert "Do you accept the licence? [y/N]" in capsys.readouterr().err
    assert (tmp_path / "c").exists() is (code == 0)


def test_no_thread_is_left(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = page()
    before = threading.active_count()
    ingest_addresses([f"{site.root}/a"], tmp_path / "c", fetch=QUICK)
    site.closing.set()
    assert [t for t in threading.enumerate() if "_watch" in t.name] == []
    assert threading.active_count() <= before + 1
