"""The frozen types that travel between stages. Standard library only.

The road, one type a stage::

    Source ─plan→ Request ─fetch→ Page ─parse→ Document ─find→ Match(Mention…) ─extract→ Action
           ─group→ Story / Event (in a Case) ─store→ EventReport ─decide→ … (alerts.model)

Three words that store, alerts and mails share:

* an **event** is (entry, action, stage, authority, effective date);
* a **story** is the set of documents that report one event, or several of one day and matter;
* a **case** is the chain of events on one matter: proposed, adopted, suspended, lifted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What a watched name is."""

    COMPANY = "company"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Owner:
    """A holder of a watched company or app: ``name``, and the ``share`` in percent (0 to 100) where known.

    ``since`` and ``until`` bound the time of the holding (both inclusive, None = open).
    """

    name: str
    share: float | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One watched name, as the user keeps it.

    ``context`` are words that speak for this entry in a text, ``excluded`` phrases that are something else
    (the CSV column ``not``); ``identifiers`` look like ``LEI:5493…`` or ``ISIN:US…``; ``extra`` holds further
    columns of an imported file as (column, value) pairs, so that export loses nothing.
    """

    name: str
    kind: EntryKind = EntryKind.COMPANY
    aliases: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    tickers: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    note: str = ""
    extra: tuple[tuple[str, str], ...] = ()


class Field(StrEnum):
    """The part of a document that a span indexes."""

    TITLE = "title"
    TEXT = "text"


class Completeness(StrEnum):
    """How much of an item's text we hold."""

    FULL = "full"
    SUMMARY = "summary only"


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be read: an article, a notice, a mail.

    ``id`` is stable within its source (a feed's guid, a Federal Register document number, a file's path).
    ``published`` is aware (UTC; midnight when only a day is known) or None; never guessed.
    ``official`` says that the publisher is an authority. ``raw_kind`` is free for special readers
    (``federal-register``), and ``facts`` carries what the source states as data (type, agencies, effective date).
    """

    id: str
    title: str
    text: str
    url: str | None = None
    published: datetime | None = None
    lang: str | None = None
    source: str | None = None
    official: bool = False
    completeness: Completeness = Completeness.FULL
    facts: Mapping[str, str] = field(default_factory=dict)

    def part(self, name: Field) -> str:
        """Return the text of one field, as given."""
        return self.title if name is Field.TITLE else self.text


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document: code-point offsets into that field as given, and the text there."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A watched name (or alias) found in a text.

    ``entry`` is the entry's name, ``alias`` the name or alias it was found by, ``kind`` how
    (``exact``, ``folded``, ``joined``, ``inflected``, ``legal form``, ``fuzzy`` …).
    """

    entry: str
    field: Field
    start: int
    end: int
    text: str
    alias: str
    kind: str = "exact"


class Verdict(StrEnum):
    """``match`` would alert; ``possible`` is shown apart, for a person to decide."""

    MATCH = "match"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry named by a document: all its mentions, a score in [0, 1], and why, readable."""

    entry: str
    verdict: Verdict
    score: float
    why: tuple[str, ...]
    mentions: tuple[Mention, ...]


class ActionKind(StrEnum):
    """What is done to the target; meanings in docs/actions.md."""

    DESIGNATION = "designation"
    INVESTMENT_BAN = "investment_ban"
    TRANSACTION_BAN = "transaction_ban"
    EXPORT_CONTROL = "export_control"
    IMPORT_BAN = "import_ban"
    PROCUREMENT_BAN = "procurement_ban"
    OPERATING_BAN = "operating_ban"
    DIVESTITURE_ORDER = "divestiture_order"
    DELISTING = "delisting"
    MILITARY_LIST = "military_list"
    INVESTIGATION = "investigation"
    PENALTY = "penalty"
    LICENCE = "licence"
    OTHER = "other"


class Stage(StrEnum):
    """How far an action is."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Action:
    """Something an authority does to a watched target, as one document tells it.

    ``target`` is the watched name; ``via`` the owner the text acts on, when not the target itself. ``share`` is what
    that owner (with others of the same step) holds of the target, in percent as the 50 percent rules count it, None
    when not known; ``indirect`` says that some of it is held through others.
    ``new``: told as this document's news, not as background. ``rules`` are the ids of the rules (or
    the model) that led here; ``confidence`` is in [0, 1].
    """

    target: str
    action: ActionKind
    stage: Stage
    authority: str | None
    effective: date | None
    until: date | None
    new: bool
    via: str | None
    evidence: Span
    rules: tuple[str, ...] = ()
    confidence: float = 1.0
    share: float | None = None
    indirect: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """All that one document says of the watchlist. ``error`` tells why it could not be read, else None."""

    document: Document
    matches: tuple[Match, ...] = ()
    actions: tuple[Action, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event. ``action`` is None for a mere mention (one event an entry and story)."""

    id: int
    entry: str
    action: ActionKind | None
    stage: Stage | None
    authority: str | None
    effective: date | None
    until: date | None
    case_id: int | None
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class StoryRef:
    """A story as an alert needs it: its id and how many documents and outlets it holds so far."""

    id: int
    documents: int
    outlets: int


class ReportChange(StrEnum):
    """What a report is to its event."""

    NEW = "new"
    CONFIRMED = "confirmed"
    AMENDED = "amended"
    CORRECTED = "corrected"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class EventReport:
    """One document's report of one event: the hand-over from ``watchlist`` to ``alerts``.

    ``id`` grows; alerts keeps the last one it has read as its cursor. ``baseline`` marks what was stored by a
    first fetch or a retroactive match: never mailed as new. ``change`` says whether this report is the event's
    first (``new``), an official confirmation, an amendment, a correction (the finding vanished in an edit) or a
    mere repetition.
    """

    id: int
    event: Event
    change: ReportChange
    baseline: bool
    story: StoryRef
    revision_id: int
    document: Document
    first_seen: datetime
    match: Match | None
    action: Action | None


# ----- sources ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched answer. ``url`` is what was asked, ``final_url`` where it was found.

    ``body`` is decompressed, within the request's cap. ``headers`` have lower-case names.
    ``not_modified`` is a 304: no body, nothing new. ``moved_to`` is where permanent redirects (301, 308) led from
    ``url``, before any temporary one; None when there was none.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    not_modified: bool = False
    moved_to: str | None = None

    @property
    def media_type(self) -> str:
        """Return the media type without parameters, lower-case, or an empty string."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Request:
    """What a source wants fetched. ``max_bytes`` caps the decompressed body; ``role`` is free for the source."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int | None = None
    conditional: bool = True
    role: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page to follow from a page. ``document`` is what we hold already (a feed's summary): it stands in,
    marked "summary only", when the link cannot be read. ``robots`` is True for article pages: robots.txt and the
    budget a host apply. ``stable`` says that the page never changes once published: it is read once."""

    request: Request
    document: Document | None = None
    robots: bool = True
    stable: bool = False


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a source remembers between fetches.

    ``validators`` are the stored ETag / Last-Modified by address, verbatim; ``cursor`` is free for the source
    (a date, a page, an IMAP uid).
    """

    validators: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cursor: Mapping[str, str] = field(default_factory=dict)
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares: what a digest's blind spots and ``sources list`` are made of.

    ``failures`` counts failed attempts since the last success; ``problem`` is the last error, one line, or None
    when the last attempt went well; ``gone`` is a 410: the source is off until a person looks at it. ``silent``
    says that it is neither paused nor gone and has had no success for longer than it should have. ``lost_since`` is when it became gone or silent, else None.
    """

    name: str
    kind: str
    url: str | None
    added_at: datetime
    last_attempt: datetime | None
    last_success: datetime | None
    next_due: datetime | None
    failures: int = 0
    problem: str | None = None
    paused: bool = False
    gone: bool = False
    silent: bool = False
    moved_to: str | None = None
    items: int = 0
    lost_since: datetime | None = None


# ----- lists ------------------------------------------------------------------------------------------------


class NameStrength(StrEnum):
    """A list name's strength: a weak alias is too common to match on alone."""

    PRIMARY = "primary"
    STRONG = "strong"
    WEAK = "weak"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class ListName:
    """One name of a list entity, with its strength and, where told, script or language (ISO codes)."""

    name: str
    strength: NameStrength = NameStrength.STRONG
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class ListEntity:
    """One record of an official list in canonical form: equal content gives equal value, whatever the order.

    ``id`` is the publisher's stable id, or the documented key where it has none. ``programs`` are the
    publisher's codes; ``identifiers`` look like ``IMO:9187629``; ``linked`` are (relation, entity id).
    """

    id: str
    kind: str
    names: tuple[ListName, ...]
    programs: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    linked: tuple[tuple[str, str], ...] = ()
    remarks: str = ""
    url: str | None = None
