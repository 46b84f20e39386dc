"""A mail server that fails by chance, for the chaos test."""

import asyncio
import logging
import random
from collections import Counter

from aiosmtpd.smtp import SMTP, Envelope, Session
from mail_server import MailServer

FAULTS = {"hang": 0.02, "drop": 0.02, "451": 0.04, "slow": 0.03}
"""How often the mail server does what to a message's text."""

for _noisy in ("mail.log", "mail.debug"):
    logging.getLogger(_noisy).setLevel(
        logging.CRITICAL
    )  # it warns of a login without TLS, which is meant here


class FaultyMail(MailServer):
    """A mail server that hangs, drops, defers and dawdles by chance, and refuses logins in spells. All is counted."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(refuse={"gone@example.org": "550 no such user"})
        self.chance = chance
        self.calm = False
        self.refuses_logins = False
        self.faults: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        drawn = self.chance.random()
        fault = ""
        for name, share in FAULTS.items():
            if 0 <= drawn < share:
                fault = name
            drawn -= share
        if self.calm or not fault:
            return await super().handle_DATA(server, session, envelope)
        self.faults[fault] += 1
        if fault == "451":
            return "451 try later"
        answer = await super().handle_DATA(server, session, envelope)
        if fault == "drop":
            assert server.transport is not None
            server.transport.abort()
        else:
            await asyncio.sleep(0.3 if fault == "slow" else 3.0)
        return answer

    def login(self, server, session, envelope, mechanism, data):
        if self.refuses_logins:
            self.faults["535"] += 1
            data = type(data)(data.login, b"wrong")
        return super().login(server, session, envelope, mechanism, data)
