"""The Federal Register's API: every row of a recorded answer, paging, full texts, and what is not as documented."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from http_server import Answer, Site
from source_visits import HOUR, LOCAL, NOW, Visitor, ids, only, summary_only

from watchlist.config import FetchSettings
from watchlist.errors import LayoutChanged
from watchlist.model import Completeness, Document, Link, Page, Request, SourceState
from watchlist.sources.federal_register import FederalRegister, plain_text

AGENCIES = ("foreign-assets-control-office", "industry-and-security-bureau")


def row(number: str, site: Site | None = None, **changes: object) -> dict[str, object]:
    """Return one row as the API writes it, with texts of our own."""
    base: dict[str, object] = {
        "document_number": number, "title": f"Notice of Sanctions Actions {number}", "type": "Notice",
        "abstract": "The Department is publishing the names of one or more persons.", "action": "Notice.",
        "agencies": [{"slug": "treasury-department"}, {"slug": "foreign-assets-control-office"}, {"raw_name": "Office of the Secretary"}],
        "dates": "See SUPPLEMENTARY INFORMATION for applicable dates.", "effective_on": "2026-12-01",
        "executive_order_number": None, "correction_of": None, "html_url": f"https://www.federalregister.gov/d/{number}",
        "publication_date": "2026-11-20", "raw_text_url": site.url(f"/text/{number}.txt") if site else None,
        "citation": "91 FR 100",
    }  # fmt: skip
    return base | changes


def answer(*rows: dict[str, object], following: str | None = None) -> str:
    """Return the API's answer with these rows."""
    return json.dumps(
        {
            "count": len(rows),
            "description": "x",
            "total_pages": 1,
            "next_page_url": following,
            "results": rows,
        }
    )


def source(site: Site, **how: object) -> FederalRegister:
    """Return the source, asking the site."""
    return FederalRegister("federal-register", AGENCIES, api=site.url("/api/v1/documents.json"), **how)


def full_text(number: str, words: str = "") -> str:
    """Return a full text as the publisher wraps it: a bare page, fixed width, page marks inside sentences."""
    return (
        "<html>\n<head>\n<title>Federal Register, Volume 91</title>\n</head>\n<body><pre>\n"
        "[Federal Register Volume 91, Number 5 (Friday, November 20, 2026)]\n[Notices]\n\n"
        "DEPARTMENT OF THE TREASURY\n\n    On November 18, 2026, the Office of Foreign Assets Control blocked Zhonghua\n"
        "Example\n\n[[Page 101]]\n\nTechnologies Co., Ltd. &amp; Sons, which is owned by others.\n"
        f"    {words or 'The next paragraph.'}\n\n[FR Doc. {number} Filed 11-19-26; 8:45 am]\n</pre></body>\n</html>"
    )


def test_a_document_comes_with_its_full_text_and_its_facts(site: Site):
    """The abstract of a sanctions notice names nobody: the persons stand in the text, and alerts need the facts."""
    site.serve("/api/v1/documents.json", answer(row("2026-1", site)), media="application/json")
    site.serve("/text/2026-1.txt", full_text("2026-1"), media="text/plain")
    document = only(Visitor(source(site)).visit())
    assert "blocked Zhonghua Example\nTechnologies Co., Ltd. & Sons" in document.text
    assert "<" not in document.text
    assert (document.id, document.official, document.completeness) == ("2026-1", True, Completeness.FULL)
    assert document.published == datetime(2026, 11, 20, tzinfo=UTC)
    assert document.facts == {
        "fr_document_number": "2026-1", "fr_type": "Notice", "fr_action": "Notice.", "effective_on": "2026-12-01",
        "fr_agencies": "treasury-department;foreign-assets-control-office;Office of the Secretary",
        "fr_dates": "See SUPPLEMENTARY INFORMATION for applicable dates.", "fr_citation": "91 FR 100",
    }  # fmt: skip


def test_a_text_that_cannot_be_had_leaves_the_abstract_marked(site: Site):
    """The notice itself must not be lost with its text; it is completed at the next visit."""
    site.serve("/api/v1/documents.json", answer(row("2026-1", site)), media="application/json")
    site.serve("/text/2026-1.txt", "busy", status=503)
    visitor = Visitor(source(site))
    read = visitor.visit()
    assert summary_only(read) == ["2026-1"]
    assert len(read.link_errors) == 1
    site.serve("/text/2026-1.txt", full_text("2026-1"), media="text/plain")
    assert "Zhonghua" in only(visitor.visit()).text
    assert ids(visitor.visit(later=24 * HOUR)) == []
    assert ids(visitor.visit()) == []
    assert site.count("/text/2026-1.txt") == 2, "a published text never changes: it is read once"


def test_something_shorter_than_the_abstract_is_no_full_text(site: Site):
    """An error page with status 200 must not replace the abstract."""
    site.serve("/api/v1/documents.json", answer(row("2026-1", site)), media="application/json")
    site.serve("/text/2026-1.txt", "Not found.", media="text/plain")
    read = Visitor(source(site)).visit()
    assert summary_only(read) == ["2026-1"]
    assert "shorter than its abstract" in str(read.link_errors[0])


def test_the_query_says_what_is_wanted_and_since_when(site: Site):
    """First a week back (or what the user says), then from shortly before the last success."""
    asked = FederalRegister("fr", AGENCIES, ("NOTICE", "RULE"), ("Entity List", "TikTok"), days=7)

    def query(state: SourceState) -> list[dict[str, list[str]]]:
        return [parse_qs(urlsplit(request.url).query) for request in asked.plan(state, NOW)]

    first, second = query(SourceState())
    assert first["conditions[agencies][]"] == list(AGENCIES)
    assert first["conditions[type][]"] == ["NOTICE", "RULE"]
    assert (first["conditions[term]"], second["conditions[term]"]) == (["Entity List"], ["TikTok"])
    assert first["conditions[publication_date][gte]"] == ["2026-11-17"]
    (since, _) = query(SourceState(cursor={"since": "2020-08-01"}))
    assert since["conditions[publication_date][gte]"] == ["2020-08-01"]
    (later, _) = query(SourceState(last_success=NOW - timedelta(days=1)))
    assert later["conditions[publication_date][gte]"] == ["2026-11-18"]


def test_an_answer_of_several_pages_is_read_to_its_end(site: Site):
    """A thousand documents a page; what lies on the second is as new as what lies on the first."""
    site.serve(
        "/api/v1/documents.json",
        answer(row("1"), following=site.url("/api/v1/documents?page=2")),
        media="application/json",
    )
    site.serve("/api/v1/documents?page=2", answer(row("2"), row("1")), media="application/json")
    read = Visitor(source(site)).visit()
    assert ids(read) == ["1", "2"]
    assert read.errors == ()


def test_pages_that_lead_in_a_circle_or_elsewhere_end(site: Site):
    """A broken or forged next page must neither hold a round nor send us to another host."""
    visitor = Visitor(source(site))
    site.routes["/api/v1/documents.json"] = lambda _: Answer(
        answer(row("1"), following=site.asked[-1][0]).encode()
    )
    read = visitor.visit()
    assert ids(read) == ["1"]
    assert "circle" in str(read.errors[0])
    site.serve(
        "/api/v1/documents.json",
        answer(row("1"), following="http://169.254.169.254/latest"),
        media="application/json",
    )
    read = visitor.visit()
    assert "not on the same host" in str(read.errors[0])


def test_one_bad_row_is_a_row_of_errors_and_the_rest_comes(site: Site):
    """A document without a number cannot be kept, but it must not take the others with it."""
    bad = [row("2", title=None), row("3", publication_date="soon"), row("4", agencies=None), row("")]
    site.serve("/api/v1/documents.json", answer(row("1"), *bad, row("6")), media="application/json")
    read = Visitor(source(site)).visit()
    assert ids(read) == ["1", "6"]
    assert [f"row {n} of 6" in str(error) for n, error in zip((2, 3, 4, 5), read.errors, strict=True)] == [
        True
    ] * 4
    assert read.state.last_success is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{}",
        "<html>",
        '{"count": 3}',
        '{"count": 3, "results": []}',
        '{"count": "3", "results": []}',
        '{"errors": {"x": "y"}}',
        "[" * 50_000,
    ],
)
def test_anything_but_the_documented_answer_is_a_changed_layout(body: str):
    """Nothing found and not understood are different things."""
    url = "https://www.federalregister.gov/api/v1/documents.json"
    page = Page(url, url, 200, {}, body.encode(), NOW)
    with pytest.raises(LayoutChanged):
        list(FederalRegister("fr").parse(page, Request(url)))


def test_no_documents_is_an_answer_too(site: Site):
    """On a holiday the query is empty: no error, and the visit counts as a success."""
    site.serve("/api/v1/documents.json", '{"count": 0, "description": "None"}', media="application/json")
    read = Visitor(source(site)).visit()
    assert (read.documents, read.errors, read.state.last_success) == ((), (), NOW)


def test_a_correction_names_its_original(site: Site):
    """``correction_of`` is an address; the fact is the number, by which the original can be found."""
    of = "https://www.federalregister.gov/api/v1/documents/2023-27742"
    site.serve(
        "/api/v1/documents.json", answer(row("C1-2023-27742", correction_of=of)), media="application/json"
    )
    assert only(Visitor(source(site)).visit()).facts["fr_correction_of"] == "2023-27742"


def test_paragraphs_come_back_out_of_fixed_width():
    """A name broken over two lines, or by a page mark, must be one name again; headings stay apart."""
    text = plain_text(full_text("9"))
    assert "DEPARTMENT OF THE TREASURY\n\nOn November 18, 2026" in text
    assert "[[Page" not in text
    assert text.endswith("[FR Doc. 9 Filed 11-19-26; 8:45 am]")


def test_the_recorded_page_of_a_thousand_documents_is_read_whole(site: Site, shared: Path):
    """Every row of a real answer, with its facts; rows without an abstract ask for their text."""
    recorded = json.loads(
        gzip.decompress((shared / "data/federal_register/documents_1000_2024-01.json.gz").read_bytes())
    )
    page = Page(
        "https://www.federalregister.gov/a",
        "https://www.federalregister.gov/a",
        200,
        {},
        json.dumps(recorded).encode(),
        NOW,
    )
    found = list(FederalRegister("fr", full_text="empty").parse(page, Request(page.url)))
    (following,) = (thing for thing in found if isinstance(thing, Request))
    assert following.url == recorded["next_page_url"]
    rows = {raw["document_number"]: raw for raw in recorded["results"]}
    read = [
        thing.document if isinstance(thing, Link) else thing
        for thing in found
        if not isinstance(thing, Request)
    ]
    assert all(isinstance(document, Document) for document in read)
    assert [document.id for document in read] == list(rows)
    assert (
        sum(isinstance(thing, Link) for thing in found)
        == sum(not raw["abstract"] for raw in rows.values())
        == 286
    )
    for document in read:
        raw = rows[document.id]
        assert document.text == (raw["abstract"] or "").strip()
        assert document.facts.get("effective_on") == raw["effective_on"]
        assert document.published.date().isoformat() == raw["publication_date"]
        assert document.facts["fr_agencies"].count(";") == len(raw["agencies"]) - 1
    assert sum("fr_correction_of" in document.facts for document in read) == 8

    recorded["next_page_url"] = None
    for raw in recorded["results"]:
        raw["raw_text_url"] = None
    site.serve("/api/v1/documents.json", json.dumps(recorded), media="application/json")
    settings = FetchSettings(allow_private_addresses=True, max_page_bytes=LOCAL.max_page_bytes)
    whole = Visitor(source(site), settings).visit()
    assert len(whole.documents) == 1000
    assert whole.errors == ()


@pytest.mark.parametrize("name", ["documents_search_2026-08.json", "documents_search_foreign_gifts.json"])
def test_recorded_searches_without_our_fields_are_told_not_guessed(shared: Path, name: str):
    """Real answers to a query with other fields: every row is either a document or an error, none vanishes."""
    raw = json.loads((shared / "data/federal_register" / name).read_text())
    page = Page(
        "https://www.federalregister.gov/a",
        "https://www.federalregister.gov/a",
        200,
        {},
        json.dumps(raw).encode(),
        NOW,
    )
    found = [
        thing
        for thing in FederalRegister("fr").parse(page, Request(page.url))
        if not isinstance(thing, Request)
    ]
    assert len(found) == len(raw["results"])
    assert all(isinstance(thing, Document) for thing in found)
