"""Names in news of Poland, Russia, China and the English-speaking world, in running text of our own."""

import pytest
from news_samples import CHINESE, ENGLISH, POLISH, RUSSIAN, News

from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, Verdict


@pytest.mark.parametrize("news", [*POLISH, *RUSSIAN, *CHINESE, *ENGLISH], ids=lambda news: news.text[:40])
def test_a_reader_of_that_language_would_say_the_same(news: News) -> None:
    """An inflected or traditional form that is missed is a fine; a town or a fruit that is found is a false alarm."""
    entries = []
    for row in news.watched:
        name, *aliases = row.split("=")
        entries.append(Entry(name, aliases=tuple(aliases)))
    found = Matcher.compile(entries).match(Document("1", "", news.text))
    sure = {match.entry for match in found if match.verdict is Verdict.MATCH}
    assert sure >= set(news.named), [(m.entry, m.verdict, m.why) for m in found]
    assert not sure & set(news.other), [(m.entry, m.verdict, m.why) for m in found]
