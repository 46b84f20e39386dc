"""Settings: frozen, with the right form of each value beside it.

The types here are what travels; ``watchlist.config_file`` finds and reads the TOML file. A field is a key of the
same name in the file, its default is the file's default, and what ``Annotated`` adds to its type constrains it:
``accepts`` tells whether a value is permitted, ``form`` is what an error message shows as the right form. A field with ``repr=False`` is a secret: the file names it as ``NAME_env`` (an
environment variable) or ``NAME_file``, never in clear.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from watchlist.model import ActionKind, Stage

INTERNAL = {"internal": True}
"""Field metadata: set by the program, not a key of the file."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number from ``least`` to ``most``, both included; ``unit`` is for the message."""

    least: float
    most: float
    unit: str = ""

    @property
    def form(self) -> str:
        """Return the right form, to follow "must be"."""
        return f"a number from {self.least:,.10g} to {self.most:,.10g}{self.unit and ' ' + self.unit}"

    def accepts(self, value: Any) -> bool:
        """Say whether the number lies in the range."""
        return bool(self.least <= value <= self.most)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def form(self) -> str:
        """Return the right form, to follow "must be"."""
        return "one of " + ", ".join(f'"{word}"' for word in self.words)

    def accepts(self, value: Any) -> bool:
        """Say whether the word is one of them."""
        return value in self.words


@dataclass(frozen=True, slots=True)
class Shaped:
    """A string of a certain shape, described by ``form``."""

    pattern: str
    form: str

    def accepts(self, value: Any) -> bool:
        """Say whether the whole string has the shape."""
        return re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True, slots=True)
class TimeZone:
    """An IANA time zone name."""

    form: str = 'an IANA time zone, such as "Europe/Berlin" or "UTC"'

    def accepts(self, value: Any) -> bool:
        """Say whether the zone is known here."""
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):  # unknown; not a name; a folder
            return False
        return True


Seconds = Annotated[float, Between(0.1, 3600, "seconds")]
Minutes = Annotated[int, Between(1, 10_080, "minutes")]
Bytes = Annotated[int, Between(1_000, 1_000_000_000, "bytes")]
Address = Annotated[
    str,
    Shaped(r"[^\s@<>\",;:\\()\[\]]+@[^\s@<>\",;:\\()\[\]]+", 'one mail address, such as "ann@example.org"'),
]
LocalTime = Annotated[str, Shaped(r"([01]\d|2[0-3]):[0-5]\d", 'a time as "HH:MM", such as "08:00"')]
Weekday = Annotated[str, OneOf(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))]
QuietHours = Annotated[
    str, Shaped(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", 'two times as "22:00-07:00"')
]
ACTIONS = ("mention", *(kind.value for kind in ActionKind))
STAGES = tuple(stage.value for stage in Stage)
WebAddress = Annotated[str, Shaped(r"https?://\S+", 'an address that starts with "https://" or "http://"')]
Name = Annotated[str, Shaped(r"[^\s\x00-\x1f][^\x00-\x1f]{0,99}", "a short name of one line")]


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Manners and limits towards other people's servers. Sizes in bytes, times in seconds."""

    user_agent: Annotated[str, Shaped(r"[\x20-\x7e]+", "one line of plain ASCII")] = (
        "watchlist (+https://example.org/watchlist; set fetch.user_agent)"
    )
    connect_timeout: Seconds = 10.0
    read_timeout: Seconds = 20.0
    total_timeout: Seconds = 60.0
    max_page_bytes: Bytes = 10_000_000
    max_feed_bytes: Bytes = 10_000_000
    poll_minutes: Minutes = 60
    article_budget_per_host: Annotated[int, Between(0, 1000, "pages a round")] = 20
    host_pause: Annotated[float, Between(0, 60, "seconds")] = 0.5
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """How names are found in texts. ``typos``: misspelt names are shown as possible (Tencnet, Hua Wei).

    ``look_back_days``: a name or alias that is added is looked up at once in what was stored since so many days.
    """

    typos: bool = True
    look_back_days: Annotated[int, Between(0, 36_500, "days")] = 90


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """How actions are read. ``rules``: files of your own with rules, cues, authorities, forms of notices, words of dates."""

    rules: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server. ``security`` is ``starttls``, ``tls`` or ``none`` (loopback only).

    ``connections`` are those that ``watchlist run`` keeps at once; ``per_minute`` is the most mails that all
    processes together hand over in a minute, None: as many as there are.
    """

    host: Annotated[str, Shaped(r"[^\s/@]+", 'a host name, such as "smtp.example.org"')]
    port: Annotated[int, Between(1, 65535)] = 587
    security: Annotated[str, OneOf(("starttls", "tls", "none"))] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: Seconds = 60.0
    connections: Annotated[int, Between(1, 20)] = 2
    per_minute: Annotated[int, Between(1, 100_000, "mails a minute")] | None = None


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Who mails are from, and how they leave: ``smtp``, or the local ``maildir`` when it is None.

    ``base_url`` is where ``publish.folder`` is served; mails then link to the pages of their alerts.
    """

    sender: Address = "watchlist@localhost"
    maildir: Path = Path("mail")
    smtp: SmtpSettings | None = None
    list_id_domain: Annotated[str, Shaped(r"[A-Za-z0-9.-]+", 'a domain, such as "watchlist.example.org"')] = (
        "watchlist.localhost"
    )
    base_url: WebAddress | None = None


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """A folder of static files of one's own alerts: a page each, ``alerts.atom`` and ``alerts.json``; None: none.

    ``entries`` is how many the feeds hold. With ``mail.base_url`` mails link to the pages.
    """

    folder: Path | None = None
    entries: Annotated[int, Between(1, 1000, "alerts")] = 100


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Another way out than mail: a recipient that names it in ``channel`` is told through it.

    ``webhook`` posts signed JSON to ``url`` (``secret`` signs it), ``apprise`` tells any service that Apprise knows by
    its address (``url``). Both are secrets. ``private`` permits an address inside your own network, and plain http.
    """

    name: Name
    kind: Annotated[str, OneOf(("webhook", "apprise"))]
    url: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    private: bool = False
    timeout: Seconds = 30.0


Days = Annotated[int, Between(7, 36_500, "days")]


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """For how long what is kept; None keeps it for good. Nothing that an open case needs is ever forgotten.

    ``documents_days``: the texts of documents (title, digest and findings stay); ``mails_days``: the bodies of mails
    that are done with; ``audit_days``: fetches, decisions and other lines of the audit trail.
    """

    documents_days: Days | None = None
    mails_days: Days | None = None
    audit_days: Days | None = None


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What ``watchlist run`` does beside its work.

    ``ping_url`` is the address of a dead man's switch (Healthchecks, Dead Man's Snitch, Uptime Kuma …), asked for
    every ``ping_minutes`` while all is well; a secret, since whoever knows it can feign our life.
    """

    ping_url: WebAddress | None = field(default=None, repr=False)
    ping_minutes: Minutes = 5


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """One rule of a recipient, in words; the first rule that fits an event decides.

    An empty tuple means "any". ``entries`` are watched names, ``tags`` those of entries; ``actions``,
    ``stages`` and ``authorities`` are those of docs/actions.md (``authorities`` also by prefix: ``US``).
    ``actions`` may hold ``mention`` (named without an action). ``deliver`` is ``instant``, ``digest`` or ``none``;
    ``days`` and ``times`` choose among the recipient's digests ("mentions on Mondays only").
    """

    name: Name
    deliver: Annotated[str, OneOf(("instant", "digest", "none"))] = "digest"
    entries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    actions: tuple[Annotated[str, OneOf(ACTIONS)], ...] = ()
    stages: tuple[Annotated[str, OneOf(STAGES)], ...] = ()
    authorities: tuple[str, ...] = ()
    least_score: Annotated[float, Between(0, 1)] = 0.0
    days: tuple[Weekday, ...] = ()
    times: tuple[LocalTime, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientSettings:
    """One reader: ``digests`` are local times ``HH:MM`` in ``timezone`` (an IANA name), ``days`` as mon…sun.

    ``quiet_hours`` is ``HH:MM-HH:MM`` (local; instant mails wait until it ends) or None; ``weekly`` is the day of
    the "all quiet" mail, sent when a week brought nothing, or None; ``language`` is ``en``, ``zh`` or ``de``.
    ``owner`` marks who hears of undelivered mails. Without rules every event goes into the digest. ``channel`` names
    another way out than mail; else there is an ``address``.
    """

    name: Name
    address: Address = ""
    timezone: Annotated[str, TimeZone()] = "UTC"
    digests: tuple[LocalTime, ...] = ("08:00",)
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    language: Annotated[str, OneOf(("en", "zh", "de"))] = "en"
    quiet_hours: QuietHours | None = None
    weekly: Weekday | None = "mon"
    owner: bool = False
    rules: tuple[RuleSettings, ...] = ()
    channel: Name | None = None


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """A source named in the configuration; ``kind`` is a registry name (``feed``, ``page``, ``folder``, ``federal-register``).

    ``options`` are the source's own, as (name, value) pairs; a list in the file gives its name several pairs.
    """

    name: Name
    kind: Annotated[str, Shaped(r"[a-z][a-z0-9-]*", 'a kind of source, such as "feed" or "page"')]
    url: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    official: bool = False
    poll_minutes: Minutes | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. ``database`` is an SQLAlchemy URL; relative paths are relative to the file."""

    database: str = field(repr=False)
    data_dir: Path
    path: Path | None = field(default=None, metadata=INTERNAL)
    fetch: FetchSettings = FetchSettings()
    matching: MatchingSettings = MatchingSettings()
    actions: ActionSettings = ActionSettings()
    mail: MailSettings = MailSettings()
    run: RunSettings = RunSettings()
    retention: RetentionSettings = RetentionSettings()
    publish: PublishSettings = PublishSettings()
    channels: tuple[ChannelSettings, ...] = ()
    recipients: tuple[RecipientSettings, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    templates_dir: Path | None = None
    log_level: Annotated[str, OneOf(("debug", "info", "warning", "error"))] = "info"
