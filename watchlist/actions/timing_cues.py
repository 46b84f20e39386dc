"""The words beside a date that tell what it is the date of, compiled from ``data/dates.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from watchlist.actions.dates import CJK, DateMention, date_words, either
from watchlist.actions.needles import Sought

CUE = 90
"""How far from a date, in characters, the words that tell its meaning may stand."""


@dataclass(frozen=True, slots=True)
class Cues:
    """One language's cues; each is compiled when it is first looked for."""

    before: tuple[tuple[str, Sought], ...]
    after: tuple[tuple[str, Sought], ...]
    clause: Sought
    whole: Sought
    immediate: Sought
    future: Sought
    bound: Sought
    duty: Sought
    other: Sought
    past: Sought
    within: Sought
    grace: Sought
    lasting: Sought
    anaphor: Sought
    also: Sought


_FILLER = (
    r"(?:[\s,]{1,2}(?:the|at|on|of|midnight|noon|\d{1,2}(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?|[ap]\.?m\.?|eastern|daylight|standard|time"
    r"|local|e[ds]?t|gmt|end|close|business|at least|next|coming|this|early|late|mid|about|one|a|minutes?|past|le|la|el|del|las|den|dem|am|zum"
    r"|des|der|du|au|dnia|dniem|يوم|صباح|مساء|часов|полуночи|утра|вечера)){0,8}[\s,]{0,2}$"
)


#: A user's own words of one language: (key of the shipped table, patterns).
OwnWords = tuple[tuple[str, tuple[str, ...]], ...]
NO_WORDS: Mapping[str, OwnWords] = {}

_SINGLE = (
    "whole", "immediate", "future", "bound", "duty", "other", "past", "within", "grace", "lasting", "anaphor", "also",
)  # fmt: skip


def word_lists(lang: str) -> frozenset[str]:
    """Return the keys of a language's table that a user's own words may join."""
    table = date_words(lang).table
    grouped = {f"{group}.{role}" for group in ("before", "after", "clause") for role in table.get(group, {})}
    return frozenset({*grouped, *_SINGLE})


def _joined(table: Mapping[str, Any], own: OwnWords) -> Mapping[str, Any]:
    """Return a language's table with the user's words at their places."""
    joined = dict(table)
    for key, forms in own:
        group, _, role = key.partition(".")
        if role:
            joined[group] = {**joined.get(group, {}), role: [*joined.get(group, {}).get(role, ()), *forms]}
        else:
            joined[group] = [*joined.get(group, ()), *forms]
    return joined


def cues(lang: str, own: OwnWords = ()) -> Cues:
    """Return one language's compiled cues; ``lang`` must be one of ``dates.languages()``; ``own`` words join them."""
    return _compiled(lang, own)


@cache
def _compiled(lang: str, own: OwnWords) -> Cues:
    table = _joined(date_words(lang).table, own)
    cjk = lang in CJK
    edge = "" if cjk else r"(?<!\w)"
    filler = r"[\s，、:：]{0,2}$" if cjk else rf"(?!\w){_FILLER}"
    after = r"" if cjk else r"[\s,]{0,2}"
    end = "" if cjk else r"(?!\w)"

    def words(key: str) -> Sought:
        found = table.get(key, ())
        stem = "" if cjk or lang == "ru" else r"(?!\w)"
        return Sought(f"{edge}(?:{either(found)}){stem}")

    def spelled(key: str) -> Sought:
        """Return how a distance itself begins, or is written as a whole."""
        return Sought(f"(?:{either(table.get(key, ()))}){end}")

    return Cues(
        tuple(
            (role, Sought(f"{edge}(?:{either(forms)}){filler}"))
            for role, forms in table["before"].items()
            if forms
        ),
        tuple(
            (role, Sought(f"{after}(?:{either(forms)}){end}"))
            for role, forms in table.get("after", {}).items()
            if forms
        ),
        Sought(f"(?:{either(table['clause']['start'])})"),
        Sought(f"{edge}(?:{either(table['whole'])})"),
        words("immediate"),
        words("future"),
        words("bound"),
        words("duty"),
        words("other"),
        words("past"),
        spelled("within"),
        spelled("grace"),
        spelled("lasting"),
        Sought(rf"[\s\"“'«（(]{{0,3}}(?:{either(table.get('anaphor', ()))})"),
        words("also"),
    )


def beside(cues: Cues, left: str, right: str) -> str:
    """Return the role that the words directly before (``left``) or after a date give it; ``bare`` without any."""
    for role in ("moved", "since", "expired", "comply", "deadline", "start", "given"):
        for name, pattern in cues.before:
            if name == role and pattern.search(left):
                return role
    for role in ("moved", "comply", "deadline", "start"):
        for name, pattern in cues.after:
            if name == role and pattern.match(right):
                return role
    return "bare"


_CLAUSE = re.compile(r"[;；。!?\n،؛—–]|,\s(?:and|but|while|which)\s|\.\s")


def clause_of(text: str, mention: DateMention) -> tuple[int, int]:
    """Return the bounds of the stretch between clause marks around a date, at most ``CUE`` characters on each side."""
    low, high = max(0, mention.start - CUE), min(len(text), mention.end + CUE)
    for hit in _CLAUSE.finditer(text, low, mention.start):
        low = hit.end()
    after = _CLAUSE.search(text, mention.end, high)
    return low, after.start() if after else high
