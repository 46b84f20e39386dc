"""The fixed words of mails in a reader's language; ``data/words/*.toml``. Pure.

A key that a language lacks is taken from English, so that a half-done translation still sends mail.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "zh", "de")


@cache
def _table(language: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("alerts").joinpath(f"data/words/{language}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Words:
    """Words, figures and dates in one language and time zone."""

    language: str
    zone: ZoneInfo

    def find(self, group: str, key: str, /, **values: object) -> str | None:
        """Return the words of ``group.key`` with the values put in, or None when no language has them."""
        form = _table(self.language).get(group, {}).get(key)
        if form is None:
            form = _table("en").get(group, {}).get(key)
        if isinstance(form, dict):
            form = form["one"] if values.get("n") == 1 else form["other"]
        return None if form is None else str(form).format(**values)

    def say(self, path: str, /, **values: object) -> str:
        """Return the words of ``"group.key"`` with the values put in. KeyError when no language has them."""
        if not values:
            return _fixed(self, path)
        return self._said(path, **values)

    def _said(self, path: str, /, **values: object) -> str:
        group, key = path.split(".", 1)
        said = self.find(group, key, **values)
        if said is None:
            raise KeyError(path)
        return said

    def day(self, day: date) -> str:
        """Return a date as people write it."""
        return self._date("day", day)

    def short_day(self, moment: datetime) -> str:
        """Return day and month of a moment in the reader's time zone."""
        return self._date("short", moment.astimezone(self.zone).date())

    def moment(self, moment: datetime) -> str:
        """Return a moment in the reader's time zone, with the zone's short name."""
        local = moment.astimezone(self.zone)
        return self.say(
            "date.moment",
            day=self.day(local.date()),
            h=f"{local:%H}",
            min=f"{local:%M}",
            zone=local.tzname() or "",
        )

    def _date(self, key: str, day: date) -> str:
        months: list[str] = _table(self.language)["date"]["months"]
        return self.say(f"date.{key}", d=day.day, m=day.month, month=months[day.month - 1], y=day.year)


@lru_cache(maxsize=4096)
def _fixed(words: Words, path: str) -> str:
    """Return words without values: the same for every story."""
    return words._said(path)
