"""What a mail says of a row or line, as plain words in the reader's language. Pure; escaping is the template's."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from alerts.model import BlindSpot, CaseHistory, CaseStep, Digest, Line, MailKind, Row, Section
from alerts.words import Words
from watchlist.actions.authorities import directory
from watchlist.model import ActionKind, ReportChange, Stage, Verdict

LONGEST_NAME = 80
LONGEST_SUBJECT = 180

_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")


@lru_cache(maxsize=16_384)
def plain(text: str, limit: int | None = None) -> str:
    """Make hostile text fit to be shown on one line: no controls, no direction tricks, no lone surrogates.

    Right-to-left text is isolated, so that it cannot turn its surroundings around.
    """
    text = _INVISIBLE.sub("", _BIDI_CONTROLS.sub("", text))
    text = "".join(
        "�" if "\ud800" <= ch <= "\udfff" else " " if unicodedata.category(ch) in ("Cc", "Zl", "Zp") else ch
        for ch in text
    )
    text = re.sub(r"\s+", " ", text).strip()
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(ch) in ("R", "AL", "AN") for ch in text):
        text = f"\u2068{text}\u2069"
    return text


def piece(text: str) -> str:
    """Like ``plain`` for a piece of a sentence: blanks at its ends stay."""
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() else ""
    core = plain(text)
    return f"{left}{core}{right}" if core else (left or right)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything a template can say about a mail."""

    words: Words
    mail: Digest

    def tag(self, line: Line, section: Section = Section.ACTION) -> str:
        """Return the word in capitals that says how bad it is ("BANNED", "PROPOSED")."""
        if section is Section.POSSIBLE:
            return self.words.say("tag.possible")
        if line.overtaken is not None and section is Section.ACTION:
            return self.words.say("tag.past")
        if line.kind in (ReportChange.CORRECTED, ReportChange.AMENDED, ReportChange.CONFIRMED):
            return self.words.say(f"tag.{line.kind.value}")
        if line.action is None or section is Section.MENTION:
            return self.words.say("tag.mention")
        if line.stage not in (None, Stage.ADOPTED):
            return self.words.say(f"tag.{line.stage}")
        return self.words.say(f"tag.{line.action.value}")

    def names(self, entries: Iterable[str], most: int = 3) -> str:
        """Return the first few names, and how many more."""
        kept = list(entries)
        shown = ", ".join(plain(name, LONGEST_NAME) for name in kept[:most])
        more = len(kept) - most
        if more <= 0:
            return shown
        return f"{shown} {self.words.say('subject.more', n=more)}"

    def who(self, line: Line, most: int = 3) -> str:
        """Return the names of a line, with the owner the text acts on: "Alipay (Ant Group)"."""
        shown = self.names(line.entries, most)
        return f"{shown} ({plain(line.via, LONGEST_NAME)})" if line.via else shown

    def authority(self, name: str) -> str:
        """Return an authority's name: in the reader's language, else as the directory has it; an unknown id as it is."""
        if self.words.language == "en":
            return plain(directory().short(name), LONGEST_NAME)
        return self.words.find("authority", name) or plain(directory().short(name), LONGEST_NAME)

    def step(self, line: Line) -> str:
        """Return what is done, by whom and from when: "transaction ban by US President, effective 19 Feb 2021"."""
        if line.action is None:
            return self.words.say("step.mention")
        action = self.words.say(f"action.{line.action.value}")
        stage = line.stage if line.stage not in (None, Stage.ADOPTED) else None
        key = ("by" if line.authority else "alone") + ("_stage" if stage else "")
        said = self.words.say(
            f"step.{key}",
            action=action,
            stage=self.words.say(f"stage.{stage.value}") if stage else "",
            authority=self.authority(line.authority) if line.authority else "",
        )
        parts = [said]
        today = self.mail.now.astimezone(self.words.zone).date()
        if line.effective:
            over = line.overtaken is not None or (line.until is not None and line.until < today)
            past = stage is None and line.effective <= today and not over
            parts.append(
                self.words.say(
                    "step.in_force" if past else "step.effective", day=self.words.day(line.effective)
                )
            )
        if line.until:
            parts.append(self.words.say("step.until", day=self.words.day(line.until)))
        if line.overtaken is not None:
            later = self.stage_of(line.overtaken, line.action)
            parts.append(self.words.say("step.then", step=later))
        if line.via and line.share is not None:
            parts.append(
                self.words.say(
                    "step.via_indirect" if line.indirect else "step.via_share", share=f"{line.share:g}"
                )
            )
        return self.comma.join(parts)

    @property
    def comma(self) -> str:
        """Return the language's comma."""
        return "，" if self.words.language == "zh" else ", "

    @property
    def colon(self) -> str:
        """Return the language's colon."""
        return "：" if self.words.language == "zh" else ": "

    def stage_of(self, step: CaseStep, main: ActionKind | None = None) -> str:
        """Return a step of a case in short: "proposed 3 Mar 2026"; with the action where it is another than ``main``."""
        words = self.words
        if step.action is main:
            said = words.say(f"stage.{(step.stage or Stage.ADOPTED).value}")
        else:
            said = words.say(
                "step.alone_stage",
                action=words.say(f"action.{step.action.value}"),
                stage=words.say(f"stage.{(step.stage or Stage.ADOPTED).value}"),
            )
        return f"{said} {words.day(step.day)}" if step.day else said

    def history(self, past: CaseHistory) -> list[tuple[str, bool]]:
        """Return the steps of a case in words, oldest first, each with whether this mail tells it; [] for one alone."""
        if len(past.steps) < 2:
            return []
        main = past.steps[-1].action
        first = self.stage_of(past.steps[0], None if any(s.action is not main for s in past.steps) else main)
        return [(first, past.steps[0].current)] + [
            (self.stage_of(step, main), step.current) for step in past.steps[1:]
        ]

    def told_before(self, past: CaseHistory) -> str:
        """Return what the reader was told of the case last, and when; empty when this is his first mail of it."""
        if past.told is None or past.told_at is None:
            return ""
        main = past.steps[-1].action if past.steps else past.told.action
        day = self.words.day(past.told_at.astimezone(self.words.zone).date())
        return self.words.say("text.told_before", day=day, step=self.stage_of(past.told, main))

    def changed(self, line: Line) -> str:
        """Return what an amendment changed, against what the reader was told: "was: possible match"; else empty."""
        was, words = line.before, self.words
        if was is None or line.kind is not ReportChange.AMENDED:
            return ""
        said = []
        if was.verdict is Verdict.POSSIBLE:
            said.append(words.say("text.was_possible"))
        if was.event.authority and was.event.authority != line.authority:
            said.append(self.authority(was.event.authority))
        for key, before, now in (
            ("step.effective", was.event.effective, line.effective),
            ("step.until", was.event.until, line.until),
        ):
            if before != now:
                said.append(
                    words.say(key, day=words.day(before)) if before else words.say("text.was_undated")
                )
        return words.say("text.was", before=self.comma.join(dict.fromkeys(said))) if said else ""

    def verdict(self, row: Row) -> str:
        """Return one row in a sentence: who, what, by whom, when."""
        line = row.lines[0]
        return f"{self.who(line)}{self.colon}{self.step(line)}"

    def counts(self) -> str:
        """Return "2 bans, 1 proposed, 4 mentions"; empty when only possible matches are there."""
        return self.comma.join(self.words.say(f"bucket.{bucket}", n=n) for bucket, n in self.mail.counts)

    def left_out(self) -> str:
        """Return the names whose matches were left out by dismissals: "Target (2), Delta (1)"."""
        shown = [f"{plain(name, LONGEST_NAME)} ({count})" for name, count in self.mail.left_out[:5]]
        return self.comma.join(shown) + ("…" if len(self.mail.left_out) > 5 else "")

    def changes(self) -> str:
        """Return "2 new, 1 confirmed"."""
        return self.comma.join(self.words.say(f"change.{kind}", n=n) for kind, n in self.mail.changes)

    def title(self, row: Row) -> str:
        """Return the leading document's title."""
        return plain(row.sources[0].title, 160) if row.sources else ""

    def blind_spot(self, spot: BlindSpot) -> str:
        """Return "OFAC list: not read for 26 h (503)"."""
        source = plain(spot.source, LONGEST_NAME)
        if spot.hours is None:
            said = self.words.say("text.never_read", source=source)
        elif spot.hours < 1:
            said = self.words.say("text.unread_failing", source=source)
        elif spot.hours < 72:
            said = self.words.say("text.unread", source=source, n=spot.hours)
        else:
            said = self.words.say("text.unread_days", source=source, n=spot.hours // 24)
        return f"{said} ({plain(spot.problem, 120)})" if spot.problem else said

    def subject(self) -> str:
        """Return the mail's subject: facts first, nothing of possible matches, one line, at most 180 characters."""
        mail, say = self.mail, self.words.say
        day = self.words.short_day(mail.now)
        brand = say("subject.brand")
        match mail.kind:
            case MailKind.TEST:
                text = say("subject.test", brand=brand)
            case MailKind.QUIET:
                key = "trouble" if mail.trouble else "quiet" if mail.sources_total else "quiet_none"
                text = say(
                    f"subject.{key}",
                    brand=brand,
                    day=day,
                    healthy=mail.sources_healthy,
                    total=mail.sources_total,
                )
            case MailKind.ALERT if mail.all_rows:
                row = mail.all_rows[0]
                line = row.lines[0]
                key = "alert" if line.action else "alert_mention"
                text = say(
                    f"subject.{key}",
                    tag=self.tag(line, row.section),
                    names=self.who(line, 2),
                    step=self.step(line),
                    title=self.title(row),
                )
            case _:
                counts = self.counts()
                key = "digest" if counts else "digest_none"
                text = say(f"subject.{key}", brand=brand, day=day, counts=counts)
        return one_line(text, LONGEST_SUBJECT)

    def preheader(self) -> str:
        """Return the line that mail clients show after the subject: the next facts."""
        mail = self.mail
        if mail.kind is MailKind.TEST:
            return self.words.say("text.test")
        if mail.kind is MailKind.QUIET or not mail.all_rows:
            return self.words.say("text.quiet")
        if mail.kind is MailKind.ALERT:
            row = mail.all_rows[0]
            return plain(row.passages[0].text, 160) if row.passages else self.title(row)
        shown = [row for row in mail.all_rows if row.section is not Section.POSSIBLE] or list(mail.possible)
        return one_line(
            " · ".join(f"{self.tag(r.lines[0], r.section)} {self.who(r.lines[0], 2)}" for r in shown[:4]), 160
        )


def one_line(text: str, limit: int) -> str:
    """One safe line without the isolates (a whole line needs none around itself; inner ones are kept)."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    inner = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()
    if len(inner) <= limit:
        return inner
    cut = inner[: limit - 1].rstrip() + "…"
    return cut + "\u2069" * (cut.count("\u2068") - cut.count("\u2069"))
