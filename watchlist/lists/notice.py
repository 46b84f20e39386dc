"""What a list says of a watched name, as a document and a finding: official evidence like any other. Pure.

A list has no articles. So each change of one entity becomes a short notice in plain sentences, written by us from the
publisher's record and marked official: who was put on (or taken off) which list by whom, under which programme, with
id, day and address. Everything behind it (stories, cases, status, alerts) is the same as for news.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from watchlist.actions.authorities import directory
from watchlist.lists.difference import FieldChange, ListChange, ListChangeKind
from watchlist.lists.measures import ListProfile, Measure
from watchlist.lists.weighing import Hit
from watchlist.model import (
    Action,
    Document,
    Field,
    Finding,
    ListEntity,
    ListName,
    Match,
    Mention,
    NameStrength,
    Span,
    Stage,
    Verdict,
)
from watchlist.ownership.passing import Reached

_MOST_VALUES = 12


class Standing(StrEnum):
    """What a notice tells of an entity: that it is on the list, or what an edition did to it."""

    LISTED = "listed"
    ADDED = "added"
    RELISTED = "re-listed"
    REMOVED = "removed"
    CHANGED = "changed"
    UNNAMED = "no longer named"
    """The entity stays on the list; a name that it bore, and was hit by, is gone from its record."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One entity's notice before it is written.

    ``hits`` are the watched names it may be, ``measures`` what is done (or, removed, no longer done) to it. ``key``
    tells this change from any other of the same entity; ``day`` is the edition's, as its publisher states it or,
    where it does not (``stated`` is False), as it came. ``left`` and ``came`` are the days on which the entity was last
    seen to leave the list and to come (back), where that was seen. ``earlier`` says, by watched name and measure, where the step was
    announced before it appeared on the list. ``reached`` are watched names that the listed person owns; ``owners`` are the
    hits on owners that are not watched themselves.
    """

    profile: ListProfile
    entity: ListEntity
    standing: Standing
    hits: Sequence[Hit]
    measures: Sequence[Measure]
    key: str = ""
    day: date | None = None
    left: date | None = None
    came: date | None = None
    stated: bool = True
    fields: Sequence[FieldChange] = ()
    earlier: Mapping[tuple[str, Measure], str] = field(default_factory=dict)
    reached: Sequence[Reached] = ()
    owners: Sequence[Hit] = ()

    @property
    def stage(self) -> Stage:
        """Return how far the measure is."""
        lifted = self.standing in (Standing.REMOVED, Standing.UNNAMED)
        return Stage.LIFTED if lifted else Stage.ADOPTED

    @property
    def listed_on(self) -> date | None:
        """Return the day of listing that the publisher states, the earliest of several since it last left the list."""
        days = filter(None, (_day(value) for label, value in self.entity.dates if label == "listed"))
        return min((day for day in days if self.left is None or day >= self.left), default=None)

    @property
    def since(self) -> date | None:
        """Return since when the entity is on the list: what came back may still bear the day it first came."""
        return self.listed_on or (self.came if self.standing is Standing.LISTED else self.day)

    @property
    def first_read(self) -> bool:
        """Say whether nothing is known of when the entity came: it was on the list when that was first read."""
        return self.standing is Standing.LISTED and self.since is None

    @property
    def effective(self) -> date | None:
        """Return from when the measure is: of what stands there already, and of what comes back or lies ahead.

        Of what was seen to come without a day of its own it is left open, as it was then: one event.
        """
        listed = self.listed_on
        if self.standing is Standing.LISTED:
            return self.since if listed or self.left else None
        if self.standing is Standing.RELISTED:
            return self.since
        ahead = listed is not None and self.day is not None and listed > self.day
        return listed if ahead and self.stage is Stage.ADOPTED else None


def standing_of(change: ListChange) -> Standing:
    """Return what a change tells; one that was merged lives on under another id, and is told as changed."""
    if change.kind is ListChangeKind.MERGED:
        return Standing.CHANGED
    return Standing(change.kind.value)


def finding_of(notice: Notice) -> Finding:
    """Write the notice, and say what it tells of each watched name."""
    text, sentences = _written(notice)
    title = f"{_name(notice.entity)} {_TITLES[notice.standing].format(title=_titles(notice))}"
    day = notice.day if notice.stated else None
    stated = notice.since or day if notice.standing is Standing.LISTED else day
    document = Document(
        id=f"{notice.entity.id}{f'@{notice.key}' if notice.key else ''}",
        title=title,
        text=text,
        url=notice.profile.address(notice.entity),
        published=datetime.combine(stated, time(), UTC) if stated else None,
        lang="en",
        source=notice.profile.name,
        official=True,
        facts={
            "list": notice.profile.name,
            "list id": notice.entity.id,
            "list change": notice.standing.value,
            **({"first read": "undated"} if notice.first_read else {}),
            **({"edition": notice.key} if notice.key else {}),
        },
    )
    matches = tuple(_match(hit, text, notice) for hit in _one_a_name(notice.hits))
    actions = tuple(
        _action(notice, match.entry, match.score, measure, sentence)
        for match in matches
        for measure, sentence in zip(notice.measures, sentences, strict=True)
    )
    passed = tuple(
        replace(
            _action(notice, one.entry, _score_of(notice, one.owner), measure, sentence),
            via=one.owner,
            share=one.share,
            indirect=one.indirect,
        )
        for one in notice.reached
        for measure, sentence in zip(notice.measures, sentences, strict=True)
    )
    return Finding(document, matches, (*actions, *passed))


_TITLES = {
    Standing.LISTED: "is on the {title}",
    Standing.ADDED: "added to the {title}",
    Standing.RELISTED: "put back on the {title}",
    Standing.REMOVED: "removed from the {title}",
    Standing.CHANGED: "changed on the {title}",
    Standing.UNNAMED: "changed on the {title}",
}
_SENTENCES = {
    Standing.LISTED: "{name} is on the {title}, kept by {authority}{since}.",
    Standing.ADDED: "{name} was added to the {title} by {authority}{edition}.",
    Standing.RELISTED: "{name} was put back on the {title} by {authority}{edition}.",
    Standing.REMOVED: "{name} was removed from the {title} by {authority}{edition}.",
    Standing.CHANGED: "The record of {name} on the {title} was changed by {authority}{edition}.",
    Standing.UNNAMED: "The record of {name} on the {title}, kept by {authority}, no longer bears this name{edition}.",
}


def _written(notice: Notice) -> tuple[str, list[Span]]:
    """Return the text, and the sentence of each measure as a span of it."""
    entity = notice.entity
    hits = (*notice.hits, *notice.owners)
    aliases = dict.fromkeys(hit.listed_as for hit in hits if hit.listed_as != _name(entity))
    name = f"{_name(entity)} (also {', '.join(list(aliases)[:3])})" if aliases else _name(entity)
    parts: list[str] = []
    spans: list[Span] = []
    for measure in notice.measures or (notice.profile.general,):
        sentence = _SENTENCES[notice.standing].format(
            name=name,
            title=measure.title,
            authority=directory().name(measure.authority) if measure.authority else "its publisher",
            since=f", since {notice.since}"
            if notice.since
            else f" (when first read, {notice.day})"
            if notice.day
            else "",
            edition=f", in the edition of {notice.day}" if notice.day else "",
        )
        if measure.programs and measure.title not in measure.programs:
            sentence = f"{sentence[:-1]}, programme {', '.join(measure.programs)}."
        told = (*(hit.asked for hit in notice.hits), *(one.entry for one in notice.reached))
        known = (notice.earlier.get((name, measure)) for name in told)
        if earlier := next(filter(None, known), None):
            sentence += f" {earlier}"
        start = sum(len(part) + 1 for part in parts)
        parts.append(sentence)
        spans.append(Span(Field.TEXT, start, start + len(sentence), sentence))
    parts += _details(notice)
    return "\n".join(parts), spans if notice.measures else []


def _details(notice: Notice) -> Iterator[str]:
    entity = notice.entity
    for change in notice.fields:
        gone, come = (_plain(values) for values in (change.before, change.after))
        yield f"Changed {change.field}: {gone or 'nothing'} → {come or 'nothing'}."
    weak = [n.name for n in entity.names[1:] if n.strength is NameStrength.WEAK]
    names = [n.name for n in entity.names[1:] if n.strength is not NameStrength.WEAK]
    for label, values in (
        ("Other names", names),
        ("Weak aliases", weak),
        ("Programmes", entity.programs),
        ("Identifiers", entity.identifiers),
        ("Countries", entity.countries),
        ("Addresses", entity.addresses),
        ("Remarks", (entity.remarks,) if entity.remarks else ()),
    ):
        if values:
            more = len(values) - _MOST_VALUES
            shown = "; ".join(values[:_MOST_VALUES]) + (f"; and {more} more" if more > 0 else "")
            yield f"{label}: {shown}."
    yield f"Id on the list: {entity.id}."


def _match(hit: Hit, text: str, notice: Notice) -> Match:
    surface = hit.listed_as if hit.asked_as else _identifier_in(hit, text)
    start = text.find(surface)
    mentions: tuple[Mention, ...] = ()
    if start >= 0 and surface:
        alias = hit.asked_as or hit.asked
        mentions = (
            Mention(hit.asked, Field.TEXT, start, start + len(surface), surface, alias, "listed name"),
        )
    why = (f"listed as {hit.listed_as}", *hit.why)
    return Match(hit.asked, hit.verdict, hit.score, why, mentions)


def _identifier_in(hit: Hit, text: str) -> str:
    number = hit.why[0].removeprefix("the same ") if hit.why else ""
    return number if number in text else hit.listed_as


def _one_a_name(hits: Iterable[Hit]) -> list[Hit]:
    """Return the best hit of each watched name, what is certain first."""
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.asked not in best or hit.rank > best[hit.asked].rank:
            best[hit.asked] = hit
    return sorted(best.values(), key=lambda hit: (hit.verdict is not Verdict.MATCH, -hit.score, hit.asked))


def _score_of(notice: Notice, owner: str) -> float:
    return max((hit.score for hit in (*notice.hits, *notice.owners) if hit.asked == owner), default=1.0)


def _action(notice: Notice, entry: str, score: float, measure: Measure, sentence: Span) -> Action:
    return Action(
        target=entry,
        action=measure.action,
        stage=notice.stage,
        authority=measure.authority or None,
        effective=notice.effective,
        until=None,
        new=notice.standing is not Standing.LISTED,
        via=None,
        evidence=sentence,
        rules=(f"list:{notice.profile.name}",),
        confidence=score,
    )


def _name(entity: ListEntity) -> str:
    return entity.names[0].name


def _titles(notice: Notice) -> str:
    measures = notice.measures or (notice.profile.general,)
    return " and the ".join(dict.fromkeys(measure.title for measure in measures))


def _plain(values: Iterable[object]) -> str:
    told = [
        v.name if isinstance(v, ListName) else ": ".join(v) if isinstance(v, tuple) else str(v or "")
        for v in values
    ]
    return "; ".join(filter(None, told[:_MOST_VALUES]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
