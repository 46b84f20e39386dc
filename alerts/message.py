"""From rendered texts to finished MIME bytes: the headers of an automatic, threaded, unsubscribable mail."""

import hashlib
import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from alerts.model import Digest, MailKind, Outgoing, Section
from alerts.phrases import plain
from alerts.render import Rendered

_ID_HEADERS = frozenset(
    {"message-id", "references", "in-reply-to", "list-id", "list-unsubscribe", "list-unsubscribe-post"}
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.]{1,80}@[A-Za-z0-9.-]{1,253}>")
_WIDE = SMTP.clone(max_line_length=998, cte_type="7bit")


class MailPolicy(EmailPolicy):
    """SMTP policy with two repairs of the library's folding.

    Id headers are never folded: the default folds a long ``References`` or ``List-Unsubscribe`` into encoded words,
    which breaks them. Text outside ASCII is encoded by ``email.header.Header``: the default loses blanks
    between encoded words (seen with Arabic on Python 3.11), and RFC 2047 allows a word 75 characters.
    """

    def fold(self, name: str, value: str) -> str:
        """Fold one header for text output."""
        folded: str
        if name.lower() in _ID_HEADERS:
            folded = _WIDE.fold(name, value)
        elif str(value).isascii():
            folded = super().fold(name, value)
        else:
            folded = f"{name}: {_encoded(name, value)}{self.linesep}"
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold one header for the wire."""
        return self.fold(name, value).encode("ascii")


def _encoded(name: str, value: str) -> str:
    """Encode a header outside ASCII; of an address only the display name is."""
    addresses = getattr(value, "addresses", None)
    if addresses is None:
        return Header(str(value), "utf-8", maxlinelen=75, header_name=name).encode(linesep="\r\n")
    return ",\r\n ".join(
        f"{Header(one.display_name, 'utf-8', maxlinelen=75, header_name=name).encode(linesep=chr(13) + chr(10))}"
        f"\r\n <{one.addr_spec}>"
        for one in addresses
    )


POLICY = MailPolicy(
    linesep="\r\n", cte_type="7bit", max_line_length=76
)  # so that an encoded word has at most 75


def message_id(dedupe_key: str, now: datetime, domain: str) -> str:
    """Make the Message-ID once, at compose time; every later attempt sends the same bytes."""
    digest = hashlib.sha256(f"{dedupe_key}\n{now.isoformat()}\n{domain}".encode("utf-8", "surrogatepass"))
    return f"<wl.{digest.hexdigest()[:24]}@{safe_domain(domain)}>"


def safe_domain(domain: str) -> str:
    """Return a domain fit for id headers: ASCII letters, digits, dots and hyphens."""
    try:
        ascii_form = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_form = domain
    return re.sub(r"[^A-Za-z0-9.-]", "", ascii_form).strip(".") or "watchlist.localhost"


def compose_message(
    mail: Digest,
    rendered: Rendered,
    *,
    sender: str,
    domain: str,
    dedupe_key: str,
    cases: tuple[int, ...] = (),
) -> Outgoing:
    """Build the finished message. ``cases`` are the cases it tells of; an alert is threaded to its case's first mail.

    A case has an id of its own (``<case.7@domain>``), which all its alerts refer to; where the reader has a first mail
    of the case, the alert answers that.

    Nothing of a feed goes into a header but through the subject and ``X-Watchlist-Entity``, both made plain
    (one line, no controls) first; the policy encodes the rest.
    """
    domain = safe_domain(domain)
    identity = message_id(dedupe_key, mail.now, domain)
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = identity
    message["Date"] = format_datetime(mail.now)
    message["From"] = _address(sender, "Watchlist")
    message["To"] = _address(mail.reader.address, mail.reader.name)
    message["Subject"] = rendered.subject
    if mail.kind is MailKind.ALERT and cases:
        roots = [f"<case.{case}@{domain}>" for case in cases[:10]]
        first = [known for known in mail.threads[:10] if _MESSAGE_ID.fullmatch(known)]
        message["In-Reply-To"] = (first or roots)[0]
        message["References"] = " ".join(roots + first)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<alerts.{domain}>"
    message["List-Unsubscribe"] = f"<mailto:{quote(_spec(sender), safe='@.+-_')}?subject=unsubscribe>"
    counted = [row for row in mail.all_rows if row.section is not Section.POSSIBLE]
    message["X-Watchlist-Severity"] = counted[0].severity.value if counted else "none"
    message["X-Watchlist-Reason"] = mail.kind.value
    names = dict.fromkeys(name for row in counted for name in row.entries)
    if names:
        message["X-Watchlist-Entity"] = plain(", ".join(plain(name, 60) for name in list(names)[:5]), 200)
    message.set_content(_encodable(rendered.text), subtype="plain", charset="utf-8")
    message.add_alternative(_encodable(rendered.html), subtype="html", charset="utf-8")
    message.set_boundary(f"=_{identity[1:].split('@')[0]}")
    return Outgoing(
        dedupe_key=dedupe_key,
        message_id=identity,
        reader=mail.reader.name,
        address=_spec(mail.reader.address),
        subject=rendered.subject,
        mime=message.as_bytes(),
        notes=rendered.notes,
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _spec(address: str) -> str:
    """Return the bare address of "Name <address>"."""
    return parseaddr(address)[1] or address


def _address(text: str, default_name: str) -> Address:
    name, spec = parseaddr(text)
    return Address(display_name=plain(name or default_name, 80), addr_spec=spec or text)
