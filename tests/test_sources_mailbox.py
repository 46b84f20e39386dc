"""A mailbox as a source, against a small IMAP server on loopback that speaks the standard's words."""

import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from source_visits import Visitor, ids

from watchlist.config import SourceSettings
from watchlist.errors import ConfigError
from watchlist.sources import build
from watchlist.sources.mailbox import MailboxSource

Cli = Callable[..., tuple[int, str, str]]
PASSWORD = "s3cret-word"


def mail(uid: str, subject: str = "Notice", extra: str = "") -> bytes:
    """Return a mail."""
    return f"From: a@agency.test\r\nSubject: {subject}\r\nMessage-ID: <{uid}@agency.test>\r\n{extra}\r\nThe text.\r\n".encode()


class Mailbox:
    """What the server holds: uid -> mail; ``asked`` are the commands that came."""

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.validity, self.asked, self.port, self.lie = 7, list[str](), 0, 0
        self.drips = self.breaks_off = False


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """An IMAP server for one test."""
    monkeypatch.setenv("BOX_PASSWORD", PASSWORD)
    with serving() as box:
        yield box


@contextmanager
def serving(certificate: trustme.LeafCert | None = None) -> Iterator[Mailbox]:
    """Run an IMAP server, over TLS with a certificate."""
    box = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while box.drips:
                self.wfile.write(b"*")
                threading.Event().wait(0.02)
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                box.asked.append(command)
                status = b"OK done"
                if command == "CAPABILITY":
                    self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
                elif command.startswith("LOGIN"):
                    status = status if PASSWORD in command else b"NO wrong password"
                elif command.startswith("EXAMINE"):
                    self.wfile.write(
                        f"* {len(box.mails)} EXISTS\r\n* OK [UIDVALIDITY {box.validity}] x\r\n".encode()
                    )
                    status = b"OK [READ-ONLY] done" if "INBOX" in command else b"NO no such folder"
                elif found := re.match(r"UID SEARCH UID (\d+):\*", command):
                    uids = [uid for uid in box.mails if uid >= int(found[1])] or list(box.mails)[-1:]
                    self.wfile.write(f"* SEARCH {' '.join(map(str, uids))}\r\n".encode())
                elif found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
                    body = box.mails[int(found[1])][: int(found[2])]
                    size = box.lie or len(body)
                    if box.breaks_off:
                        self.wfile.write(f"* 1 FETCH (BODY[]<0> {{{size}}}\r\n".encode() + body[: size // 2])
                        return
                    self.wfile.write(
                        f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{size}}}\r\n".encode() + body + b")\r\n"
                    )
                elif command == "LOGOUT":
                    self.wfile.write(b"* BYE\r\n" + tag.encode() + b" OK done\r\n")
                    return
                self.wfile.write(tag.encode() + b" " + status + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, block_on_close = True, False

        def get_request(self) -> tuple[Any, Any]:
            connection, address = super().get_request()
            return (context.wrap_socket(connection, server_side=True) if context else connection), address

        def handle_error(self, *_: object) -> None:
            pass  # a client that hangs up

    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
    with Server(("127.0.0.1", 0), Session) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield box
        server.shutdown()


def tls_visitor(box: Mailbox) -> Visitor:
    """Return a visitor of a mailbox over TLS."""
    url = f"imaps://me%40example.org@127.0.0.1:{box.port}/INBOX"
    return Visitor(build(settings(url, password_env="BOX_PASSWORD")))


def settings(url: str, **options: str) -> SourceSettings:
    """Return a mailbox's settings."""
    return SourceSettings("box", "mailbox", url, tuple(options.items()), official=True)


def visitor(box: Mailbox, folder: str = "INBOX") -> Visitor:
    """Return a visitor of the mailbox."""
    url = f"imap://me%40example.org@127.0.0.1:{box.port}/{folder}"
    return Visitor(build(settings(url, password_env="BOX_PASSWORD")))


def test_each_mail_comes_once_and_none_is_touched(mailbox: Mailbox):
    """A reader that marks mails as read, or brings them twice, is not let near a mailbox again."""
    mailbox.mails = {3: mail("a"), 9: mail("b", "Second")}
    visits = visitor(mailbox)
    first = visits.visit()
    assert ids(first) == ["a@agency.test", "b@agency.test"]
    assert (first.documents[1].title, first.documents[1].text, first.documents[1].official) == (
        "Second",
        "The text.",
        True,
    )
    assert ids(visits.visit()) == []
    mailbox.mails[12] = mail("c")
    assert ids(visits.visit()) == ["c@agency.test"]
    assert not any(re.match("SELECT|STORE|UID STORE|EXPUNGE", command) for command in mailbox.asked)


def test_new_validity_reads_anew(mailbox: Mailbox):
    """A folder that was rebuilt counts from one again: going by the old number would lose every new mail."""
    mailbox.mails = {90: mail("a")}
    visits = visitor(mailbox)
    visits.visit()
    mailbox.validity, mailbox.mails = 8, {1: mail("b")}
    assert ids(visits.visit()) == ["b@agency.test"]


def test_our_own_mails_start_no_loop(mailbox: Mailbox):
    """An alert that is read as news would make the next alert, for ever."""
    mailbox.mails = {1: mail("a", extra="X-Watchlist-Reason: digest\r\n"), 2: mail("b")}
    assert ids(visitor(mailbox).visit()) == ["b@agency.test"]


def test_a_batch_a_visit(mailbox: Mailbox):
    """After a long absence nothing is skipped: the oldest come first, the rest with the next visits."""
    mailbox.mails = {1: mail("first")}
    visits = visitor(mailbox)
    visits.visit()
    mailbox.mails |= {uid: mail(str(uid)) for uid in range(2, 72)}
    assert len(visits.visit().documents) == 50
    assert ids(visits.visit())[-1] == "71@agency.test"


def test_failures_are_one_line_and_tell_no_secret(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch):
    """A wrong password, folder or size, or no server: said plainly, and nothing is passed over."""
    mailbox.mails = {1: mail("a")}
    wrong = visitor(mailbox, "Nowhere").visit()
    visits = visitor(mailbox)
    mailbox.lie = 5_000_000_000
    huge = visits.visit()
    monkeypatch.setenv("BOX_PASSWORD", "other-secret")
    refused = visits.visit()
    monkeypatch.delenv("BOX_PASSWORD")
    without = visits.visit()
    for read, reason in (
        (wrong, "Nowhere"),
        (huge, "5,000,000,000"),
        (refused, "refuses"),
        (without, "BOX_PASSWORD"),
    ):
        (error,) = read.errors
        assert reason in str(error)
        assert "secret" not in str(error)
        assert "\n" not in str(error)
    monkeypatch.setenv("BOX_PASSWORD", PASSWORD)
    mailbox.lie = 0
    assert ids(visits.visit()) == ["a@agency.test"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("imap://me@mail.example.org/INBOX", "in clear"),
        ("imaps://me:word@mail.example.org/INBOX", "no password"),
        ("https://mail.example.org", "must be a mailbox"),
    ],
)
def test_bad_settings_are_told(url: str, reason: str):
    """A password must neither stand in a file nor travel in clear."""
    with pytest.raises(ConfigError, match=reason):
        build(settings(url, password_env="BOX_PASSWORD"))


def test_over_tls_only_with_a_certificate_that_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Newsletters come over the open net: who stands between must neither read the password nor write the news."""
    monkeypatch.setenv("BOX_PASSWORD", PASSWORD)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with serving(authority.issue_cert("127.0.0.1")) as box:
        box.mails = {3: mail("a")}
        (unknown,) = tls_visitor(box).visit().errors
        assert "no safe connection" in str(unknown)
        assert box.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        visits = tls_visitor(box)
        assert ids(visits.visit()) == ["a@agency.test"]
        assert visits.visit().not_modified
    with serving(authority.issue_cert("elsewhere.test")) as box:
        (wrong,) = tls_visitor(box).visit().errors
        assert "no safe connection" in str(wrong)
        assert box.asked == []


def test_a_server_that_drips_is_cut_off(mailbox: Mailbox):
    """Every byte renews a socket's patience: one slow server must not hold a round for ever."""
    mailbox.mails, mailbox.drips = {1: mail("a")}, True
    url = f"imap://me@127.0.0.1:{mailbox.port}/INBOX"
    visits = Visitor(MailboxSource("box", url, "BOX_PASSWORD", seconds=0.3))
    (error,) = visits.visit().errors
    assert "took longer than 0.3 s" in str(error)
    mailbox.drips = False
    assert ids(visits.visit()) == ["a@agency.test"]


def test_a_mail_that_breaks_off_comes_whole_the_next_time(mailbox: Mailbox):
    """Half a mail may lack the one name that counts, and must not be marked as read."""
    mailbox.mails = {1: mail("a"), 2: mail("b")}
    visits = visitor(mailbox)
    mailbox.breaks_off = True
    cut = visits.visit()
    assert cut.documents == ()
    assert len(cut.errors) == 1
    mailbox.breaks_off = False
    assert ids(visits.visit()) == ["a@agency.test", "b@agency.test"]


def test_a_mailbox_is_added_by_its_address(cli: Cli):
    """What `watchlist sources add` is given is an address; a password on it would end in a file."""
    address = "imaps://me%40example.org@mail.example.org/Alerts"
    code, _, said = cli("sources", "add", address)
    assert code == 2
    assert "--option password_env=NAME" in said
    code, told, said = cli("sources", "add", address, "--option", "password_env=BOX_PASSWORD")
    assert (code, said) == (0, "")
    assert "Added mail-example-org-alerts: the mailbox Alerts on mail.example.org" in told
    code, _, said = cli("sources", "add", "imaps://me:word@mail.example.org/INBOX")
    assert code == 2
    assert "no password in the address" in said
    assert "word@" not in said
