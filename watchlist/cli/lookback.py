"""After a name was added or given an alias: what do the stored documents and the official lists say of it?"""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchlist.config import Settings
    from watchlist.store.database import Database

SECONDS = 10.0
"""How long a person is kept waiting; what is left is read with the next rounds."""

MOST_LOOKED_BACK = 200
"""So many new names are looked up at once in what is stored; more wait for the next rounds."""

MOST_NAMES = 20
"""So many names that have not met the lists yet are looked up at once; more wait for the next round."""


def look_back(
    database: "Database", names: "Sequence[str]", settings: "Settings", *, as_news: bool = False
) -> None:
    """Read the stored documents that may name some entries and say what they tell of them.

    Nothing of it is mailed as new unless asked (``as_news``). More than 200 names wait for the next rounds.
    """
    from watchlist import reread
    from watchlist.cli.facts import analyst_for
    from watchlist.cli.terminal import clean, out
    from watchlist.clock import utc_now
    from watchlist.store import entries, holdings, reads

    now = utc_now()
    if not names or len(names) > MOST_LOOKED_BACK:
        return
    with database.read() as session:
        watched = entries.list_all(session)
        added = [entries.get(session, name) for name in names]
        held = tuple(holdings.list_all(session))
    deadline = time.monotonic() + SECONDS
    done = reread.look_back(
        database,
        analyst_for(tuple(watched), settings, held),
        added,
        now,
        days=settings.matching.look_back_days,
        as_news=as_news,
        stop=lambda: time.monotonic() > deadline,
    )
    if not done.stored:
        return
    with database.read() as session:
        found = {entry.name: reads.events_of_entry(session, entry.name) for entry in added}
    events = [event for told in found.values() for event in told]
    one = len(added) == 1
    rest = (
        f"; {done.left:,} that may name {'it' if one else 'them'} follow with the next rounds"
        if done.left
        else ""
    )
    looked = (
        f"Looked through {done.stored:,} stored document{'s' if done.stored != 1 else ''}"
        f" of the last {settings.matching.look_back_days:,} days{rest}"
    )
    if not events:
        out(f"{looked}: {'it is' if one else 'they are'} not named there.")
        return
    acted = sum(event.action is not None for event in events)
    told = f"{acted} measure{'s' if acted != 1 else ''}" if acted else "named, without a measure"
    if one:
        see = f'timeline "{clean(added[0].name)}"'
    else:
        told = f"{sum(map(bool, found.values())):,} of {len(added):,} names are named there, {told}"
        see = "status"
    out(f"{looked}: {told}; {'with the next mails' if as_news else 'not mailed'}. See: watchlist {see}")


def look_in_lists(database: "Database", name: str | None = None, *, as_news: bool = False) -> None:
    """Look a new or changed name (or all of an import) up in the official lists that are turned on, and say what they
    tell.

    Nothing of it is mailed as new unless asked (``as_news``).
    """
    from watchlist.cli.list_views import show_hits
    from watchlist.cli.terminal import clean, out
    from watchlist.clock import utc_now
    from watchlist.list_lookup import opened_lists
    from watchlist.list_round import catch_up
    from watchlist.store import lists

    with database.read() as session:
        held = {state.name for state in lists.states(session) if state.current}
        on = [(opened, stored) for opened, stored in opened_lists(session) if opened.name in held]
    if not on:
        return
    count = f"{len(on)} official list{'s' if len(on) != 1 else ''}"
    found = catch_up(database, on, utc_now(), most=MOST_NAMES, as_news=as_news)
    if found is None:
        out(f"The new names are looked up in {count} with the next round.")
        return
    mine = [hit for hit in found if name in (None, hit.entry)]
    if not mine:
        out(f"Looked up in {count}: {'on none of them' if name else 'none of the names is on them'}.")
        return
    out(f"Looked up in {count}; {'with the next mails' if as_news else 'not mailed'}:")
    show_hits(mine)
    out(f'See: watchlist status "{clean(name)}"' if name else "See: watchlist status")
