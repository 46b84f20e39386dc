"""Date expressions in text, in eleven languages: where they stand and what they can mean.

Words and formats are data (``data/dates.toml``). A mention is resolved against the day of publication and a
direction that the caller reads from the grammar around it; what cannot be resolved exactly stays None.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from watchlist.actions import tables
from watchlist.actions.needles import Sought, fold
from watchlist.text.later import later

CJK = frozenset({"zh", "ja", "ko"})
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_YEAR = r"(?:19|20)\d\d|[１２][\d０-９]{3}|[١٢][٠-٩]{3}|二[〇零一二三四五六七八九]{3}"


class Direction(StrEnum):
    """Which way from the publication an incomplete date lies."""

    PAST = "past"
    FUTURE = "future"
    NEAR = "near"


class Anchor(StrEnum):
    """What a distance ("in 45 days") counts from."""

    DOCUMENT = "document"
    PUBLICATION = "publication"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class DateMention:
    """One date expression: ``start`` and ``end`` index the text; unknown parts are None.

    ``weekday`` counts from Monday = 0. ``year_shift`` is -1, 0 or 1 for "last year", "this year", "next year".
    ``step`` is -1, 0 or 1 for "last", "this", "next" beside a weekday. ``offset`` is (number, unit) of a
    distance, counted from ``anchor``; a day named "today" or "tomorrow" is an offset of 0 or 1 days with
    ``spoken`` set.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    step: int | None = None
    year_shift: int | None = None
    offset: tuple[int, str] | None = None
    anchor: Anchor = Anchor.DOCUMENT
    spoken: bool = False

    @property
    def exact(self) -> bool:
        """Tell whether the mention needs nothing but itself."""
        return self.year is not None and self.month is not None and self.day is not None

    def resolve(
        self,
        published: date | None,
        direction: Direction,
        *,
        printed: date | None = None,
        signed: date | None = None,
    ) -> date | None:
        """Return the day meant, or None when it does not follow from the text and its date.

        ``published`` is the text's day; ``printed`` the official journal's and ``signed`` the act's, where known.
        """
        if self.exact:
            return _day(self.year, self.month, self.day)
        if self.offset is not None:
            origin = {Anchor.PUBLICATION: printed, Anchor.SIGNATURE: signed}.get(self.anchor, published)
            return shift(origin, *self.offset) if origin else None
        if published is None:
            return None
        if self.day is None:
            return self._weekday(published, direction)
        if self.month is None:
            return _nearest_day(self.day, published, direction)
        if self.year_shift is not None:
            return _day(published.year + self.year_shift, self.month, self.day)
        return _nearest_year(self.month, self.day, published, direction)

    def _weekday(self, published: date, direction: Direction) -> date | None:
        if self.weekday is None:
            return None
        back = (published.weekday() - self.weekday) % 7
        ahead = (self.weekday - published.weekday()) % 7
        if self.step == 1:
            return published + timedelta(days=ahead or 7)
        if self.step == -1:
            return published - timedelta(days=back or 7)
        return published + timedelta(days=ahead if direction is Direction.FUTURE else -back)


def shift(day: date, number: int, unit: str) -> date | None:
    """Return ``day`` plus a number of days, weeks, months or years; None beyond the calendar."""
    try:
        if unit in {"day", "week"}:
            return day + timedelta(days=number * (7 if unit == "week" else 1))
        months = day.year * 12 + day.month - 1 + number * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0)
    except (ValueError, OverflowError):
        return None


def _nearest_year(month: int, day: int, published: date, direction: Direction) -> date | None:
    """Choose the year: at most a week against the direction, else the nearest one to the publication."""
    days = [d for y in (-1, 0, 1) if (d := _day(published.year + y, month, day))]
    if direction is Direction.FUTURE:
        days = [d for d in days if (d - published).days >= -45]
        return min(days, default=None)
    if direction is Direction.PAST:
        days = [d for d in days if d <= published]
        return max(days, default=None)
    return min(days, key=lambda d: abs((d - published).days), default=None)


def _nearest_day(day: int, published: date, direction: Direction) -> date | None:
    """Choose the month of a bare day ("15日"): this month, or the one the direction asks for."""
    here = _day(published.year, published.month, day)
    if direction is Direction.FUTURE and (here is None or here < published):
        later = shift(published.replace(day=1), 1, "month")
        return _day(later.year, later.month, day) if later else None
    if direction is Direction.PAST and (here is None or here > published):
        earlier = shift(published.replace(day=1), -1, "month")
        return _day(earlier.year, earlier.month, day) if earlier else None
    return here


@dataclass(frozen=True, slots=True)
class DateWords:
    """One language's compiled table of ``data/dates.toml``."""

    lang: str
    patterns: tuple[tuple[str, Sought], ...]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    steps: Mapping[str, int]
    years: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    spoken: Mapping[str, int]
    ordinals: Mapping[str, int]
    table: Mapping[str, Any]

    def find(self, text: str) -> Iterator[DateMention]:
        """Yield every reading of every date expression; they may overlap."""
        folded = fold(text)
        for kind, pattern in self.patterns:
            for hit in pattern.finditer(text, folded):
                mention = self._read(kind, hit)
                if mention is not None:
                    yield mention

    def _read(self, kind: str, hit: re.Match[str]) -> DateMention | None:
        parts = {k: v for k, v in hit.groupdict().items() if v}
        start, end = hit.span()
        if kind == "spoken":
            return DateMention(start, end, offset=(self.spoken[hit[0].casefold()], "day"), spoken=True)
        if kind == "span":
            return self._span(parts, start, end)
        month = self._month(parts)
        if ("m" in parts or "mm" in parts) and month is None:
            return None
        return DateMention(
            start,
            end,
            year=_year(parts),
            month=month,
            day=self._day_of_month(parts),
            weekday=self.weekdays.get(parts["w"].casefold()) if "w" in parts else None,
            step=self.steps.get((parts.get("step") or parts.get("step2") or "").strip().casefold()),
            year_shift=next(
                (self.years[k] for k in ("yl", "yt", "yn") if k in parts and k in self.years), None
            ),
        )

    def _span(self, parts: Mapping[str, str], start: int, end: int) -> DateMention | None:
        number = _number(parts["n"], self.numbers)
        unit = self.units.get(parts["u"].casefold())
        if number is None or unit is None:
            return None
        anchor = (
            Anchor.PUBLICATION if "pub" in parts else Anchor.SIGNATURE if "sig" in parts else Anchor.DOCUMENT
        )
        return DateMention(start, end, offset=(number, unit), anchor=anchor)

    def _month(self, parts: Mapping[str, str]) -> int | None:
        if "m" in parts:
            return self.months.get(parts["m"].casefold().rstrip("."))
        number = _number(parts["mm"], {}) if "mm" in parts else None
        return number if number and 1 <= number <= 12 else None

    def _day_of_month(self, parts: Mapping[str, str]) -> int | None:
        if "do" in parts:
            return self.ordinals.get(parts["do"])
        return _number(parts["d"], {}) if "d" in parts else None


def _year(parts: Mapping[str, str]) -> int | None:
    if "ey" in parts:  # Reiwa 1 = 2019
        era = _number(parts["ey"], {})
        return 2018 + era if era else None
    text = parts.get("y")
    if text is None:
        return None
    digits = [_HAN_DIGITS.get(c, -1) if not c.isdigit() else int(c) for c in text]
    return int("".join(map(str, digits))) if min(digits) >= 0 else None


def _number(text: str, words: Mapping[str, int]) -> int | None:
    """Read a small number in digits of any script, in a language's words or in Han numerals."""
    if text.isdecimal():
        return int(text)
    if (known := words.get(text.casefold())) is not None:
        return known
    if not text or any(c != "十" and c not in _HAN_DIGITS for c in text):
        return None
    tens, ten, ones = text.partition("十")
    if not ten:
        return _HAN_DIGITS[text] if len(text) == 1 else None
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return None
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)


def alternatives(words: Sequence[str]) -> str:
    """Return a regex alternation of literal words, longest first; words may hold ``|`` between forms."""
    forms = {form for word in words for form in word.split("|") if form}
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


def either(patterns: Sequence[str]) -> str:
    """Return an alternation of patterns, longest first, or one that never matches."""
    return "|".join(sorted(patterns, key=lambda p: (-len(p), p))) or "(?!)"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages of the data file."""
    return tuple(tables.shipped("data", "dates.toml"))


@cache
def date_words(lang: str) -> DateWords:
    """Return one language's compiled words; ``lang`` must be one of ``languages()``."""
    table = tables.shipped("data", "dates.toml")[lang]
    cjk = lang in CJK
    months = {form.casefold(): n for n, forms in enumerate(table["months"], 1) for form in forms.split("|")}
    weekdays = {form.casefold(): n for n, forms in enumerate(table["weekdays"]) for form in forms.split("|")}
    steps = {w.casefold(): s for s, key in ((1, "next"), (-1, "last"), (0, "this")) for w in table[key]}
    spoken = {
        w.casefold().replace("['’]", mark): s
        for s, key in ((0, "today"), (-1, "yesterday"), (1, "tomorrow"), (1, "midnight"))
        for w in table[key]
        for mark in "'’"
    }
    numbers = {k.casefold(): int(v) for k, v in table["numbers"].items()}
    units = {form.casefold(): unit for unit, forms in table["units"].items() for form in forms.split("|")}
    ordinals = {form: n for n, form in enumerate(table.get("ordinals", ()), 1)}
    slots = {
        "{d}": rf"(?P<d>{_NUMBER})",
        "{mm}": rf"(?P<mm>{_NUMBER})",
        "{m}": f"(?P<m>{alternatives(table['months'])})" if months else "(?!)",
        "{m2}": f"(?:{alternatives(table['months'])})" if months else "(?!)",
        "{y}": f"(?P<y>{_YEAR})",
        "{ey}": r"(?P<ey>\d{1,2}|元)",
        "{w}": f"(?P<w>{alternatives(table['weekdays'])})",
        "{do}": f"(?P<do>{alternatives(tuple(ordinals))})" if ordinals else "(?!)",
        "{n}": rf"(?P<n>\d{{1,3}}|{alternatives(tuple(numbers))})"
        if numbers
        else r"(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})",
        "{u}": f"(?P<u>{alternatives(tuple(units))})",
    }
    left, right = (r"(?<![\d一二三四五六七八九十])", "") if cjk else (r"(?<![\w.,/-])", r"(?!\w)")
    space = r"\s{0,2}" if cjk else r"\s{1,3}"
    year_words = (("yn", table["next_year"]), ("yl", table["last_year"]), ("yt", table["this_year"]))
    year_tail = "".join(f"(?:{space}(?P<{k}>{alternatives(w)}))?" if not cjk else "" for k, w in year_words)
    year_head = "".join(f"(?:(?P<{k}>{alternatives(w)}))?" if cjk else "" for k, w in year_words)

    def fill(form: str) -> str:
        for slot, value in slots.items():
            form = form.replace(slot, value)
        return form if cjk else re.sub(r" (?!\?)", r"\\s{1,3}", form)

    patterns: list[tuple[str, str]] = []
    for form in table["formats"]:
        tail = "" if "{y}" in form or "{ey}" in form else year_tail
        head = "" if "{y}" in form or "{ey}" in form else year_head
        patterns.append(("date", f"{left}{head}{fill(form)}{tail}{right}"))
    step = alternatives(tuple(steps))
    ahead = "" if cjk else left
    weekday = f"(?:(?P<step>{step}){space})?{slots['{w}']}(?:{space}(?P<step2>{step}))?"
    patterns.append(("date", f"{ahead}{weekday}{right}"))
    patterns.append(("spoken", f"{ahead}(?:{_spoken(table)}){right}"))
    patterns.extend(("span", pattern) for pattern in _spans(table, fill, cjk, left, right, space))
    return DateWords(
        lang,
        tuple((kind, Sought(pattern)) for kind, pattern in patterns),
        months,
        weekdays,
        steps,
        {"yn": 1, "yl": -1, "yt": 0},
        numbers,
        units,
        spoken,
        ordinals,
        table,
    )


def _spans(
    table: Mapping[str, Any], fill: Callable[[str], str], cjk: bool, left: str, right: str, space: str
) -> Iterator[str]:
    """Yield the patterns of distances; what they count from stands before them in CJK, else after."""
    anchors = [
        f"(?P<{key}>{either(table[name])})"
        for key, name in (("pub", "published"), ("sig", "signed"), ("rel", "released"))
        if table.get(name)
    ]
    for form in table["spans"]:
        body = f"(?:{anchors[0]}{space})?{fill(form)}" if cjk and anchors else fill(form)
        yield f"{'' if cjk else left}{body}{right}"
    for form in table.get("counted", ()):
        yield f"{left}{fill(form)}{space}(?:{'|'.join(anchors)}){right}"


def _spoken(table: Mapping[str, Any]) -> str:
    return alternatives([w for key in ("today", "yesterday", "tomorrow", "midnight") for w in table[key]])


_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", later(r"[\uac00-\ud7af]")),
    ("zh", later(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)


def languages_of(text: str, lang: str | None) -> tuple[str, ...]:
    """Return the languages to read a text in: the one told, else by script, with English for Latin letters."""
    known = (lang or "").lower().split("-")[0].split("_")[0]
    if known in languages():
        return (known,) if known in {"en", *CJK, "ru", "ar"} else (known, "en")
    for name, pattern in _SCRIPTS:
        if pattern.search(text):
            return (name,)
    return ("en", "de", "fr", "es", "pl")


def find_dates(text: str, langs: Sequence[str]) -> tuple[DateMention, ...]:
    """Return the date expressions of a text in order, the longest reading where several overlap."""
    found = sorted(
        (m for lang in langs for m in date_words(lang).find(text)),
        key=lambda m: (m.start - m.end, m.start, m.year is None),
    )
    kept: list[DateMention] = []
    for mention in found:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda m: m.start))
