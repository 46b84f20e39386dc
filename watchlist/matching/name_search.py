"""Find the names most like a given one among millions, without comparing it with each.

Blocking: every name is filed under keys that survive the usual changes (a typo, a lost or added word, another word
order, another spelling system): each word, the beginning and the end of each word, its consonants, and the beginning
and end of the whole name. A query visits the shortest files first, within a budget, counts which names turn up, and
ranks the best of them by edit distance. Exact names need one look-up.

Figures and rivals: docs/names.md, ``benchmarks/bench_names.py``.
"""

import hashlib
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from math import log
from zlib import crc32

from rapidfuzz import process
from rapidfuzz.distance import Indel

from watchlist.matching.names_sound import skeleton
from watchlist.matching.names_tokens import Part, lexicon, parse
from watchlist.matching.shelf import WORTH_KEEPING, Shelf, kept_or_made, version_of
from watchlist.number_bytes import from_bytes, to_bytes

_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_FULLEST_FILE = 0.01
"""Share of all names beyond which a key says too little to be kept."""
_LEAST_FULL = 200
"""Names that a key may have however few there are in all."""


_SPELLING = Indel.normalized_similarity
_KEYS_COUNT = 0.4
"""How much of a candidate's likeness is rare keys in common; the rest is spelling."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name found: its ``position`` in the indexed sequence, and how alike it is (1 = the same).

    The likeness orders candidates; whether they are the same is for ``names.compare`` to say.
    """

    position: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a query tries: names ``visited`` in files, and names ``ranked`` by edit distance."""

    visited: int = 1000
    ranked: int = 150


DEFAULT = Effort()


def search_form(name: str) -> tuple[str, ...]:
    """Return the words that a name is filed under, in Latin letters, without legal forms and small words."""
    if name.isascii():
        found = _ASCII_WORDS.findall(name.lower().replace("'", ""))
        kept = [word for word in found if word not in _idle_words()]
        return tuple(kept or found)
    found = [t.latin for t in parse(name).tokens if t.part not in (Part.LEGAL, Part.STOP)]
    return tuple(found or [t.latin for t in parse(name).tokens])


@lru_cache(maxsize=1)
def _idle_words() -> frozenset[str]:
    """Return single words that are a legal form or a small word; short ambiguous ones stay."""
    known = lexicon()
    forms = {key[0] for key in known.legal if len(key) == 1 and len(key[0]) > 1}
    small = {key[0] for key, sense in known.phrases.items() if len(key) == 1 and sense.part is Part.STOP}
    return frozenset(forms | {word for word in small if len(word) > 1})


def _hash(key: str) -> int:
    """Return the key as 32 bits, the same on every machine and in every run; a collision costs one look."""
    return crc32(key.encode("utf-8", "surrogatepass"))


def _ends(word: str) -> int:
    """Return how many letters the beginning and the end of a word have under which it is filed."""
    size = len(word)
    return 5 if size >= 9 else 4 if size >= 6 else 3


@lru_cache(maxsize=200_000)
def _word_keys(word: str) -> tuple[int, ...]:
    """Return the keys of one word: itself, its beginning and end, its consonants."""
    if len(word) < 4:
        return (_hash(word),)
    part, bones = _ends(word), skeleton(word)
    keys = [word, "<" + word[:part], ">" + word[-part:]]
    if len(bones) >= 3:
        keys.append("~" + bones)
    return tuple(map(_hash, keys))


def _asked_keys(word: str) -> Iterator[int]:
    """Return the keys to look a word up by: its own, and those it would have with a letter more or less."""
    yield from _word_keys(word)
    if len(word) >= 3:
        for part in {_ends(word + "x"), _ends(word[:-1])} - {_ends(word) if len(word) >= 4 else 0}:
            yield _hash("<" + word[:part])
            yield _hash(">" + word[-part:])


def _whole_keys(form: Sequence[str]) -> Iterator[int]:
    """Return the keys of the whole name: all of it, its beginning and end, the beginnings of its words."""
    compact = "".join(form)
    yield _hash("=" + compact)
    if len(compact) >= 8:
        yield _hash("[" + compact[:7])
        yield _hash("]" + compact[-7:])
        if len(form) > 1:
            yield _hash("^" + "".join(word[:2] for word in form))


_POSITION_BITS = 24
MOST_NAMES = 1 << _POSITION_BITS
"""Names that one index can hold."""
_BUCKETS = 64


class NameIndex:
    """Names filed for searching. Build once, share between threads, never mutate.

    One sorted array holds (key, position) packed into 64 bits; a file is a slice of it, found by bisection.
    """

    def __init__(self, forms: list[str], packed: "array[int]") -> None:
        self._forms = forms
        self._packed = packed

    @classmethod
    def build(
        cls, names: Iterable[str], *, least_full: int = _LEAST_FULL, shelf: Shelf | None = None
    ) -> "NameIndex":
        """File the names; a candidate's position is its place in ``names``. ValueError beyond ``MOST_NAMES``.

        ``least_full`` is how many names a key may always have; a choice of names that are alike needs more. A
        ``shelf`` keeps what was filed of many names for the next process.
        """
        if shelf is None:
            return cls._built(names, least_full)
        kept = list(names)
        if len(kept) < WORTH_KEEPING:
            return cls._built(kept, least_full)
        told = hashlib.sha256(f"{least_full} {[len(name) for name in kept]}".encode())
        told.update("".join(kept).encode("utf-8", "surrogatepass"))
        key = f"{told.hexdigest()}-{_rules_version()}-search"
        return kept_or_made(
            shelf,
            key,
            lambda body: cls._from_bytes(body, len(kept)),
            lambda: cls._built(kept, least_full),
            cls._to_bytes,
        )

    def _to_bytes(self) -> bytes:
        forms = "\n".join(self._forms).encode("utf-8", "surrogatepass")
        return len(forms).to_bytes(8, "little") + forms + to_bytes(self._packed)

    @classmethod
    def _from_bytes(cls, body: bytes, names: int) -> "NameIndex":
        """Return what ``_to_bytes`` wrote of so many names. Raises ValueError for anything else."""
        end = 8 + int.from_bytes(body[:8], "little")
        forms = body[8:end].decode("utf-8", "surrogatepass").split("\n")
        if len(forms) != names:
            raise ValueError("other names")
        return cls(forms, from_bytes("Q", body[end:]))

    @classmethod
    def _built(cls, names: Iterable[str], least_full: int) -> "NameIndex":
        forms: list[str] = []
        buckets: list[array[int]] = [array("Q") for _ in range(_BUCKETS)]
        shift = 32 - (_BUCKETS.bit_length() - 1)
        for position, name in enumerate(names):
            if position >= MOST_NAMES:
                raise ValueError(f"an index holds at most {MOST_NAMES:,} names; split the list")
            form = search_form(name)
            forms.append(" ".join(form))
            keys = set(_whole_keys(form))
            for word in form:
                keys.update(_word_keys(word))
            for key in keys:
                buckets[key >> shift].append(key << _POSITION_BITS | position)
        fullest = max(least_full, int(len(forms) * _FULLEST_FILE))
        packed: array[int] = array("Q")
        for at, bucket in enumerate(buckets):
            packed.extend(_without_full_files(array("Q", sorted(bucket)), fullest))
            buckets[at] = array("Q")
        return cls(forms, packed)

    def __len__(self) -> int:
        """Return how many names are filed."""
        return len(self._forms)

    def search(self, name: str, limit: int = 20, effort: Effort = DEFAULT) -> list[Candidate]:
        """Return up to ``limit`` names most like the given one, most alike first."""
        form = search_form(name)
        wanted = " ".join(form)
        if not wanted:
            return []
        counts, most = self._gather(form, effort)
        chosen = sorted(counts, key=counts.__getitem__, reverse=True)[: effort.ranked]
        forms = self._forms
        found = process.extract(
            wanted,
            [forms[position] for position in chosen],
            scorer=_SPELLING,
            limit=len(chosen),
            processor=None,
        )
        half = _KEYS_COUNT / most if most else 0.0
        ranked = sorted(
            (-((1.0 - _KEYS_COUNT) * likeness + half * counts[chosen[at]]), chosen[at])
            for _, likeness, at in found
        )
        return [Candidate(position, -negative) for negative, position in ranked[:limit]]

    def _gather(self, form: Sequence[str], effort: Effort) -> tuple[dict[int, float], float]:
        """Return the positions that turn up under the name's keys with their weight, and the most there can be."""
        packed = self._packed
        asked = {key for word in form for key in _asked_keys(word)}
        asked.update(_whole_keys(form))
        held: list[tuple[int, int]] = []
        for key in asked:
            start = bisect_left(packed, key << _POSITION_BITS)
            end = bisect_left(packed, (key + 1) << _POSITION_BITS, start)
            if end > start:
                held.append((end - start, start))
        held.sort()
        counts: dict[int, float] = {}
        visited, most, everything = 0, 0.0, len(self._forms) + 1.0
        for size, start in held:
            if visited and visited + size > effort.visited:
                break
            visited += size
            weight = log(everything / size)
            most += weight
            for pair in packed[start : start + size]:
                position = pair & _POSITION_MASK
                counts[position] = counts.get(position, 0.0) + weight
        return counts, most


@cache
def _rules_version() -> str:
    """Identify the code and the data by which names are filed."""
    return version_of(_RULES, metadata.version("anyascii"))


_RULES = {
    "watchlist.text": ("fold.py", "data/fold.tsv", "data/look_alikes.tsv"),
    "watchlist.matching": (
        "name_search.py", "names_sound.py", "names_tokens.py", "names_normalise.py", "data/name_words.toml",
    ),
}  # fmt: skip
_POSITION_MASK = MOST_NAMES - 1


def _without_full_files(pairs: "array[int]", fullest: int) -> "array[int]":
    """Leave out the keys under which too many names are filed to tell anything.

    A file of more than ``fullest`` pairs covers one of every ``fullest``-th pair: only these are looked at.
    """
    kept: array[int] = array("Q")
    done = 0
    for at in range(0, len(pairs), fullest):
        key = pairs[at] >> _POSITION_BITS
        start = bisect_left(pairs, key << _POSITION_BITS, done)
        end = bisect_left(pairs, (key + 1) << _POSITION_BITS, start)
        if end - start > fullest:
            kept.extend(pairs[done:start])
            done = end
    kept.extend(pairs[done:])
    return kept
