"""One visit after another to sources on loopback: each thing once, nothing lost, every failure a row."""

import re
import socket
from datetime import timedelta

import pytest
from http_server import Answer, Site, bomb, drip, endless
from source_visits import HOUR, LONG, NOW, Visitor, article, ids, item, only, rss, summary_only

from watchlist.config import FetchSettings
from watchlist.model import Completeness, SourceState
from watchlist.sources.articles import Articles
from watchlist.sources.feed import FeedSource
from watchlist.sources.http import Fetcher
from watchlist.sources.page import PageSource
from watchlist.sources.reader import read_source


def feed_at(site: Site, *items: str, head: str = "", **headers: str) -> Visitor:
    """Serve a feed and return its visitor."""
    url = site.serve("/feed", rss(*items, head=head), media="application/rss+xml", **headers)
    return Visitor(FeedSource("news", url))


# ----- feeds and their articles ---------------------------------------------------------------------------


def test_a_summary_is_completed_from_the_linked_article(site: Site):
    """A name that only the article tells must be found."""
    link = site.serve("/a1", article(LONG + "Among them is Huawei."))
    document = only(feed_at(site, item("1", "Title of the feed", link)).visit())
    assert "Huawei" in document.text
    assert "Home" not in document.text
    assert (document.id, document.title, document.url) == ("1", "Title of the feed", link)
    assert document.completeness is Completeness.FULL


@pytest.mark.parametrize(
    ("status", "media"),
    [(404, "text/html"), (403, "text/html"), (503, "text/html"), (200, "application/pdf")],
)
def test_where_the_article_cannot_be_read_the_summary_stands_in_and_says_so(
    site: Site, status: int, media: str
):
    """Nothing is lost: the item comes, marked, and the failure is a row."""
    link = site.serve("/a1", b"%PDF-1.7" if status == 200 else "no", media=media, status=status)
    read = feed_at(site, item("1", link=link)).visit()
    assert summary_only(read) == ["1"]
    assert [error.url for error in read.link_errors] == [link]
    assert read.errors == ()
    assert not read.failed


def test_robots_txt_is_obeyed_for_articles_not_for_the_feed(site: Site):
    """The user named the feed; the articles are the publisher's to open or close."""
    site.serve("/robots.txt", "User-agent: *\nDisallow: /", media="text/plain")
    link = site.serve("/a1", article())
    read = feed_at(site, item("1", link=link)).visit()
    assert summary_only(read) == ["1"]
    assert "robots.txt" in str(read.link_errors[0])
    assert site.count("/a1") == 0


def test_the_budget_a_host_spreads_articles_over_visits(site: Site):
    """A new feed of many items must not hammer a host; those that wait are read next time, though the feed is a 304."""
    links = [site.serve(f"/a{n}", article(LONG + str(n))) for n in range(5)]
    body = rss(*(item(str(n), link=links[n]) for n in range(5))).encode()
    visitor = Visitor(FeedSource("news", site.serve_conditional("/feed", body, '"1"')))
    first, second, third, fourth = (visitor.visit(budget=2) for _ in range(4))
    assert summary_only(first) == ["2", "3", "4"]
    assert [ids(read) for read in (second, third, fourth)] == [["2", "3"], ["4"], []]
    assert summary_only(second) == summary_only(third) == []
    assert fourth.not_modified


def test_the_budget_holds_over_the_sources_of_a_round(site: Site):
    """Two feeds of one publisher share his host's budget, and an article both link is read once."""
    links = [site.serve(f"/a{n}", article()) for n in range(3)]
    fetcher = Fetcher(FetchSettings(allow_private_addresses=True))
    articles = Articles(fetcher, budget=2)
    reads = []
    for name, some in (("one", links[:2]), ("two", links[1:])):
        url = site.serve(
            f"/{name}", rss(*(item(link, link=link) for link in some)), media="application/rss+xml"
        )
        reads.append(read_source(FeedSource(name, url), SourceState(), fetcher, NOW, articles=articles))
    assert summary_only(reads[0]) == []
    assert summary_only(reads[1]) == [links[2]]
    assert [site.count(f"/a{n}") for n in range(3)] == [1, 1, 0]


def test_an_unchanged_item_is_neither_fetched_nor_reported_again(site: Site):
    """A feed that changes every hour must not cost its publisher all its articles every hour."""
    link = site.serve("/a1", article(), etag='"a"')
    visitor = feed_at(site, item("1", link=link))
    assert ids(visitor.visit()) == ["1"]
    site.serve(
        "/feed", rss(item("2", link=site.serve("/a2", article())), item("1", link=link)), media="text/xml"
    )
    assert ids(visitor.visit()) == ["2"]
    assert site.count("/a1") == 1


def test_an_edited_article_is_noticed_within_half_a_day(site: Site):
    """An edit that adds a name is news, even where the feed's words stay the same."""
    link = site.serve("/a1", article())
    body = rss(item("1", link=link)).encode()
    visitor = Visitor(FeedSource("news", site.serve_conditional("/feed", body, '"1"')))
    visitor.visit()
    site.serve("/a1", article(LONG + "Correction: Huawei too."))
    assert ids(visitor.visit(later=12 * HOUR)) == []
    document = only(visitor.visit(later=timedelta(days=9)))
    assert document.id == "1"
    assert "Huawei" in document.text
    visitor.visit()
    assert site.count("/a1") == 2, "old articles are left in peace"


def test_a_reread_is_conditional(site: Site):
    """Reading again must cost a publisher with validators next to nothing."""
    link = site.serve_conditional("/a1", article().encode(), '"v1"', media="text/html")
    visitor = feed_at(site, item("1", link=link))
    visitor.visit(later=13 * HOUR)
    assert ids(visitor.visit()) == []
    assert site.asked[-1][1]["if-none-match"] == '"v1"'


def test_an_edited_summary_reads_the_article_again(site: Site):
    """The feed's own words changed: so, probably, did the article."""
    link = site.serve("/a1", article())
    visitor = feed_at(site, item("1", "Two firms listed", link))
    visitor.visit()
    site.serve("/a1", article(LONG + "ZTE is the third."))
    site.serve("/feed", rss(item("1", "Three firms listed", link)), media="application/rss+xml")
    document = only(visitor.visit())
    assert (document.id, document.title) == ("1", "Three firms listed")
    assert "ZTE" in document.text


def test_a_passing_failure_is_mended_at_the_next_visit(site: Site):
    """503 now, the article later: the same item in full, though the feed itself has not changed."""
    link = site.serve("/a1", "busy", status=503)
    body = rss(item("1", link=link)).encode()
    visitor = Visitor(FeedSource("news", site.serve_conditional("/feed", body, '"1"')))
    assert summary_only(visitor.visit()) == ["1"]
    site.serve("/a1", article())
    assert only(visitor.visit()).completeness is Completeness.FULL


def test_what_was_read_in_full_is_not_replaced_by_its_summary(site: Site):
    """Else the findings would seem to vanish, and a correction would be mailed for a server's hiccup."""
    link = site.serve("/a1", article())
    visitor = feed_at(site, item("1", link=link))
    visitor.visit(later=13 * HOUR)
    site.serve("/a1", "busy", status=503)
    read = visitor.visit()
    assert read.documents == ()
    assert len(read.link_errors) == 1


def test_a_consent_wall_does_not_pass_for_an_article(site: Site):
    """A page that says less than the feed's own summary is no article."""
    link = site.serve("/a1", "<html><body><p>Please accept cookies.</p></body></html>")
    read = feed_at(
        site, item("1", link=link, text="The ministry listed Huawei and three of its affiliates today.")
    ).visit()
    assert summary_only(read) == ["1"]
    assert "Huawei" in read.documents[0].text


def test_ids_that_change_at_every_poll_do_not_make_new_items(site: Site):
    """Some publishers put a session or a time into the guid: the address then tells which item it is."""
    links = [site.serve(f"/a{n}", article(LONG + str(n))) for n in range(3)]
    visitor = feed_at(site, *(item(f"s1-{n}", link=links[n]) for n in range(3)))
    assert ids(visitor.visit()) == ["s1-0", "s1-1", "s1-2"]
    site.serve("/feed", rss(*(item(f"s2-{n}", "Edited", links[n]) for n in range(3))), media="text/xml")
    assert ids(visitor.visit()) == ["s1-0", "s1-1", "s1-2"]
    site.serve("/feed", rss(*(item(f"s3-{n}", "Again", links[n]) for n in range(3))), media="text/xml")
    assert ids(visitor.visit()) == ["s1-0", "s1-1", "s1-2"]


def test_a_new_item_at_a_known_address_stays_a_new_item(site: Site):
    """One item whose guid changed is the publisher's word: a second notice on the same page."""
    visitor = feed_at(
        site, item("1", link=site.url("/x"), text=LONG * 3), item("2", link=site.url("/y"), text=LONG * 3)
    )
    visitor.visit()
    site.serve(
        "/feed",
        rss(item("3", link=site.url("/x"), text=LONG * 3), item("2", link=site.url("/y"), text=LONG * 3)),
    )
    assert ids(visitor.visit()) == ["3", "2"]


# ----- conditions, moves, hints ---------------------------------------------------------------------------


def test_an_unchanged_feed_costs_one_304(site: Site):
    """The state of one visit is what makes the next one cheap."""
    visitor = Visitor(
        FeedSource("news", site.serve_conditional("/feed", rss(item("1", text=LONG * 3)).encode(), '"1"'))
    )
    assert ids(visitor.visit()) == ["1"]
    read = visitor.visit()
    assert read.not_modified
    assert (read.documents, read.errors, read.failed) == ((), (), False)
    assert read.state.validators == visitor.state.validators != {}
    assert read.state.last_success == NOW + HOUR


def test_a_feed_that_could_not_be_parsed_is_asked_for_in_full_again(site: Site):
    """A stored ETag of a page we failed to read would hide its items behind 304 for ever."""
    url = site.serve("/feed", "<html><body>Down for maintenance</body></html>", media="text/html", ETag='"1"')
    visitor = Visitor(FeedSource("news", url))
    read = visitor.visit()
    assert read.state.validators == {}
    assert read.state.last_success is None
    assert "HTML page" in str(read.errors[0])


def test_moves_retries_and_the_end_of_a_source_are_handed_on(site: Site):
    """The store saves a move after three sightings, waits as told, and never asks again after 410."""
    target = site.serve("/new", rss(item("1", text=LONG * 3)), media="text/xml")
    read = Visitor(FeedSource("a", site.redirect("/old", "/new", 301))).visit()
    assert read.hints.moved_to == target
    assert len(read.documents) == 1
    read = Visitor(FeedSource("b", site.serve("/busy", "", status=503, Retry_After="7200"))).visit()
    assert read.failed
    assert read.hints.not_before == NOW + 2 * HOUR
    read = Visitor(FeedSource("c", site.serve("/gone", "", status=410))).visit()
    assert read.failed
    assert read.hints.gone


@pytest.mark.parametrize(
    ("head", "cache", "hours"),
    [
        ("<ttl>180</ttl>", "", 3.0),
        ("", "public, max-age=7200", 2.0),
        ("<ttl>60</ttl>", "max-age=7200", 2.0),
        ("<ttl>999999</ttl>", "max-age=31536000", 24.0),
        ("<ttl>soon</ttl>", "no-store", None),
    ],
)
def test_the_publishers_interval_is_the_longest_he_names_within_a_day(
    site: Site, head: str, cache: str, hours: float | None
):
    """Politeness, but nobody can put a source to sleep for a year."""
    read = feed_at(site, item("1", text=LONG * 3), head=head, Cache_Control=cache).visit()
    assert read.hints.not_before == (NOW + hours * HOUR if hours else None)


def test_a_failing_line_is_told_from_a_failing_source(site: Site, monkeypatch: pytest.MonkeyPatch):
    """When no name resolves, no source is to blame."""

    def unresolved(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    read = Visitor(FeedSource("news", "http://news.test/feed")).visit()
    assert read.failed
    assert read.offline


# ----- hostile answers: one row each, and the state survives ------------------------------------------------

ENTITIES = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss version="2.0"><channel><item><title>&b;</title></item></channel></rss>'

HOSTILE = {
    "nothing": (Answer(b""), "0 bytes"),
    "blanks": (Answer(b"   \n  "), "not a feed"),
    "an HTML page": (Answer(b"<!DOCTYPE html><html><body>Sign in</body></html>"), "an HTML page"),
    "JSON": (Answer(b'{"error": "quota"}'), "not a JSON Feed"),
    "deep JSON": (Answer(b'{"a":' * 40_000), "JSON"),
    "an image": (Answer(b"\x89PNG\r\n\x1a\n" + bytes(300)), "not a feed"),
    "entities": (Answer(ENTITIES.encode()), "entities"),
    "entities in UTF-16": (Answer(ENTITIES.encode("utf-16")), "entities"),
    "entities in UTF-7": (Answer(b'<?xml version="1.0" encoding="utf-7"?>' + ENTITIES.replace("<", "+ADw-").encode()), "not a feed"),
    "an external entity": (Answer(b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>'), "entities"),
    "another XML": (Answer(b"<?xml version='1.0'?><sdnList><entry/></sdnList>"), "root element <sdnlist>"),
    "50 MB": (Answer(stream=drip(b"x", 60), length=50_000_000), "larger than"),
    "an endless stream": (Answer(stream=endless(b"<item/>" * 1000)), "larger than"),
    "a gzip bomb": (Answer(bomb(80), headers={"Content-Encoding": "gzip"}), "larger than"),
    "half of it": (Answer(rss(item("1")).encode(), length=5000), "ended early"),
    "a refusal": (Answer(b"no", 403), "403"),
    "a limit": (Answer(b"no", 429, {"Retry-After": "60"}), "429"),
    "an error": (Answer(b"no", 503), "503"),
    "a way inside": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "refused"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_every_hostile_answer_is_one_row_and_the_source_recovers(site: Site, case: str):
    """No traceback, no half state: the next good answer is taken as if nothing had been."""
    answer, words = HOSTILE[case]
    visitor = feed_at(site, item("1", text=LONG * 3))
    visitor.visit()
    good = site.routes["/feed"]
    site.routes["/feed"] = answer
    read = visitor.visit()
    assert read.documents == ()
    (error,) = read.errors
    assert words in str(error)
    assert len(str(error).splitlines()) == 1
    assert read.state.last_success == NOW
    site.routes["/feed"] = good
    visitor.fetcher = Fetcher(FetchSettings(allow_private_addresses=True))  # 429 holds for the fetcher's life
    assert ids(visitor.visit()) == ["1"]


def test_a_feed_that_breaks_off_gives_its_whole_items_and_a_row(site: Site):
    """A truncated file's last item may be half a sentence; those before it are good."""
    whole = rss(item("1", text=LONG * 3), item("2", text=LONG * 3), item("3", text=LONG * 3))
    site.serve("/feed", whole[: whole.index("<guid>3") + 40], media="text/xml", ETag='"1"')
    read = Visitor(FeedSource("news", site.url("/feed"))).visit()
    assert ids(read) == ["1", "2"]
    assert "ends early" in str(read.errors[0])
    assert read.state.validators == {}


# ----- pages ------------------------------------------------------------------------------------------------


def test_a_plain_page_is_one_item_that_changes(site: Site):
    """Same id, other text; script noise and menus are no change."""
    url = site.serve("/list?utm_source=x", article().replace("track()", "t=1"))
    visitor = Visitor(PageSource("page", url))
    first = only(visitor.visit())
    site.serve("/list?utm_source=x", article().replace("track()", "t=2"))
    second = only(visitor.visit())
    site.serve("/list?utm_source=x", article(LONG + "And ZTE."))
    third = only(visitor.visit())
    assert first.id == second.id == third.id
    assert (first.title, first.text) == (second.title, second.text)
    assert third.text != first.text


def test_an_index_page_gives_each_notice_once(site: Site):
    """Agencies without a feed list their notices on a page."""
    for n in (1, 2):
        site.serve(f"/recent-actions/{n}", article(LONG + str(n), f"Notice {n}"))
    index = "<a href='/about'>x</a><a href='/recent-actions/1'>First notice</a><a href='recent-actions/2#top'>Second</a>"
    source = PageSource(
        "ofac", site.serve("/", index), official=True, follow=re.compile(r"/recent-actions/\d+$")
    )
    visitor = Visitor(source)
    read = visitor.visit()
    assert [document.title for document in read.documents] == ["First notice", "Second"]
    assert all(
        document.official and document.completeness is Completeness.FULL for document in read.documents
    )
    assert ids(visitor.visit()) == []
    site.serve("/", "<p>Moved</p>")
    read = visitor.visit()
    assert "no link matches" in str(read.errors[0])
