"""After a name was added or given an alias: what do the stored documents and the official lists say of it?"""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchlist.store.database import Database

SECONDS = 5.0
"""How long a person is kept waiting; what is left is read with the next rounds."""


def look_back(database: "Database", name: str, *, typos: bool = True) -> None:
    """Read stored documents anew for the changed watchlist and say what they tell of one entry.

    Nothing of it is mailed as new. ``typos`` as in ``MatchingSettings``.
    """
    from watchlist.analysis import Analyst
    from watchlist.cli.terminal import clean, out
    from watchlist.clock import utc_now
    from watchlist.reread import DAYS, reread
    from watchlist.store import entries, reads

    now = utc_now()
    with database.read() as session:
        if not any(source.items for source in reads.source_health(session, now)):
            return
        analyst = Analyst.for_entries(entries.list_all(session), typos=typos)
    deadline = time.monotonic() + SECONDS
    done = reread(database, analyst, now, stop=lambda: time.monotonic() > deadline)
    left = time.monotonic() > deadline
    with database.read() as session:
        events = reads.events_of_entry(session, name)
    rest = "; the rest follows with the next rounds" if left else ""
    looked = (
        f"Looked through {done:,} stored document{'s' if done != 1 else ''} of the last {DAYS} days{rest}"
    )
    if not events:
        out(f"{looked}: it is not named there.")
        return
    acted = sum(event.action is not None for event in events)
    found = f"{acted} measure{'s' if acted != 1 else ''}" if acted else "named, without a measure"
    out(f'{looked}: {found}; not mailed. See: watchlist timeline "{clean(name)}"')


MOST_NAMES = 20
"""So many names that have not met the lists yet are looked up at once; more wait for the next round."""


def look_in_lists(database: "Database", name: str) -> None:
    """Look a new or changed name up in the official lists that are turned on, and say what they tell of it.

    Nothing of it is mailed as new.
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
    found = catch_up(database, on, utc_now(), most=MOST_NAMES)
    if found is None:
        out(f"It is looked up in {count} with the next round, with the other new names.")
        return
    mine = [hit for hit in found if hit.entry == name]
    if not mine:
        out(f"Looked up in {count}: it is on none of them.")
        return
    out(f"Looked up in {count}; not mailed:")
    show_hits(mine)
    out(f'See: watchlist status "{clean(name)}"')
