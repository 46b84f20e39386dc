"""Mail through a server: STARTTLS or TLS, AUTH, certificate checked. The only place that imports smtplib."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from alerts.ledger.posts import Claim
from watchlist.config import SmtpSettings
from watchlist.errors import ConfigError, DeliveryError

DATA_TIMEOUT = 600.0
"""Seconds to wait for the answer after the message's text (RFC 5321 4.5.3.2.6): giving up early sends it twice."""

MOST_PER_CONNECTION = 100

_LOGIN_WANTED = (530, 534, 535, 538)
"""Answers about the login (RFC 4954), whichever command they come to."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SmtpTransport:
    """One mail server; the connection is kept between messages and made anew when it broke. Not thread-safe."""

    def __init__(
        self,
        settings: SmtpSettings,
        sender: str,
        *,
        password: str | None = None,
        data_timeout: float = DATA_TIMEOUT,
        local_hostname: str | None = None,
    ) -> None:
        if settings.security == "none" and settings.host not in _LOOPBACK:
            raise ConfigError(
                f"smtp.security 'none' is for a server on this machine only; for {settings.host} use 'starttls' or 'tls'",
                key="mail.smtp.security",
            )
        self._settings = settings
        self._sender = sender
        self._password = password if password is not None else settings.password
        self._data_timeout = data_timeout
        self._local_hostname = local_hostname
        self._server: smtplib.SMTP | None = None
        self._sent = 0
        self.name = f"smtp {settings.host}:{settings.port}"

    @property
    def place(self) -> str:
        """Name the way out for a person (never with the password)."""
        user = f"{self._settings.username} at " if self._settings.username else ""
        return f"{user}{self._settings.host}:{self._settings.port} ({self._settings.security})"

    def send(self, held: Claim, before_data: Callable[[], bool]) -> None:
        """Hand over one message; ``before_data`` is called right before its text goes out (False stops it).

        Raises DeliveryError: ``permanent`` for a 5xx on this message or address, ``channel`` when the server cannot
        be used at all; ``code`` is None when no answer came (after DATA: nobody knows whether it has the message).
        """
        try:
            self._hand_over(self._connected(), held, before_data)
        except DeliveryError:
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise DeliveryError(f"{self.name}: {_said(error)}") from error
        self._sent += 1
        if self._sent >= MOST_PER_CONNECTION:
            self.close()

    def _hand_over(self, server: smtplib.SMTP, held: Claim, before_data: Callable[[], bool]) -> None:
        code, answer = server.mail(self._sender)
        if code == 421 or code == -1:
            self._drop()
            raise DeliveryError(f"{self.name}: {_text(answer)}", code=code if code > 0 else None)
        if code != 250:
            self._reset()
            raise self._refused(f"sender {self._sender}", code, answer, channel=code >= 500)
        code, answer = server.rcpt(held.address)
        if code not in (250, 251):
            self._reset()
            raise self._refused(f"recipient {held.address}", code, answer)
        if not before_data():
            self._reset()
            raise DeliveryError("another process took this message over")
        if server.sock is not None:
            server.sock.settimeout(self._data_timeout)
        try:
            code, answer = server.data(held.mime)
        except smtplib.SMTPDataError as error:  # the server refused the DATA command itself: nothing went out
            self._reset()
            raise self._refused("message", error.smtp_code, error.smtp_error) from error
        if server.sock is not None:
            server.sock.settimeout(self._settings.timeout)
        if code != 250:
            self._reset()
            raise self._refused("message", code, answer)

    def _refused(self, what: str, code: int, answer: bytes | str, *, channel: bool = False) -> DeliveryError:
        """Tell a refusal for good (5xx) from one for now (4xx), and of a message from one of us.

        A server that does not take our sender, or wants a login first, would refuse every message.
        """
        if code <= 0:
            return DeliveryError(f"{self.name}: the connection broke")
        return DeliveryError(
            f"{self.name}: {what} refused: {code} {_text(answer)}",
            permanent=500 <= code < 600,
            channel=channel or code in _LOGIN_WANTED,
            code=code,
        )

    def _connected(self) -> smtplib.SMTP:
        """Return a live connection: the kept one if it still answers, else a new one."""
        if self._server is not None:
            try:
                if self._server.rset()[0] == 250:
                    return self._server
            except (smtplib.SMTPException, OSError):
                pass
            self._drop()
        self._server = self._connect()
        self._sent = 0
        return self._server

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            context = _context(settings)
            server: smtplib.SMTP
            if settings.security == "tls":
                server = smtplib.SMTP_SSL(
                    settings.host,
                    settings.port,
                    local_hostname=self._local_hostname,
                    timeout=settings.timeout,
                    context=context,
                )
            else:
                server = smtplib.SMTP(
                    settings.host,
                    settings.port,
                    local_hostname=self._local_hostname,
                    timeout=settings.timeout,
                )
            self._server = server
            if settings.security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if settings.username:
                server.login(settings.username, self._password or "")
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            permanent = error.smtp_code >= 500
            reason = (
                "the server refuses user name or password"
                if permanent
                else "the server cannot check the password now"
            )
            raise DeliveryError(
                f"{self.name}: {reason} ({error.smtp_code})", channel=True, code=error.smtp_code
            ) from None
        except ssl.SSLCertVerificationError as error:
            self._drop()
            raise DeliveryError(
                f"{self.name}: the server's certificate is not trusted ({error.verify_message});"
                " set mail.smtp.ca_file for a private authority",
                channel=True,
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            self._drop()
            raise DeliveryError(
                f"{self.name}: {error} (security = {settings.security!r})", channel=True
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            code = getattr(error, "smtp_code", None)
            raise DeliveryError(
                f"{self.name}: cannot connect: {_said(error)}", channel=True, code=code
            ) from error
        return server

    def _reset(self) -> None:
        """Forget the message begun, so that the next one starts clean."""
        try:
            if self._server is not None:
                self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        """Close the connection without a word."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.close()

    def probe(self) -> str:
        """Connect, encrypt and log in, but send nothing; say in a line what worked. Raises DeliveryError."""
        try:
            self._connected()
        finally:
            self.close()
        login = ", login accepted" if self._settings.username else ", without login"
        return f"{self.place}: connected{login}"

    def close(self) -> None:
        """Say goodbye to the server."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()


def _context(settings: SmtpSettings) -> ssl.SSLContext:
    """Return a context that checks certificate and host name."""
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except OSError as error:
        raise DeliveryError(
            f"{settings.ca_file}: the file of certificate authorities cannot be read ({error.strerror or error})",
            channel=True,
        ) from error


def _said(error: Exception) -> str:
    """Say in a few words what went wrong with a connection."""
    if isinstance(error, TimeoutError) or "timed out" in str(
        error
    ):  # smtplib wraps the latter in "disconnected"
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "the host name is not known"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the server closed the connection"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:200]
