"""The frozen types between a report and a mail. Standard library only.

::

    EventReport ─decide→ Decision ─ledger→ Item (waits for its reader) ─compose→ Digest ─render→ Outgoing
        ─outbox→ handed over

* an **alert** is one event in one kind (new, confirmed, amended, corrected); each reader gets it once, ever;
* an **item** is one alert for one reader, with the facts as they were when it was decided;
* a **row** is one story in a mail; it can tell several events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from watchlist.model import ActionKind, Event, ReportChange, Stage, Verdict


class Delivery(StrEnum):
    """How a reader hears of an event."""

    INSTANT = "instant"
    DIGEST = "digest"
    NONE = "none"


class Section(StrEnum):
    """The part of a mail an item belongs to."""

    ACTION = "action"
    MENTION = "mention"
    POSSIBLE = "possible"


class Severity(StrEnum):
    """How bad it is for the one who holds the name, worst first. Shown by a word, never by colour alone."""

    SEVERE = "severe"
    SERIOUS = "serious"
    NOTABLE = "notable"
    RELIEF = "relief"
    MENTION = "mention"


SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Rule:
    """One checked rule of a reader; an empty set means "any". The first rule that fits decides.

    ``entries`` and ``tags`` are compared without regard to case, width and blanks. ``days`` (0 = Monday) and
    ``times`` choose among the reader's digests; empty means the next one.
    ``authorities`` are ids or prefixes of ids ("US" covers "US-BIS"). ``mentions`` says that the rule also
    covers names without an action; a rule that asks for actions, stages or authorities does so only when told.
    """

    name: str
    deliver: Delivery = Delivery.DIGEST
    entries: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    actions: frozenset[ActionKind] = frozenset()
    stages: frozenset[Stage] = frozenset()
    authorities: frozenset[str] = frozenset()
    mentions: bool = False
    least_score: float = 0.0
    days: frozenset[int] = frozenset()
    times: frozenset[time] = frozenset()

    @property
    def any_action(self) -> bool:
        """Say whether the rule asks for nothing about the action itself."""
        return not (self.actions or self.stages or self.authorities)

    @property
    def everything(self) -> bool:
        """Say whether the rule has no condition at all."""
        return self.any_action and not (self.entries or self.tags or self.mentions or self.least_score)


@dataclass(frozen=True, slots=True)
class Reader:
    """A checked recipient. ``name`` is his key in the ledger; ``digests`` local times; ``days`` 0 = Monday.

    ``quiet`` is a local stretch (from, until; may pass midnight) in which instant mails wait. ``weekly`` is the
    weekday of the "all quiet" mail, or None.
    """

    name: str
    address: str
    timezone: str = "UTC"
    language: str = "en"
    digests: tuple[time, ...] = (time(8, 0),)
    days: frozenset[int] = frozenset(range(7))
    quiet: tuple[time, time] | None = None
    weekly: int | None = 0
    owner: bool = False
    rules: tuple[Rule, ...] = ()
    channel: str = "mail"
    """The way out: ``mail``, or the name of a configured channel."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """ "Not them": what made a false match, so that its like is not mailed again.

    It covers an entry, the alias it was found by and the kind of context (see ``rules.context_kind``).
    """

    id: int
    entry: str
    alias: str
    context: str
    created: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    """Alerts on ``entry`` (None = all) wait until ``until``; for one ``reader`` or (None) for all."""

    id: int
    entry: str | None
    reader: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What a decision needs to know of the past, for one reader.

    ``told`` are the (event id, kind) this reader has an item for; ``delivered`` those that were composed into a
    mail already; ``left_out`` those whose item a dismissal keeps away. ``tags`` are those of the entry.
    """

    told: frozenset[tuple[int, ReportChange]] = frozenset()
    delivered: frozenset[tuple[int, ReportChange]] = frozenset()
    left_out: frozenset[tuple[int, ReportChange]] = frozenset()
    dismissals: tuple[Dismissal, ...] = ()
    mutes: tuple[Mute, ...] = ()
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Code(StrEnum):
    """Why it was decided so; ``Reason.text`` says it for a person."""

    RULE = "rule"
    DEFAULT = "default"
    POSSIBLE = "possible"
    BACKGROUND = "background"
    MUTED = "muted"
    QUIET = "quiet hours"
    SLOT = "a digest of its own"
    BASELINE = "baseline"
    REPEATED = "repeated"
    TOLD = "already told"
    DISMISSED = "dismissed"
    RULE_NONE = "rule says none"
    NO_DIGEST = "no digest"
    NEVER_TOLD = "corrects what was never mailed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision is what it is."""

    code: Code
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One reader's answer to one report. ``not_before`` holds it back: muting, quiet hours and a later digest only delay.

    ``dismissal`` is the id of the dismissal that keeps it away. ``kind`` can be ``new`` for a repetition: when the
    first report was left out by a dismissal, and this one has more behind it.
    """

    report_id: int
    event_id: int
    entry: str
    kind: ReportChange
    reader: str
    delivery: Delivery
    section: Section
    reason: Reason
    rule: str | None = None
    not_before: datetime | None = None
    dismissal: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of evidence in pieces; the odd pieces (1, 3, …) are the marked names."""

    pieces: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the sentence without marks."""
        return "".join(self.pieces)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a mail shows of one report, as it was when decided (later edits of the store do not change it)."""

    event: Event
    change: ReportChange
    report_id: int
    story_id: int
    outlets: int
    documents: int
    first_seen: datetime
    title: str
    url: str | None
    source: str | None
    official: bool
    published: datetime | None
    summary_only: bool
    verdict: Verdict
    score: float
    why: tuple[str, ...]
    alias: str
    via: str | None
    new: bool
    passage: Passage
    share: float | None = None
    """What ``via`` holds of the name, in percent; None when not known."""
    indirect: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One alert that waits for (or went to) one reader."""

    alert_id: int
    section: Section
    facts: Facts
    reason: Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One thing done to one or more names of a row: "transaction ban, adopted, US President, 19 Feb 2021"."""

    entries: tuple[str, ...]
    action: ActionKind | None
    stage: Stage | None
    authority: str | None
    effective: date | None
    until: date | None
    via: str | None
    kind: ReportChange
    severity: Severity
    alert_ids: tuple[int, ...]
    share: float | None = None
    indirect: bool = False
    before: Facts | None = None
    """Of a confirmation, amendment or correction: what this reader was told of the step before."""
    overtaken: "CaseStep | None" = None
    """The later step of the same measure after which this one is past: adopted, then lifted."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a case as a mail tells it: ``current`` is told by this mail; ``day`` is when it was announced."""

    action: ActionKind
    stage: Stage | None
    day: date | None
    current: bool


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case's steps in order, of the ``entries`` that share it, and what the reader was told of it last.

    ``told`` is the step of the last mail that told of the case, ``told_at`` when that mail was composed.
    """

    entries: tuple[str, ...]
    steps: tuple[CaseStep, ...]
    told_at: datetime | None = None
    told: CaseStep | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a case before a mail: its steps with their event ids, what the reader was told last, and the
    Message-ID of the first mail that told him of it. ``overtaken`` are, by event id, the steps that left others behind."""

    steps: tuple[tuple[int, CaseStep], ...] = ()
    told_at: datetime | None = None
    told: Facts | None = None
    first_mail: str | None = None
    overtaken: Mapping[int, CaseStep] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a row rests on. ``url`` is http(s) or None."""

    title: str
    url: str | None
    name: str | None
    official: bool
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One story in a mail, worst line first; official sources first."""

    story_id: int
    case_id: int | None
    section: Section
    severity: Severity
    lines: tuple[Line, ...]
    passages: tuple[Passage, ...]
    why: tuple[str, ...]
    score: float
    sources: tuple[Source, ...]
    outlets: int
    first_seen: datetime
    summary_only: bool
    history: tuple[CaseHistory, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Return the names the row tells of, each once, worst first."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.entries))

    @property
    def past(self) -> bool:
        """Say whether all that the row tells was left behind by later steps."""
        return all(line.overtaken is not None for line in self.lines)

    @property
    def alert_id(self) -> int:
        """Return the alert by which a person can refer to the row."""
        return self.lines[0].alert_ids[0]


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """Something the program could not see: a source (or list) not read since ``since`` (None = never)."""

    source: str
    since: datetime | None
    hours: int | None
    problem: str | None


class MailKind(StrEnum):
    """What sort of mail it is; also the name of its templates."""

    DIGEST = "digest"
    ALERT = "alert"
    QUIET = "quiet"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Digest:
    """A mail before it has a form: everything a template may show.

    ``number`` is the digest's id for ``watchlist digest show``; ``items`` are all alerts it tells, worst first, which
    the rows show by story; ``rows`` are actions, worst first; ``counts`` are
    (bucket, n) for the subject; ``unseen`` is how many further rows wait behind a cap; ``left_out`` are
    (name, n) of matches that were left out because a like one was dismissed, most first; ``undelivered`` tells the owner of dead letters.
    """

    kind: MailKind
    reader: Reader
    now: datetime
    number: int | None = None
    slot: str | None = None
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()
    possible: tuple[Row, ...] = ()
    mentions: tuple[Row, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    unseen: int = 0
    changes: tuple[tuple[str, int], ...] = ()
    last_mail: datetime | None = None
    blind_spots: tuple[BlindSpot, ...] = ()
    sources_total: int = 0
    sources_healthy: int = 0
    watched: int = 0
    left_out: tuple[tuple[str, int], ...] = ()
    undelivered: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    """Message-IDs of the first mails that told this reader of the same cases."""
    notes: tuple[str, ...] = ()
    trouble: bool = False
    """An "all quiet" that comes out of turn, for the owner: a mail was given up, or a source was lost."""

    @property
    def dismissed(self) -> int:
        """Return how many matches were left out because a like one was dismissed."""
        return sum(count for _, count in self.left_out)

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Return every row, actions first."""
        return self.rows + self.possible + self.mentions


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished message: the bytes that will be sent (MIME, or a channel's JSON), however often, with their id."""

    dedupe_key: str
    message_id: str
    reader: str
    address: str
    subject: str
    mime: bytes
    notes: tuple[str, ...] = ()
