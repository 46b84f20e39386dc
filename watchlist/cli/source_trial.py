"""``watchlist sources test``: fetch a source and show what would come; nothing is stored."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watchlist.config import Settings, SourceSettings
    from watchlist.model import Document
    from watchlist.sources.http import Fetcher
    from watchlist.sources.reader import SourceRead

_ENTITIES = 10
"""Records of a list that are shown."""


def try_source(settings: "Settings", target: str, limit: int) -> bool:
    """Fetch a source (a name or an address) and show up to ``limit`` documents; say whether all of it could be read."""
    from contextlib import closing

    from watchlist.cli.facts import analyst_for
    from watchlist.cli.source_targets import found_at
    from watchlist.cli.terminal import clean, out, say
    from watchlist.cli.workspace import open_store, stored_sources
    from watchlist.clock import utc_now
    from watchlist.lists.opened import KIND
    from watchlist.model import SourceState
    from watchlist.sources import build
    from watchlist.sources.http import Fetcher
    from watchlist.sources.reader import read_source
    from watchlist.store import entries, holdings

    with open_store(settings) as database:
        known = {one.settings.name: one.settings for one in stored_sources(settings, database)}
        by_url = {one.url: one for one in known.values() if one.url}
        with database.read() as session:
            analyst = analyst_for(
                tuple(entries.list_all(session)), settings, tuple(holdings.list_all(session))
            )
    with closing(Fetcher(settings.fetch)) as fetcher:
        source = known.get(target) or by_url.get(target)
        if source is None:
            source, what = found_at(target, None, fetcher)[0]
            out(f"{clean(target)}: {clean(what)}")
        if source.kind == KIND:
            _try_list(source, fetcher)
            return True
        read = read_source(
            build(source),
            SourceState(),
            fetcher,
            utc_now(),
            article_budget=settings.fetch.article_budget_per_host,
        )
    for error in (*read.errors, *read.link_errors):
        say(str(error))
    _show_documents(read, analyst, limit)
    return not read.failed and not read.errors


def _try_list(source: "SourceSettings", fetcher: "Fetcher") -> None:
    """Fetch a list and say what came."""
    from watchlist.cli.list_views import Progress
    from watchlist.cli.terminal import clean, out
    from watchlist.clock import utc_now
    from watchlist.list_reading import read_list
    from watchlist.lists.opened import open_list
    from watchlist.model import SourceState

    progress = Progress()
    read = read_list(
        open_list(source),
        SourceState(),
        fetcher,
        utc_now(),
        tell=lambda words: progress.tell(source.name, words),
    )
    progress.clear()
    if read.error is not None:
        raise read.error
    assert read.edition is not None
    day = f", of {read.edition.as_of}" if read.edition.as_of else ""
    out(f"{len(read.edition):,} entities{day}, {read.size:,} bytes. The first:")
    for entity in list(read.edition.entities.values())[:_ENTITIES]:
        out(f"  {clean(entity.names[0].name)} ({clean(entity.id)})")
    out("Nothing was stored.")


def _show_documents(read: "SourceRead", analyst: Any, limit: int) -> None:
    from watchlist.cli.terminal import BOLD, DIM, clean, out, shorten, styled, width
    from watchlist.model import Completeness

    columns = min(width(), 100)
    for document in read.documents[:limit]:
        out(styled(shorten(clean(document.title or document.id), columns), BOLD))
        named = [match.entry for match in analyst.read(document).matches]
        parts = [f"{document.published:%Y-%m-%d}" if document.published else "no date"]
        parts += [f"{len(document.text):,} characters"]
        parts += ["summary only"] if document.completeness is Completeness.SUMMARY else []
        parts += [f"names {', '.join(map(clean, named))}"] if named else []
        out(f"  {'; '.join(parts)}")
        if document.url:
            out(styled(f"  {clean(document.url)}", DIM))
        if text := _opening(document):
            out(f"  {shorten(text, columns - 2)}")
    more = len(read.documents) - limit
    tail = f", {limit:,} shown" if more > 0 else ""
    count = len(read.documents)
    out(f"{count:,} document{'s' if count != 1 else ''}{tail}; nothing was stored.")


def _opening(document: "Document") -> str:
    from watchlist.cli.terminal import clean

    return " ".join(clean(document.text[:400]).split())
