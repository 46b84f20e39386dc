"""What the dates of a sentence mean for one step: its start, its end, or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from watchlist.actions.dates import DateMention
from watchlist.model import ActionKind, Stage


class Timing(NamedTuple):
    """When a measure holds: ``effective`` the first day (or the deadline from which it bites), ``until`` the last."""

    effective: date | None
    until: date | None


NOTHING = Timing(None, None)

#: A duty that must be met by a day: the day is when the measure bites, not when it ends.
DUTIES = frozenset({ActionKind.DIVESTITURE_ORDER})

#: A prohibition that must be carried out by a day bites on that day.
BANS = frozenset(
    {
        ActionKind.OPERATING_BAN,
        ActionKind.IMPORT_BAN,
        ActionKind.PROCUREMENT_BAN,
        ActionKind.TRANSACTION_BAN,
        ActionKind.INVESTMENT_BAN,
        ActionKind.DELISTING,
    }
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with what its words say of it: ``role`` is start, since, deadline, moved, or bare.

    ``cue`` is the place in the sentence of the words that make it a start from elsewhere in its clause; ``alone`` is
    its role without them.
    """

    mention: DateMention
    role: str
    day: date | None
    ahead: bool
    foreign: bool
    dateline: bool = False
    cue: int | None = None
    alone: str = "bare"

    @property
    def claim(self) -> tuple[bool, int]:
        """How near it stands to its cue, the less the nearer: one that is a start by itself comes first."""
        away = 0 if self.cue is None else max(self.mention.start - self.cue, self.cue - self.mention.end)
        return self.alone != "start", away


def nearest_to_their_cue(dates: list[Dated]) -> list[Dated]:
    """Return the dates, of those that one "takes effect" speaks of only the nearest as its date.

    "The order, which was signed on 5 January, takes effect in 45 days."
    """
    nearest = {d.cue: d for d in sorted(dates, key=lambda d: d.claim, reverse=True) if d.cue is not None}
    return [d if d.cue is None or nearest[d.cue] is d else replace(d, role=d.alone) for d in dates]


@dataclass(frozen=True, slots=True)
class Meaning:
    """How the dates of a sentence are to be read for one action and stage."""

    action: ActionKind | None
    stage: Stage
    new: bool
    published: date | None

    def choose(self, dates: Sequence[Dated]) -> Timing:
        """Return the best-told start and end among the dates of a sentence."""
        effective: list[tuple[int, int, date]] = []
        until: list[tuple[int, int, date]] = []
        for n, dated in enumerate(dates):
            if dated.day is None or dated.foreign:
                continue
            if not self.new and not self._told_of_old(dated):
                continue
            for rank, kind in self._meaning(dated):
                (effective if kind == "effective" else until).append((rank, n, dated.day))
        return Timing(
            min(effective)[2] if effective else None,
            min(until)[2] if until else None,
        )

    def _told_of_old(self, dated: Dated) -> bool:
        """Tell whether a date can be that of an older step: "in 45 days" of one is not counted from this text.

        "Took effect on Sunday" and "will be delisted on Monday" are.
        """
        mention = dated.mention
        if mention.offset is not None and not mention.spoken:
            return False
        if mention.weekday is None and not mention.spoken:
            return True
        ahead = bool(dated.day and self.published and dated.day > self.published)
        return dated.role in {"effect", "since", "expired"} or (dated.role in {"bare", "start"} and ahead)

    def carries(self, dated: Dated, *, first: bool) -> bool:
        """Tell whether a date of the next (``first``) or second next sentence can be this step's."""
        if self.stage is Stage.SUSPENDED:
            return first and (dated.role == "moved" or (dated.role == "comply" and self.action in DUTIES))
        if self.stage is Stage.LIFTED and dated.role in {"deadline", "comply"}:
            return False  # "replaced by a paper that runs until 3 April": the end of something else
        return dated.role == "effect" or first

    def _meaning(self, dated: Dated) -> Iterator[tuple[int, str]]:
        """Yield (rank, effective or until) for each meaning that the date has for this step."""
        role, stage = dated.role, self.stage
        if stage is Stage.SUSPENDED:
            if role in {"moved", "deadline", "comply"}:
                yield 1, "effective"
                yield 1, "until"
        elif role == "effect":
            yield 0, "effective"
        elif role == "start":
            yield 1, "effective"
        elif role == "since" and stage is Stage.ADOPTED:
            yield 2, "effective"
        elif role == "moved":
            yield 1, "until"  # a licence or freeze that is prolonged
        elif role == "expired":
            if stage is Stage.LIFTED:
                yield 1, "effective"
        elif role in {"deadline", "comply"} and stage is not Stage.PROPOSED:
            bites = (
                stage is Stage.LIFTED or self.action in DUTIES or (role == "comply" and self.action in BANS)
            )
            yield (1, "effective") if role == "comply" and bites else (2, "effective" if bites else "until")
        elif (
            role == "bare"
            and self.action is ActionKind.DELISTING
            and self.published
            and dated.day
            and dated.day > self.published
        ):
            yield 3, "effective"
