"""A real mail server on loopback, with TLS, AUTH and injected faults."""

import asyncio
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PASSWORD = "correct horse"


@dataclass
class Received:
    """One message that the server has: envelope and bytes."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """Return the parsed message."""
        parsed = message_from_bytes(self.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        """Return the Message-ID."""
        return str(self.message["Message-ID"])


@dataclass
class MailServer:
    """The server and its faults.

    ``refuse`` maps an address to the answer to its RCPT, ``refuse_sender`` is the answer to MAIL; ``answers`` are given to the next messages' DATA, in
    order, instead of 250 (the message is kept when an answer starts with ``keep:``); ``drop``: close the
    connection after the text was received, keeping it; ``hang`` is waited for before
    the answer (for ``hang_for`` only, if told); ``before_answer`` is called with each message's bytes before 250.
    """

    port: int = 0
    received: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    drop: int = 0
    refuse_sender: str | None = None
    hang: threading.Event | None = None
    hang_for: str | None = None
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    before_answer: Callable[[bytes], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_CONNECT(self, server: SMTP, session: Session, envelope: Envelope, *rest: Any) -> str:
        return "250 OK"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        got = Received(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        answer = self.answers.pop(0) if self.answers else ""
        if not answer or answer.startswith("keep:"):
            with self.lock:
                self.received.append(got)
        if self.before_answer:
            self.before_answer(content)
        if self.hang is not None and self.hang_for in (None, *envelope.rcpt_tos):
            await asyncio.get_running_loop().run_in_executor(None, self.hang.wait)
        if self.drop > 0:
            self.drop -= 1
            assert server.transport is not None
            server.transport.abort()
            return "250 never heard"
        return answer.removeprefix("keep:") or "250 OK"

    def login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        name, password = data.login.decode(), data.password.decode()
        self.logins.append(name)
        good = password == PASSWORD
        return AuthResult(success=good, handled=good)

    def counts(self) -> dict[str, int]:
        """Return how often each Message-ID was received."""
        found: dict[str, int] = {}
        for got in self.received:
            found[got.message_id] = found.get(got.message_id, 0) + 1
        return found


class Running(Controller):
    """The server's thread; ``implicit`` speaks TLS from the first byte, else STARTTLS is offered (and required)."""

    def __init__(
        self, server: MailServer, authority: trustme.CA | None, *, implicit: bool, auth: bool
    ) -> None:
        context = None
        if authority is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        options: dict[str, Any] = {}
        if context is not None and not implicit:
            options |= {"tls_context": context, "require_starttls": True}
        if auth:
            options |= {
                "authenticator": server.login,
                "auth_required": True,
                "auth_require_tls": not implicit and context is not None,
            }
        self.mail = server
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__(
                server, hostname="127.0.0.1", port=0, ssl_context=context if implicit else None,
                server_kwargs=options, ready_timeout=10,
            )  # fmt: skip

    def factory(self) -> SMTP:
        self.mail.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return super().factory()

    def _trigger_server(self) -> None:
        """Find the port that the system chose; the base class would connect to port 0."""
        assert self.server is not None
        self.mail.port = self.server.sockets[0].getsockname()[1]
        self.port = self.mail.port
        super()._trigger_server()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """Give a plain server on loopback, without TLS and login; what hangs at the end is let go."""
    mail = MailServer()
    running = Running(mail, None, implicit=False, auth=False)
    running.start()
    yield mail
    if mail.hang:
        mail.hang.set()
    running.stop()
