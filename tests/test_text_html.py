"""Pages and pieces of HTML become text: what a person would read, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions.sentences import split
from watchlist.text.charset import declared_charsets, decode, header_charset
from watchlist.text.html import fragment_text, read_article
from watchlist.text.moments import strict_moment


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain  text &amp; more", "plain text & more"),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<ul><li>Huawei<li>ZTE</ul>after", "Huawei\n\nZTE\n\nafter"),
        (
            "<table><tr><td>Huawei</td><td>China</td></tr><tr><td>ZTE</td><td>China</td></tr></table>",
            "Huawei | China\n\nZTE | China",
        ),
        (
            "<h2>Head</h2>text<script>x<y</script> tail<style>p{}</style><noscript><img src=x></noscript>",
            "Head\n\ntext tail",
        ),
        ("Hua<b>wei</b> Technologies", "Huawei Technologies"),
        ("<!-- <p>hidden</p> -->seen<?php echo 1 ?>", "seen"),
        ("<pre>  two\n  lines</pre>", "two\nlines"),
        ("a &lt; b &amp;amp; c &#x4e2d;<i></i>", "a < b &amp; c 中"),
        ("", ""),
        ("<img src='https://spy.test/p.gif'>", ""),
    ],
)
def test_markup_becomes_what_a_person_reads(markup: str, text: str):
    """Blocks end lines, cells stay apart, inline tags do not split names, code goes."""
    assert fragment_text(markup) == text


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;!-[]\"'=ab \n\0\ud800é中") | st.characters(), max_size=300))
def test_no_markup_breaks_it(markup: str):
    """Any string: no exception, no control character, and text that can be stored."""
    for text in (fragment_text(markup), read_article(markup.encode("utf-8", "surrogatepass")).text):
        assert "\0" not in text
        assert text == text.strip()
    fragment_text(markup).encode("utf-8", "surrogatepass")


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([None, "utf-8", "gb18030", "utf-7", "zip", "no-such", "utf-16"])
)
def test_any_bytes_are_read_as_an_article(body: bytes, charset: str | None):
    """What a server sends as HTML may be anything."""
    read_article(body, charset=charset).text.encode("utf-8")


@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_loses_no_text(closed: bool):
    """Parsers stop at some depth and drop the rest: the name behind it must still be found."""
    markup = "<div>" * 30_000 + "Huawei" + "</div>" * 30_000 * closed + "<p>ZTE<script>no()</script>"
    for text in (fragment_text(markup), read_article(markup.encode()).text):
        assert "Huawei" in text
        assert "ZTE" in text
        assert "no()" not in text


PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>Notice | Agency</title>
<meta property="og:title" content="Notice of
 action"><meta property="article:published_time" content="2026-11-20T08:00:00-05:00"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/tesla">Tesla news</a></li></ul></nav>
<main><h1>Notice of action</h1><p>%s</p><table><tr><th>Name</th><th>Place</th></tr><tr><td>Huawei</td><td>Shenzhen</td></tr></table>
</main><aside><a href="/x">Related: Tencent sued</a></aside><footer>Contact us</footer></body></html>"""
PARAGRAPH = "The agency announced on Friday that it will restrict the following parties from now on. " * 6


def test_an_article_is_told_from_what_surrounds_it():
    """A name in a menu or a teaser is a false alert on every page of that site."""
    article = read_article((PAGE % PARAGRAPH).encode())
    assert (article.title, article.lang) == ("Notice of action", "en")
    assert article.published == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert "Huawei" in article.text
    assert "Tesla" not in article.text
    assert "Contact us" not in article.text


BLOCKS = (
    "Commerce Department puts Norvik Systems of Oslo on its export blacklist",
    "Rival Ostmark Electronics Says It Is Not Concerned By Any Of This",
    "The Commerce Department on Tuesday put Norvik on its Entity List, saying it had supplied the military.",
    "Norvik Systems AS, Oslo, Norway and all of its subsidiaries in Europe",
    "Ostmark Electronics GmbH, Berlin, Germany and all of its offices",
    "We are very surprised by this, the chief executive of the company said in Oslo",
    "Shares of Norvik fell ten per cent on Tuesday in Oslo.",
)
BLOCKED = "<h1>{}</h1><h2>{}</h2><p>{}</p><ul><li>{}</li><li>{}</li></ul><blockquote>{}</blockquote><p>{}</p>"


@pytest.mark.parametrize("page", ["article", "fragment"])
def test_the_end_of_a_block_ends_a_sentence(page: str):
    """A headline, an item or a quotation without a full stop ran into the next one, and its action into that name."""
    markup = BLOCKED.format(*BLOCKS)
    if page == "article":
        text = read_article(f"<html><body><article>{markup}</article></body></html>".encode()).text
    else:
        text = fragment_text(markup)
    sentences = [text[s.start : s.end].removeprefix("- ") for s in split(text)]
    assert sentences == list(BLOCKS)


def test_a_short_page_is_read_whole():
    """Where there is no article to find, too much is better than a name lost."""
    assert "Huawei" in read_article(b"<html><body><div>Listed: Huawei</div></body></html>").text


def test_a_real_list_page_keeps_its_names(shared: Path):
    """The recorded page of a list of 148 entities: names stand in a table, the usual place to lose them."""
    (page,) = (shared / "data" / "uflpa").glob("*.html*")
    import gzip

    raw = page.read_bytes()
    article = read_article(gzip.decompress(raw) if page.suffix == ".gz" else raw)
    assert article.text.count("Xinjiang") > 50


# ----- character sets ---------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=80),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_text_comes_back_from_utf(text: str, encoding: str):
    """UTF of every kind, by its mark."""
    assert decode(text.encode(encoding)) == text


@settings(max_examples=80)
@given(st.binary(max_size=100), st.lists(st.text(max_size=12), max_size=2))
def test_any_bytes_and_labels_decode(body: bytes, labels: list[str]):
    """A label is a stranger's text; it may be the name of a codec that is no character set."""
    assert isinstance(decode(body, labels), str)


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "cp037", "zip", "rot13", "hex", "punycode"])
def test_sets_that_could_hide_markup_are_not_believed(label: str):
    """In UTF-7 or EBCDIC a harmless-looking byte is a "<"."""
    assert decode(b"+ADw-x", [label]) == "+ADw-x"


def test_claims_are_found_where_they_stand():
    """XML declaration, HTML meta, HTTP header, in that order."""
    assert declared_charsets(b"<?xml version='1.0' encoding='koi8-r'?>", "latin-1") == ["koi8-r", "latin-1"]
    assert declared_charsets(b'<meta http-equiv="x" content="text/html; charset=gb2312">') == ["gb2312"]
    assert header_charset('text/html; Charset="big5"') == "big5"
    assert decode("中国".encode("gbk"), ["gb2312"]) == "中国"


# ----- dates ------------------------------------------------------------------------------------------------

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0100", DAY.replace(hour=9)),
        ("20 Nov 2026 10:00 GMT", DAY.replace(hour=10)),
        ("Fri, 20 November 2026 10:00:00 EST", DAY.replace(hour=15)),
        ("2026-11-20T10:00:00Z", DAY.replace(hour=10)),
        ("2026-11-20T10:00:00.123+05:30", DAY.replace(hour=4, minute=30)),
        ("2026-11-20", DAY),
        ("2026-11-20 10:00:00", DAY),
        ("20/11/2026", None),
        ("11/20/2026", None),
        ("Fri, 20 Nov 26 10:00:00 GMT", None),
        ("20 Nov 2026 10:00:00 CEST", None),
        ("31 Feb 2026", None),
        ("2026-11-20T25:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_strictly_or_not_at_all(written: str | None, moment: datetime | None):
    """A guessed date is worse than none: 04/05 is April in one office and May in the next."""
    assert strict_moment(written) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str):
    """Whatever stands in the field, the answer is in UTC or None."""
    moment = strict_moment(text)
    assert moment is None or moment.tzinfo is UTC
