"""Feeds of every kind and condition: the right items, stable ids, text only."""

import contextlib
import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from http_server import Site
from hypothesis import given, settings
from hypothesis import strategies as st
from source_visits import LONG, NOW, Visitor, item, rss

from watchlist.errors import LayoutChanged, SourceError
from watchlist.model import Document, Link, Page, Request
from watchlist.sources.base import PollHint
from watchlist.sources.feed import FeedSource
from watchlist.sources.feed_formats import feed_kind

URL = "https://agency.test/news/feed.xml"


def parsed(body: str | bytes, *, media: str = "application/xml", full_text: str = "feed") -> list[object]:
    """Parse one feed."""
    raw = body if isinstance(body, bytes) else body.encode()
    page = Page(URL, URL, 200, {"content-type": media}, raw, NOW)
    return list(FeedSource("news", URL, full_text=full_text).parse(page, Request(URL)))


def documents(body: str | bytes, **how: str) -> list[Document]:
    """Return a feed's documents."""
    return [found for found in parsed(body, **how) if isinstance(found, Document)]


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>Notices</title><updated>2026-11-20T10:00:00Z</updated>
<entry><id>tag:agency.test,2005:1</id><title type="html">Sanctions &amp;amp; &lt;em&gt;measures&lt;/em&gt;</title>
<link rel="alternate" href="/notices/1"/><link rel="self" href="/x"/><updated>2026-11-20T10:00:00+01:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First.</p><p>Second <b>bold</b>.</p></div></content></entry>
<entry><id>tag:agency.test,2005:2</id><title>Plain &lt; title</title><link href="https://agency.test/notices/2"/>
<published>2026-11-19</published><updated>2026-11-21T00:00:00Z</updated><summary>Short.</summary></entry></feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "de-DE",
    "items": [
        {"id": 7, "url": "/a?x=1", "title": "Eins\nzwei", "content_html": "<p>A<script>x()</script></p><p>B</p>",
         "date_published": "2026-11-20T10:00:00+02:00"},
        {"id": "8", "external_url": "https://other.test/b", "content_text": "Nur Text", "date_published": "yesterday"},
        "not an item",
    ],
}  # fmt: skip


def test_atom_is_read_as_its_authors_mean_it():
    """Relative links, xhtml content, html titles, dates with offsets, the language of the feed."""
    one, two = documents(ATOM)
    assert (one.id, one.title, one.text) == (
        "tag:agency.test,2005:1", "Sanctions & measures", "First.\n\nSecond bold.",
    )  # fmt: skip
    assert (one.url, one.lang) == ("https://agency.test/notices/1", "en")
    assert one.published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (two.title, two.text, two.published) == (
        "Plain < title",
        "Short.",
        datetime(2026, 11, 19, tzinfo=UTC),
    )


def test_json_feed_is_read():
    """Ids may be numbers, dates may be nonsense, an item may be no item."""
    one, two = documents(json.dumps(JSON_FEED), media="application/feed+json")
    assert (one.id, one.url, one.title, one.text) == ("7", "https://agency.test/a?x=1", "Eins zwei", "A\n\nB")
    assert (one.lang, one.published) == ("de", datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert (two.id, two.url, two.text, two.published) == ("8", "https://other.test/b", "Nur Text", None)


def test_rdf_is_read():
    """RSS 1.0 keeps its items outside the channel; some agencies still publish it."""
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>'
        '<item rdf:about="https://agency.test/1"><title>One</title><link>https://agency.test/1</link>'
        "<dc:date>2026-11-20T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    (one,) = documents(body)
    assert (one.title, one.url, one.published) == (
        "One",
        "https://agency.test/1",
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


def test_scripts_and_pixels_show_as_text():
    """What goes into a mail must be text: no script, no picture, no markup, however it was escaped."""
    (one,) = documents(
        rss(
            item(
                "1",
                "<script>alert(1)</script>Huawei <b>listed</b><img src=x onerror=alert(1)>",
                text="<p>Text<img src='https://spy.test/p.gif' width=1></p><script>steal()</script><style>p{}</style><iframe src=x>f</iframe>",
            )
        )
    )
    assert (one.title, one.text) == ("Huawei listed", "Text")


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Société Générale".encode("latin-1"), "Société Générale"),
        ("Société Générale".encode(), "Société Générale"),
        ("Société ".encode() + b"G\xe9n\xe9rale", "Société Générale"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "no-such-set"])
def test_a_wrong_character_set_does_not_spoil_names(raw: bytes, title: str, declared: str):
    """Declared UTF-8, sent Latin-1, or one stray byte: names must still be found. (Latin-1 declared is believed.)"""
    body = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><item><guid>1</guid><title>'.encode()
    (one,) = documents(body + raw + b"</title></item></channel></rss>")
    if declared == "iso-8859-1" and raw != "Société Générale".encode("latin-1"):
        assert "rale" in one.title
    else:
        assert one.title == title


def test_common_damage_is_survived():
    """Leading blanks, a server's warning, a bare ampersand, an undefined entity, a comment before the root."""
    body = '\n\n<!-- cache --><?xml version="1.0"?><rss version="2.0"><channel><item><guid>1</guid><title>AT&T &nbsp;x</title></item></channel></rss>'
    (one,) = documents(body)
    assert one.title.startswith("AT&T")


# ----- ids --------------------------------------------------------------------------------------------------


def test_ids_are_guid_then_address_then_content():
    """The best that the publisher gives; equal addresses or none at all are told apart by content."""
    found = documents(
        rss(
            item("g1", link="https://a.test/1"), item("g2", link="https://a.test/2"), item("g3", link="https://a.test/3"),
            item("g4", link="https://a.test/4"), item("g5", link="https://a.test/5"),
            item("", "No guid", "http://a.test/6?utm_source=rss#top"), item("", "No guid, no link"),
        )
    )  # fmt: skip
    assert [document.id for document in found[:6]] == ["g1", "g2", "g3", "g4", "g5", "//a.test/6"]
    assert found[6].id.startswith("content:")


def test_guids_that_many_items_share_are_not_trusted():
    """A feed whose guids are all the site's address would otherwise have one item for ever."""
    found = documents(rss(*(item("https://a.test/", f"T{n}", f"https://a.test/{n}") for n in range(4))))
    assert [document.id for document in found] == [f"//a.test/{n}" for n in range(4)]


def test_an_item_given_twice_comes_once():
    """Some feeds repeat an item under two categories."""
    assert (
        len(documents(rss(item("1", link="https://a.test/1"), item("2"), item("1", link="https://a.test/1"))))
        == 2
    )


def test_order_does_not_matter():
    """Re-ordered feeds must give the same items: a reader that goes by position would see news."""
    items = [item(f"g{n}" if n % 2 else "", f"T{n}", f"https://a.test/{n}") for n in range(9)]
    there, back = documents(rss(*items)), documents(rss(*reversed(items)))
    assert {(d.id, d.title, d.text) for d in there} == {(d.id, d.title, d.text) for d in back}


# ----- full text or summary -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full_text", "text", "follows"),
    [
        ("auto", "A short summary.", True),
        ("auto", LONG * 3, False),
        ("auto", LONG * 3 + " Read more »", True),
        ("auto", LONG * 3 + " […]", True),
        ("feed", "A short summary.", False),
        ("follow", LONG * 3, True),
    ],
)
def test_the_article_is_followed_only_where_it_tells_more(full_text: str, text: str, follows: bool):
    """A whole text in the feed spares the publisher a request; a cut one must be completed."""
    (found,) = parsed(rss(item("1", link="https://a.test/1", text=text)), full_text=full_text)
    assert isinstance(found, Link) is follows


def test_content_beats_summary_and_counts_as_the_text():
    """WordPress sends both: the summary is cut, the content whole."""
    body = rss(item("1", link="https://a.test/1", text="Cut …")).replace(
        "</item>", f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>{LONG}</p>]]></content:encoded></item>"
    )  # fmt: skip
    (found,) = parsed(body, full_text="auto")
    assert isinstance(found, Document)
    assert found.text == LONG.strip()


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "javascript:alert(1)", "ftp://a.test/x", "http://[::1"]
)
def test_a_link_that_is_no_web_address_is_not_followed(link: str):
    """A feed must not make us read the user's disk."""
    (found,) = parsed(rss(item("1", link=link)), full_text="follow")
    assert isinstance(found, Document)
    assert found.url is None


def test_a_publishers_interval_is_handed_on():
    """``ttl`` in minutes, or the syndication module's period and frequency."""
    head = "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod><sy:updateFrequency xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>4</sy:updateFrequency>"
    assert PollHint(21600.0) in parsed(rss(head=head))
    assert PollHint(1800.0) in parsed(rss(head="<ttl>30</ttl>"))


# ----- anything at all --------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=400).map(lambda text: rss(item("1", text, "https://a.test/1", text)).encode("utf-8", "replace")),
        st.text(max_size=300).map(lambda text: f"<rss version='2.0'><channel>{text}</channel></rss>".encode("utf-8", "replace")),
        st.integers(0, len(ATOM)).map(lambda at: ATOM[:at].encode()),
        st.recursive(st.none() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "url", "title", "items", "content_html"]), inner, max_size=4)).map(
            lambda value: json.dumps({"version": "https://jsonfeed.org/version/1", "items": [value, value]}).encode()
        ),
    )
)  # fmt: skip
def test_whatever_comes_is_items_or_one_line(body: bytes):
    """No input may raise anything but LayoutChanged, and every document is well-formed text with an id."""
    page = Page(URL, URL, 200, {"content-type": "text/xml"}, body, NOW)
    feed_kind(page)
    found: list[object] = []
    with contextlib.suppress(LayoutChanged):
        found.extend(FeedSource("news", URL).parse(page, Request(URL)))
    for thing in found:
        if isinstance(thing, Document):
            assert thing.id
            (thing.title + thing.text).encode("utf-8")
            assert "\n" not in thing.title
        else:
            assert isinstance(thing, Link | PollHint | SourceError)


# ----- recorded series --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("series", "items", "edits"), [("state", 24, 4), ("whitehouse", 31, 3)])
def test_recorded_polls_give_each_item_once_and_each_edit_as_a_revision(
    site: Site, shared: Path, series: str, items: int, edits: int
):
    """Two days of real polls: items appear, move, are edited and edited back; stamps change at every poll.

    The figures were counted independently, on the raw XML of the items by guid; a fifth edit of the first series
    touches markup only (a line-break hint) and must not count.
    """
    polls = sorted((shared / "data" / "feeds" / series).glob("*.rss.gz"))
    assert len(polls) == 18
    visitor = Visitor(FeedSource(series, site.url("/feed"), official=True))
    revisions: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for poll in polls:
        site.serve("/feed", gzip.decompress(poll.read_bytes()), media="application/rss+xml")
        read = visitor.visit()
        assert (read.errors, read.link_errors) == ((), ())
        assert len(read.documents) == 10
        for document in read.documents:
            if (document.title, document.text) not in revisions[document.id][-1:]:
                revisions[document.id].append((document.title, document.text))
            assert document.published is not None
            assert "<" not in document.title
    assert len(revisions) == items
    assert sum(len(texts) - 1 for texts in revisions.values()) == edits


SOUP = {
    "open tags": "<item><title>" + "<b>" * 60_000,
    "attributes": "<item " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>",
    "ampersands": "<item><title>" + "&" * 200_000,
    "open sections": "<item><title>" + "x<![CDATA[" * 30_000,
    "deep nesting": "<a>" * 100_000,
    "quotes": '<item><title a="' * 20_000,
}


@pytest.mark.parametrize("case", SOUP)
def test_markup_soup_does_not_hold_the_round(case: str):
    """Each of these took feedparser's own mending minutes (or never ended); no outcome matters but an end."""
    with contextlib.suppress(LayoutChanged):
        parsed(f'<rss version="2.0"><channel>{SOUP[case]}</channel></rss>')


def test_a_feed_of_too_many_items_gives_the_first_and_says_so():
    """An endless archive in one file must not cost minutes; what is left out is told."""
    found = parsed(rss(*(item(str(n), text="") for n in range(2100))))
    assert sum(isinstance(thing, Document) for thing in found) == 2000
    assert [str(thing) for thing in found if isinstance(thing, SourceError)] == [
        f"{URL}: too many items; the last 100 were left out"
    ]
