"""Settings: TOML and environment, frozen. An unknown key is an error."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Manners and limits towards other people's servers. Sizes in bytes, times in seconds."""

    user_agent: str = "watchlist (+https://example.org/watchlist; set fetch.user_agent)"
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    max_page_bytes: int = 10_000_000
    max_feed_bytes: int = 10_000_000
    poll_minutes: int = 60
    article_budget_per_host: int = 20
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server. ``security`` is ``starttls``, ``tls`` or ``none`` (loopback only)."""

    host: str
    port: int = 587
    security: str = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Who mails are from, and how they leave: ``smtp``, or the local ``maildir`` when it is None."""

    sender: str = "watchlist@localhost"
    maildir: Path = Path("mail")
    smtp: SmtpSettings | None = None
    list_id_domain: str = "watchlist.localhost"
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """One rule of a recipient, in words; the first rule that fits an event decides.

    An empty tuple means "any". ``entries`` are watched names, ``tags`` those of entries; ``actions``,
    ``stages`` and ``authorities`` are those of docs/actions.md (``authorities`` also by prefix: ``US``).
    ``actions`` may hold ``mention`` (named without an action). ``deliver`` is ``instant``, ``digest`` or ``none``.
    """

    name: str
    deliver: str = "digest"
    entries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    least_score: float = 0.0


@dataclass(frozen=True, slots=True)
class RecipientSettings:
    """One reader: ``digests`` are local times ``HH:MM`` in ``timezone`` (an IANA name), ``days`` as mon…sun.

    ``quiet_hours`` is ``HH:MM-HH:MM`` (local; instant mails wait until it ends) or None; ``weekly`` is the day of
    the "all quiet" mail, sent when a week brought nothing, or None; ``language`` is ``en``, ``zh`` or ``de``.
    ``owner`` marks who hears of undelivered mails. Without rules every event goes into the digest.
    """

    name: str
    address: str
    timezone: str = "UTC"
    digests: tuple[str, ...] = ("08:00",)
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    language: str = "en"
    quiet_hours: str | None = None
    weekly: str | None = "mon"
    owner: bool = False
    rules: tuple[RuleSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """A source named in the configuration; ``kind`` is a registry name (``feed``, ``page``, ``folder``, ``federal-register``)."""

    name: str
    kind: str
    url: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    official: bool = False
    poll_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. ``database`` is an SQLAlchemy URL; relative paths are relative to the file."""

    database: str
    data_dir: Path
    path: Path | None = None
    fetch: FetchSettings = FetchSettings()
    mail: MailSettings = MailSettings()
    recipients: tuple[RecipientSettings, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    templates_dir: Path | None = None
    log_level: str = "info"
