"""What makes an entry: its key, its tidy form, what is refused. And advice on a new one: is it there already in another
spelling, is its name a plain word? Pure.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import resources

from watchlist.errors import EntryError
from watchlist.model import Entry

COLUMNS = ("name", "kind", "aliases", "owner", "tickers", "identifiers", "tags", "context", "not", "note")
"""An entry's columns in a file, in order; all others are kept in ``Entry.extra``."""

_MAX_NAME = 10_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def entry_key(name: str) -> str:
    """Return what two spellings of one entry share: NFKC, casefolded, blanks collapsed."""
    if name.isascii():
        return " ".join(name.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def tidy(entry: Entry) -> Entry:
    """Return the entry without outer blanks, empty values and repeated ones: the form that every file keeps."""
    return Entry(
        name=entry.name.strip(),
        kind=entry.kind,
        aliases=_distinct(entry.aliases),
        owners=entry.owners
        and tuple(dict.fromkeys(replace(owner, name=owner.name.strip()) for owner in entry.owners)),
        tickers=_distinct(entry.tickers),
        identifiers=_distinct(entry.identifiers),
        tags=_distinct(entry.tags),
        context=_distinct(entry.context),
        excluded=_distinct(entry.excluded),
        note=entry.note.strip(),
        extra=tuple((column.strip(), value) for column, value in entry.extra),
    )


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    return values and tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def check_entry(entry: Entry) -> None:
    """Raise EntryError when the entry is not usable: no name, a share outside 0 to 100, unstorable characters."""
    if not entry_key(entry.name):
        raise EntryError("an entry needs a name")
    if len(entry.name) > _MAX_NAME:
        raise EntryError(
            f"the name is {len(entry.name):,} characters long; at most {_MAX_NAME:,} are allowed"
        )
    for owner in entry.owners:
        if not owner.name.strip():
            raise EntryError("an owner needs a name; write it as `Ant Group` or `Ant Group:62%`")
        if owner.share is not None and not 0 <= owner.share <= 100:
            raise EntryError(
                f"the share of {owner.name!r} is {owner.share:g}%; it must be between 0% and 100%"
            )
    columns = [column for column, _ in entry.extra]
    if columns and ({"", *COLUMNS} & set(columns) or len(set(columns)) < len(columns)):
        raise EntryError("further columns need a name each, and each its own")
    words = (
        entry.name,
        entry.note,
        *entry.aliases,
        *entry.tickers,
        *entry.identifiers,
        *entry.tags,
        *entry.context,
        *entry.excluded,
        *(owner.name for owner in entry.owners),
        *(text for pair in entry.extra for text in pair),
    )
    for word in words:
        if _UNSTORABLE.search(word):
            raise EntryError(
                f"{word[:40]!r} holds a character that cannot be stored (NUL or half a character)"
            )


def is_surely_fine(name: str) -> bool:
    """Tell soon whether an entry of nothing but this name is tidy and usable; False where that takes a longer look."""
    return name.isprintable() and 0 < len(name) <= _MAX_NAME and name.strip() == name


def near_duplicates(entry: Entry, others: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """Return the entries that look like this one, each with the reason ("WeChatPay" beside "WeChat Pay").

    An entry of the very same key is not a near-duplicate; the caller has that case already.
    """
    found = []
    own = _spellings(entry)
    for other in others:
        if entry_key(other.name) == entry_key(entry.name):
            continue
        reason = _likeness(entry, own, other)
        if reason:
            found.append((other, reason))
    return found


def _likeness(entry: Entry, own: dict[str, str], other: Entry) -> str | None:
    theirs = _spellings(other)
    shared = [squeezed for squeezed in own if squeezed in theirs]
    if shared:
        mine, its = own[shared[0]], theirs[shared[0]]
        if entry_key(mine) == entry_key(its):
            role = "the name" if its == other.name else "an alias"
            return f"{its!r} is {role} of the entry {other.name!r}"
        return f"{mine!r} and {its!r} differ only in blanks, hyphens or accents"
    identifiers = {identifier.casefold() for identifier in entry.identifiers}
    for identifier in other.identifiers:
        if identifier.casefold() in identifiers:
            return f"both carry the identifier {identifier}"
    left, right = _squeezed(entry.name), _squeezed(other.name)
    if min(len(left), len(right)) >= 6:
        from rapidfuzz.distance import DamerauLevenshtein

        if DamerauLevenshtein.distance(left, right, score_cutoff=1) <= 1:
            return f"{entry.name!r} and {other.name!r} differ in one character"
    return None


def _spellings(entry: Entry) -> dict[str, str]:
    """Return the entry's names by their squeezed form."""
    return {_squeezed(name): name for name in reversed((entry.name, *entry.aliases)) if _squeezed(name)}


def _squeezed(name: str) -> str:
    """Return a name without accents, blanks, punctuation and a leading article, for comparison only."""
    decomposed = unicodedata.normalize("NFKD", entry_key(name))
    return "".join(c for c in decomposed if unicodedata.category(c)[0] in "LN")


def ambiguity(entry: Entry) -> str | None:
    """Say why the name alone is ambiguous ("Target", "Ant"), and what to add; None when it is not.

    An entry that has an owner, context words, a ticker or its full name as alias gives the matcher something to go by.
    """
    if (
        entry.owners
        or entry.context
        or entry.tickers
        or any(_is_fuller(alias, entry.name) for alias in entry.aliases)
    ):
        return None
    if not re.search(r"[^\W\d_]", entry.name):
        why = "has no letters"
    elif len(entry.name) <= 3 and entry.name.isascii():
        why = "is very short"
    elif is_plain_word(entry.name):
        why = "is a plain word"
    else:
        return None
    return (
        f"{entry.name!r} {why}: many texts use it for something else. Help to tell them apart with an owner, a "
        "ticker, a full name as alias or words of context (--owner, --ticker, --alias, --context)"
    )


def _is_fuller(alias: str, name: str) -> bool:
    """Say whether an alias is the name and more: Target Corporation, Ant Group."""
    words, short = entry_key(alias).split(), entry_key(name).split()
    return len(words) > len(short) and any(words[at : at + len(short)] == short for at in range(len(words)))


def is_plain_word(name: str) -> bool:
    """Say whether a name is one plain English word (Target, Delta)."""
    words = re.findall(r"[^\W\d_]+", name)
    return len(words) == 1 and words[0].casefold() in _plain_words()


@cache
def _plain_words() -> frozenset[str]:
    text = (resources.files("watchlist") / "data" / "plain_words.txt").read_text("utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
