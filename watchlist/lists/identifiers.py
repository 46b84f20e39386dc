"""When two identifiers are the same, what that is worth, and which are mistyped. The data are ``identifiers.toml``."""

import importlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_IDLE = re.compile(r"[\s.\-–/#:]+")
_SYMBOL = re.compile(r"(?:(?P<before>[A-Za-z]+):)?(?P<symbol>[A-Za-z0-9]+)(?:[ .:](?P<after>[A-Za-z]+))?")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in comparable form: equal ones have equal ``scheme`` and ``value``.

    ``unique``: a bearer has one. ``worldwide``: no two bearers have the same.
    """

    scheme: str
    value: str
    unique: bool
    worldwide: bool


@lru_cache(maxsize=50_000)
def identifier_of(text: str) -> Identifier | None:
    """Return ``LEI:5493 001K…`` in comparable form, or None when it can be compared with nothing.

    A symbol without its market (``BABA``) is none: the same letters are another company elsewhere.
    """
    label, colon, written = text.partition(":")
    if not colon:
        return None
    names, schemes, markets = _data()
    scheme = names.get(_plain(label), _plain(label).upper())
    unique, worldwide = schemes.get(scheme, (False, False))
    value = _listed_symbol(written.strip(), markets) if scheme == "TICKER" else _plain(written).upper()
    if scheme == "IMO":
        value = value.removeprefix("IMO")
    return Identifier(scheme, value, unique, worldwide) if value else None


def slip(text: str) -> str | None:
    """Say what is wrong with an identifier by its own rules (length, letters, check digit), or None.

    A scheme that the data name no rules for is never wrong.
    """
    label, _, written = text.partition(":")
    rules = _checks().get(_plain(label))
    if rules is None:
        return None
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    try:
        importlib.import_module(f"stdnum.{rules}").validate(_IDLE.sub("", written))
    except InvalidChecksum:
        return "its check digit is wrong"
    except InvalidLength:
        return "its length is wrong"
    except ValidationError:
        return "its form is wrong"
    return None


def _plain(text: str) -> str:
    return _IDLE.sub("", text).casefold()


def _listed_symbol(written: str, markets: dict[str, str]) -> str:
    """Return a symbol with its market (``2415@CN`` of ``002415 CN``, ``002415.SZ``), or an empty string."""
    hit = _SYMBOL.fullmatch(written)
    market = markets.get((hit["after"] or hit["before"] or "").upper()) if hit else None
    return f"{hit['symbol'].upper().lstrip('0')}@{market}" if hit and market else ""


@cache
def _read() -> dict[str, Any]:
    text = (resources.files("watchlist.lists") / "identifiers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _data() -> tuple[dict[str, str], dict[str, tuple[bool, bool]], dict[str, str]]:
    read = _read()
    names = {_plain(name): scheme for scheme, row in read["scheme"].items() for name in row["names"]}
    schemes = {
        scheme: (row.get("unique", False), row.get("global", False)) for scheme, row in read["scheme"].items()
    }
    markets = {suffix: market for market, suffixes in read["market"].items() for suffix in suffixes}
    return names, schemes, markets


@cache
def _checks() -> dict[str, str]:
    return {_plain(label): rules for rules, labels in _read()["check"].items() for label in labels}
