"""Names in news of Poland, Russia, China and the English-speaking world, in running text of our own."""

import pytest
from news_samples import CHINESE, ENGLISH, POLISH, RUSSIAN, STILL_WRONG, News

from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, Match, Verdict


def read(news: News) -> tuple[Match, ...]:
    entries = []
    for row in news.watched:
        name, *aliases = row.split("=")
        entries.append(Entry(name, aliases=tuple(aliases)))
    return Matcher.compile(entries).match(Document("1", "", news.text))


def sure(found: tuple[Match, ...]) -> set[str]:
    return {match.entry for match in found if match.verdict is Verdict.MATCH}


@pytest.mark.parametrize("news", [*POLISH, *RUSSIAN, *CHINESE, *ENGLISH], ids=lambda news: news.text[:40])
def test_a_reader_of_that_language_would_say_the_same(news: News) -> None:
    """An inflected or traditional form that is missed is a fine; a town or a fruit that is found is a false alarm."""
    found = read(news)
    assert sure(found) >= set(news.named), [(m.entry, m.verdict, m.why) for m in found]
    assert not sure(found) & set(news.other), [(m.entry, m.verdict, m.why) for m in found]


@pytest.mark.parametrize("news", STILL_WRONG, ids=lambda news: news.text[:40])
def test_what_is_known_to_be_read_wrongly_is_said(news: News) -> None:
    """Whoever mends one of these is told to move it up; the documentation says that they exist."""
    assert sure(read(news)) & set(news.other)
