"""What a document is compared by: its wording, its words, what survives translation, and the steps it tells."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from importlib import resources
from itertools import zip_longest
from typing import Any

from watchlist.actions.authorities import directory
from watchlist.actions.dates import Direction, find_dates, languages_of
from watchlist.model import Action, ActionKind, Document, Field, Finding, Stage, Verdict
from watchlist.text.tokens import Token, tokens

SKETCH = 128
"""How many hashes a sketch keeps: up to so many items are compared exactly, more are estimated."""
_READ = 20_000  # characters that a signature reads: a story is told at the beginning


@dataclass(frozen=True, slots=True)
class Step:
    """A step as a story knows it: an event without its row."""

    entry: str
    action: ActionKind
    stage: Stage
    authority: str | None = None
    effective: date | None = None

    @classmethod
    def of(cls, action: Action) -> "Step":
        """Return the step that an action tells."""
        return cls(action.target, action.action, action.stage, action.authority, action.effective)

    def agrees(self, other: "Step") -> bool:
        """Tell whether two reports may tell one step: what both say is equal, authorities within each other."""
        return (
            (self.entry, self.action, self.stage) == (other.entry, other.action, other.stage)
            and directory().compatible(self.authority, other.authority)
            and (self.effective is None or other.effective is None or self.effective == other.effective)
        )

    def contradicts(self, other: "Step") -> bool:
        """Tell whether two steps on one entry cannot be one: another stage of one action, another authority."""
        return self.entry == other.entry and self.action == other.action and not self.agrees(other)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is compared of a document. Sketches are sorted bottom-k hashes; equal text gives equal signatures.

    ``at`` is when it was published, else first seen. ``anchors`` are what survives rewording and translation:
    numbers with their scale (``n:140000000``), days (``d:2021-02-19``), authorities (``a:US-BIS``) and names in
    Latin letters (``w:raimondo``). ``steps`` are told as news; ``background`` are older ones told beside.
    """

    at: datetime
    lang: str
    shingles: tuple[int, ...]
    words: tuple[int, ...]
    title: tuple[str, ...]
    anchors: tuple[str, ...]
    entries: tuple[str, ...]
    steps: tuple[Step, ...]
    background: tuple[Step, ...] = ()

    @classmethod
    def of(cls, document: Document, finding: Finding, seen: datetime) -> "Signature":
        """Return the signature of a document and what was found in it."""
        body = document.text[:_READ]
        lang = languages_of(f"{document.title}\n{body}"[:3000], document.lang)[0]
        words = tokens(body)
        title = tokens(document.title)
        told = [Step.of(a) for a in finding.actions if a.new]
        older = [Step.of(a) for a in finding.actions if not a.new]
        named = {m.entry for m in finding.matches if m.verdict is Verdict.MATCH} or {
            m.entry for m in finding.matches
        }
        content = [w.text for w in words if _is_content(w.text)]
        at = document.published or seen
        return cls(
            at=at,
            lang=lang,
            shingles=_sketch(_shingles([w.text for w in words] or [w.text for w in title])),
            words=_sketch(_content(content + [w.text for w in title if _is_content(w.text)])),
            title=tuple(sorted(set(_content([w.text for w in title if _is_content(w.text)])))),
            anchors=tuple(sorted(_anchors(document, finding, words, at.date()))),
            entries=tuple(sorted(named)),
            steps=tuple(dict.fromkeys(told)),
            background=tuple(dict.fromkeys(older)),
        )


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("watchlist").joinpath("data", "stories.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _stop() -> frozenset[str]:
    return frozenset(_data()["stop"].split())


@cache
def _scales() -> Mapping[str, int]:
    return {word: int(scale) for word, scale in _data()["scales"].items()}


_LATIN_NAME = re.compile(r"[A-Z][A-Za-zÀ-ÿ0-9]+")
_NUMBER = re.compile(
    r"(?<![\w.])(\d{1,3}(?:[,   ]\d{3})+|\d+)(?:[.,](\d{1,2}))?(?!\d)[   -]?([^\W\d_]{1,10})?"
)


def _is_content(word: str) -> bool:
    return len(word) > 3 and word not in _stop() if word.isascii() else word not in _stop() and word != "&"


def _content(words: Sequence[str]) -> Iterable[str]:
    """Yield what stands for the matter: words of the spaced scripts, pairs of Han characters and kana."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if len(word) > 1:
            yield word[:7]  # a crude stem, so that inflected forms meet
        elif len(following) == 1:
            yield word + following


def _shingles(words: Sequence[str]) -> Iterable[str]:
    if len(words) < 3:
        return (" ".join(words),) if words else ()
    return (" ".join(three) for three in zip(words, words[1:], words[2:], strict=False))


def _sketch(items: Iterable[str]) -> tuple[int, ...]:
    hashes = {
        int.from_bytes(blake2b(i.encode("utf-8", "surrogatepass"), digest_size=6).digest()) for i in items
    }
    return tuple(sorted(hashes)[:SKETCH])


def _anchors(document: Document, finding: Finding, words: Sequence[Token], day: date) -> set[str]:
    text = f"{document.title}\n{document.text[: _READ // 4]}"
    spans = [(m.start, m.end) for match in finding.matches for m in match.mentions if m.field is Field.TEXT]
    inside = _within(spans)
    watched = {w.text for w in words if inside(w.start)}
    anchors = {
        f"w:{name.lower()}" for name in _LATIN_NAME.findall(text) if _names_something(name, text, watched)
    }
    named = directory().names(text)
    anchors |= {f"a:{n.authority}" for n in named if n.authority}
    anchors |= {f"c:{n.country}" for n in named if n.country}
    for mention in find_dates(text, languages_of(text[:3000], document.lang)):
        if mention.day is not None and mention.month is not None:
            found = mention.resolve(day, Direction.NEAR)
            if found:
                anchors.add(f"d:{found.isoformat()}")
    return anchors | set(_numbers(text))


def _within(spans: Iterable[tuple[int, int]]) -> Callable[[int], bool]:
    """Return what tells whether an offset lies in one of the spans; a page may repeat a name ten thousand times."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        starts.append(start)
        ends.append(max(end, ends[-1] if ends else 0))

    def inside(at: int) -> bool:
        place = bisect_right(starts, at)
        return place > 0 and at < ends[place - 1]

    return inside


def _names_something(name: str, text: str, watched: set[str]) -> bool:
    """Tell whether a capitalised word is a name: it stands inside a sentence at least once, or is all capitals."""
    lower = name.lower()
    if len(name) < 3 or lower in _stop() or lower in watched:
        return False
    return bool(re.search(rf"[a-z,]\s{re.escape(name)}\b", text)) or (name.isupper() and len(name) <= 6)


def _numbers(text: str) -> Iterable[str]:
    """Yield amounts and counts with their scale; bare one-digit numbers and years say too little."""
    scales = _scales()
    for whole, fraction, unit in _NUMBER.findall(text):
        scale = scales.get(unit.lower()) or scales.get(unit[:1], 1)
        digits = re.sub(r"\D", "", whole)
        value = int(digits[:15]) * scale + int((fraction or "0").ljust(2, "0")) * scale // 100
        if fraction and scale == 1:
            yield f"n:{digits}.{fraction.rstrip('0') or '0'}"
        elif value >= 10 and not (scale == 1 and 1900 <= value <= 2100):
            yield f"n:{value}"
