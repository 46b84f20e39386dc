"""Every news connector against a publisher's bad days: the stated outcome each, and the next good answer is taken whole.

The table of outcomes stands in docs/sources.md.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from bad_days import BAD_DAYS
from http_server import Answer, Site
from source_visits import LOCAL, LONG, NOW, Visitor, article, ids, item, rss

from watchlist.config import SourceSettings
from watchlist.sources import build
from watchlist.sources.http import Fetcher

QUICK = replace(LOCAL, read_timeout=0.5, total_timeout=0.6)
DAY = NOW.date().isoformat()


def _feed(site: Site, many: int) -> bytes:
    return rss(*(item(str(at), link=site.url(f"/article/{at}")) for at in range(many))).encode()


def _json_feed(site: Site, many: int) -> bytes:
    items = [
        {"id": str(at), "title": "A title", "content_text": LONG, "url": site.url(f"/article/{at}")}
        for at in range(many)
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}
    ).encode()


def _index(site: Site, many: int) -> bytes:
    links = "".join(f'<li><a href="/article/{at}">Notice {at}</a></li>' for at in range(many))
    return f"<html><head><title>Notices</title></head><body><ul>{links}</ul></body></html>".encode()


def _sitemap(site: Site, many: int) -> bytes:
    rows = "".join(
        f"<url><loc>{site.url(f'/article/{at}')}</loc><lastmod>{DAY}</lastmod></url>" for at in range(many)
    )
    return (
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    ).encode()


def _gdelt(site: Site, many: int) -> bytes:
    rows = [
        {"url": site.url(f"/article/{at}"), "title": "A title", "seendate": "20261124T080000Z"}
        for at in range(many)
    ]
    return json.dumps({"articles": rows}).encode()


def _register(site: Site, many: int) -> bytes:
    rows = [
        {
            "document_number": f"2026-{at:05}", "title": "A notice", "type": "Notice", "agencies": [],
            "publication_date": DAY, "abstract": LONG, "html_url": site.url(f"/article/{at}"),
            "raw_text_url": site.url(f"/article/{at}"), "filed_at": f"{DAY}T08:45:00Z",
        }
        for at in range(many)
    ]  # fmt: skip
    return json.dumps({"count": many, "results": rows}).encode()


@dataclass(frozen=True)
class Connector:
    """A kind of source: what its publisher serves with so many documents, and how it is set up.

    ``unseen`` are bad days that cannot be told from a good one: half a page is a page.
    """

    serve: Callable[[Site, int], bytes]
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    unseen: tuple[str, ...] = field(default=())


CONNECTORS = {
    "feed": Connector(_feed, "feed"),
    "JSON feed": Connector(_json_feed, "feed"),
    "index page": Connector(_index, "page", (("follow", "/article/"),), ("cut by the publisher",)),
    "sitemap": Connector(_sitemap, "sitemap"),
    "gdelt": Connector(_gdelt, "gdelt", (("query", "sanctions"),)),
    "federal-register": Connector(_register, "federal-register"),
    "public-inspection": Connector(_register, "public-inspection"),
}


@pytest.mark.parametrize("failure", BAD_DAYS)
@pytest.mark.parametrize("name", CONNECTORS)
def test_a_bad_day_is_told_and_nothing_is_lost(site: Site, name: str, failure: str) -> None:
    """What a publisher serves by mistake is one line in the health of the source: it brings no document, takes none
    back, and hides nothing that came while it lasted."""
    connector = CONNECTORS[name]
    for at in range(6):
        site.serve(f"/article/{at}", article(f"{LONG} Number {at}."))
    site.routes["/expired"] = Answer(b"link expired", 403)
    site.routes["/news"] = Answer(connector.serve(site, 3), headers={"ETag": '"one"'})
    source = build(SourceSettings("news", connector.kind, site.url("/news"), connector.options))
    visits = Visitor(source, QUICK if failure in ("slow drip",) else LOCAL)
    first = ids(visits.visit())
    assert len(first) == 3
    before = visits.state
    make, reason = BAD_DAYS[failure]
    site.routes["/news"] = make(connector.serve(site, 5))
    bad = visits.visit()
    if failure in connector.unseen:
        assert bad.errors == ()
    else:
        (error, *_) = bad.errors
        assert "\n" not in str(error)
        assert re.search(reason, str(error)), error
        assert bad.state.last_success == before.last_success
    if failure in ("429", "503"):
        assert bad.hints.not_before == NOW + timedelta(hours=3)
    site.routes["/news"] = Answer(connector.serve(site, 5), headers={"ETag": '"two"'})
    visits.fetcher.close()
    visits.fetcher = Fetcher(LOCAL)  # a new process: one that was told to wait does wait
    good = visits.visit()
    assert good.errors == ()
    assert set(ids(bad)) <= {*first, *ids(good)}
    assert len({*first, *ids(bad), *ids(good)}) == 5
