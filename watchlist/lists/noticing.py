"""From an edition's changes to findings on watched names: who is newly on a list, who is off it. Pure.

An edition's changes are few and the watchlist may be long, or the other way round: ``Watch`` serves the first,
``Screen`` the second. What stays as it was for a watched name (an address, a remark) tells nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from watchlist.lists.difference import ListChange
from watchlist.lists.edition import Edition
from watchlist.lists.measures import ListProfile, Measure
from watchlist.lists.notice import Notice, Standing, standing_of
from watchlist.lists.screening import Asked, Hit, Screen, Watch
from watchlist.lists.weighing import WORTH_WEIGHING
from watchlist.model import ListEntity, NameStrength, Stage, Verdict


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
    changes = tuple(changes)
    heirs: dict[str, list[ListEntity]] = {}
    for change in changes:
        if change.into is not None and change.before is not None:
            heirs.setdefault(change.into, []).append(change.before)
    found = (
        notice
        for change in changes
        for notice in _of_change(
            profile, change, watch, heirs.get(change.id, ()) if change.into is None else ()
        )
    )
    told: Counter[tuple[str, Standing]] = Counter()
    notices = []
    for notice in found:
        told[notice.entity.id, notice.standing] += 1
        again = told[notice.entity.id, notice.standing]
        of_its_own = f"{key}:{notice.standing}{f':{again}' if again > 1 else ''}"
        notices.append(replace(notice, key=of_its_own, day=day))
    binding = _Binding(profile, edition, notices)
    bound = _given_up(profile, changes)
    kept = (_without_what_was_there(binding.without(notice), bound) for notice in notices)
    return [one for one in kept if one.hits and (one.measures or one.standing is not Standing.UNNAMED)]


_TELL_NOTHING = frozenset({"addresses", "dates", "linked", "remarks", "url"})
"""Fields that neither name anybody nor say by what they are bound: most changes are of these, and need no screening."""


def _of_change(
    profile: ListProfile, change: ListChange, watch: Watch, taken_over: Sequence[ListEntity]
) -> Iterator[Notice]:
    """Yield what a change tells. ``taken_over`` are records that were merged into this one: whom they named is no news,
    but for measures that it brings (told with the merged record)."""
    if change.fields and change.into is None and all(field.field in _TELL_NOTHING for field in change.fields):
        return
    standing = standing_of(change)
    before, after = change.before, change.after
    now = _by_name(watch, profile, after) if after else {}
    then = _by_name(watch, profile, before) if before else {}
    inherited = {name for one in taken_over for name in _by_name(watch, profile, one)}
    now = {name: hit for name, hit in now.items() if name not in inherited or name in then}
    if before is None or after is None:
        entity = after or before
        assert entity is not None
        if hits := now or then:
            yield Notice(profile, entity, standing, tuple(hits.values()), profile.measures(entity))
        return
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
        yield Notice(profile, before, Standing.UNNAMED, off, profile.measures(before), fields=change.fields)


def _by_name(watch: Watch, profile: ListProfile, entity: ListEntity) -> dict[str, Hit]:
    return {hit.asked: hit for hit in watch.hits(profile.name, entity, WORTH_WEIGHING) if hit.telling}


def _surer(hit: Hit, before: Hit) -> bool:
    return hit.verdict is Verdict.MATCH and before.verdict is not Verdict.MATCH


def _apart(before: Sequence[Measure], after: Sequence[Measure]) -> tuple[list[Measure], list[Measure]]:
    """Return the measures that came and those that went, whatever programmes they rest on."""
    come = [m for m in after if not _keys([m]) <= _keys(before)]
    return come, [m for m in before if not _keys([m]) <= _keys(after)]


class _Binding:
    """What still binds the watched names that notices tell to be off a list, by its other records."""

    def __init__(self, profile: ListProfile, edition: Edition, notices: Iterable[Notice]) -> None:
        self._profile = profile
        asked = [_asked(hit) for notice in notices if notice.stage is Stage.LIFTED for hit in notice.hits]
        self._screen = Screen.for_asked([edition], asked) if asked else None

    def without(self, notice: Notice) -> Notice:
        """Leave out of a removal the measures that still bind a watched name by another record of the list."""
        if notice.stage is not Stage.LIFTED or self._screen is None:
            return notice
        binding: _Measures = set()
        for one in map(_asked, notice.hits):
            for hit in self._screen.hits(one, WORTH_WEIGHING):
                if hit.verdict is Verdict.MATCH and hit.entity.id != notice.entity.id:
                    binding |= _keys(self._profile.measures(hit.entity))
        left = [m for m in notice.measures if (m.action.value, m.authority) not in binding]
        return replace(notice, measures=left) if len(left) < len(notice.measures) else notice


def _asked(hit: Hit) -> Asked:
    return Asked(hit.asked, (hit.asked_as,) if hit.asked_as else ())


_Measures = set[tuple[str, str]]


def _given_up(profile: ListProfile, changes: Iterable[ListChange]) -> dict[str, _Measures]:
    """Return by what each name was bound that a record bears no more: another one may have got it."""
    bound: dict[str, _Measures] = {}
    for change in changes:
        if change.before is None:
            continue
        kept = {name.name for name in change.after.names} if change.after and not change.into else set()
        for name in change.before.names:
            if name.name not in kept and name.strength is not NameStrength.WEAK:
                bound.setdefault(name.name, set()).update(_keys(profile.measures(change.before)))
    return bound


def _without_what_was_there(notice: Notice, bound: Mapping[str, _Measures]) -> Notice:
    """Leave out of a record that came the watched names that it bears in the very words that another one gave up:
    a record was parted in two, or got another id. A namesake of one that stays is news: it may be the one watched."""
    if notice.standing not in _CAME:
        return notice
    left = [hit for hit in notice.hits if not _keys(notice.measures) <= bound.get(hit.listed_as, set())]
    return replace(notice, hits=left) if len(left) < len(notice.hits) else notice


_CAME = (Standing.ADDED, Standing.RELISTED)


def _keys(measures: Iterable[Measure]) -> _Measures:
    return {(measure.action.value, measure.authority) for measure in measures}
