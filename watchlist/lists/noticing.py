"""From an edition's changes to findings on watched names: who is newly on a list, who is off it. Pure.

An edition's changes are few and the watchlist may be long, or the other way round: ``Watch`` serves the first,
``Screen`` the second. What stays as it was for a watched name (an address, a remark) tells nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from watchlist.lists.difference import ListChange
from watchlist.lists.edition import Edition
from watchlist.lists.measures import ListProfile, Measure
from watchlist.lists.notice import Notice, Standing, standing_of
from watchlist.lists.screening import Asked, Hit, Screen, Watch
from watchlist.lists.weighing import WORTH_WEIGHING
from watchlist.model import ListEntity, Verdict


def listed(
    profile: ListProfile,
    edition: Edition,
    asked: Sequence[Asked],
    *,
    without: Collection[tuple[str, str]] = frozenset(),
) -> list[Notice]:
    """Return a notice of each entity of the edition that a watched name may be.

    ``without`` are pairs of entity id and watched name that are told already.
    """
    screen = Screen.for_asked([edition], asked)
    hits: dict[str, list[Hit]] = {}
    for one in asked:
        for hit in screen.hits(one, WORTH_WEIGHING):
            if hit.telling and (hit.entity.id, hit.asked) not in without:
                hits.setdefault(hit.entity.id, []).append(hit)
    return [
        Notice(profile, edition.entities[id], Standing.LISTED, found, profile.measures(edition.entities[id]))
        for id, found in sorted(hits.items())
    ]


def changed(
    profile: ListProfile,
    changes: Iterable[ListChange],
    edition: Edition,
    watch: Watch,
    *,
    key: str,
    day: date | None,
) -> list[Notice]:
    """Return the notices that an edition's changes give, in order of ids. ``key`` and ``day`` are the edition's."""
    found = (notice for change in changes for notice in _of_change(profile, change, watch))
    told: Counter[tuple[str, Standing]] = Counter()
    notices = []
    for notice in found:
        told[notice.entity.id, notice.standing] += 1
        again = told[notice.entity.id, notice.standing]
        of_its_own = f"{key}:{notice.standing}{f':{again}' if again > 1 else ''}"
        notices.append(_without_what_remains(replace(notice, key=of_its_own, day=day), profile, edition))
    return notices


def _of_change(profile: ListProfile, change: ListChange, watch: Watch) -> Iterator[Notice]:
    standing = standing_of(change)
    before, after = change.before, change.after
    now = _by_name(watch, profile, after) if after else {}
    if before is None or after is None:
        entity = after or before
        assert entity is not None
        hits = now if after else _by_name(watch, profile, entity)
        if hits:
            yield Notice(profile, entity, standing, tuple(hits.values()), profile.measures(entity))
        return
    then = _by_name(watch, profile, before)
    if not now and not then:
        return
    new = [hit for name, hit in now.items() if name not in then or _surer(hit, then[name])]
    if new:
        yield Notice(profile, after, standing, new, profile.measures(after), fields=change.fields)
    both = [hit for name, hit in now.items() if name in then and hit not in new]
    come, gone = _apart(profile.measures(before), profile.measures(after))
    if both and come:
        yield Notice(profile, after, standing, both, come, fields=change.fields)
    if both and gone:
        yield Notice(profile, after, Standing.REMOVED, both, gone)
    off = [hit for name, hit in then.items() if name not in now and hit.verdict is Verdict.MATCH]
    if off:
        yield Notice(profile, before, Standing.REMOVED, off, profile.measures(before), fields=change.fields)


def _by_name(watch: Watch, profile: ListProfile, entity: ListEntity) -> dict[str, Hit]:
    return {hit.asked: hit for hit in watch.hits(profile.name, entity, WORTH_WEIGHING) if hit.telling}


def _surer(hit: Hit, before: Hit) -> bool:
    return hit.verdict is Verdict.MATCH and before.verdict is not Verdict.MATCH


def _apart(before: Sequence[Measure], after: Sequence[Measure]) -> tuple[list[Measure], list[Measure]]:
    """Return the measures that came and those that went, whatever programmes they rest on."""
    one = {(m.action, m.authority) for m in before}
    two = {(m.action, m.authority) for m in after}
    come = [m for m in after if (m.action, m.authority) not in one]
    return come, [m for m in before if (m.action, m.authority) not in two]


def _without_what_remains(notice: Notice, profile: ListProfile, edition: Edition) -> Notice:
    """Leave out of a removal the measures that still bind a watched name by another record of the list."""
    if notice.standing is not Standing.REMOVED:
        return notice
    asked = [Asked(hit.asked, (hit.asked_as,) if hit.asked_as else ()) for hit in notice.hits]
    screen = Screen.for_asked([edition], asked)
    binding: set[tuple[str, str]] = set()
    for one in asked:
        for hit in screen.hits(one, WORTH_WEIGHING):
            if hit.verdict is Verdict.MATCH and hit.entity.id != notice.entity.id:
                binding |= {(m.action.value, m.authority) for m in profile.measures(hit.entity)}
    left = [m for m in notice.measures if (m.action.value, m.authority) not in binding]
    return replace(notice, measures=left) if len(left) < len(notice.measures) else notice
