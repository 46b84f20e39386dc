"""Why a name was not found in a text: what was looked for, what took its place, what comes closest."""

from collections.abc import Iterator, Sequence, Set

from watchlist.matching.surfaces import Surface, surfaces
from watchlist.model import Document, Entry, Field, Mention
from watchlist.text.tokens import tokens

#: So alike (of 100) a stretch of the text must be to be worth showing.
_ALIKE = 65.0
_SHOWN = 3
_MOST_FORMS = 8
#: Chinese and Japanese names are runs of single characters: written without spaces.
_WIDE = "\u2e80"


def why_absent(document: Document, entry: Entry, found: Sequence[Mention]) -> list[str]:
    """Return sentences for a person on why no mention of ``entry`` is among ``found`` (those of all entries)."""
    spelt = [(name, surface) for name in (entry.name, *entry.aliases) for surface in surfaces(name)]
    forms = {surface.words for _, surface in spelt}
    said = [
        f"Looked for: {', '.join(_as_written(spelt))} (also in other case, with accents, hyphens or endings)."
    ]
    inside = _inside_of(forms, found)
    if inside is not None:
        said.append(
            f"“{inside.text}” at {inside.field.value} {inside.start}-{inside.end} was read as the longer name of "
            f"{inside.entry}."
        )
    close = list(_closest(document, forms))
    if close:
        said.append(f"Closest in the text: {', '.join(f'“{words}”' for words in close)}.")
        said.append("If one of them is meant, make it an alias: watchlist edit NAME --alias TEXT")
    elif inside is None:
        said.append("Nothing in the text comes close to it.")
    return said


def _as_written(spelt: Sequence[tuple[str, Surface]]) -> list[str]:
    """Return the forms of names as a person writes them, the first ones of many."""
    forms = dict.fromkeys(
        name if surface.kind == "exact" else _written(surface.words) for name, surface in spelt
    )
    shown = [f"“{form}”" for form in forms][:_MOST_FORMS]
    return [*shown, f"and {len(forms) - _MOST_FORMS} more"] if len(forms) > _MOST_FORMS else shown


def _written(words: Sequence[str]) -> str:
    return ("" if words[0] >= _WIDE else " ").join(words)


def _inside_of(forms: Set[tuple[str, ...]], found: Sequence[Mention]) -> Mention | None:
    """Return the mention of another entry that one of the forms lies in."""
    for mention in found:
        words = tuple(token.text for token in tokens(mention.text))
        if any(form == words[at : at + len(form)] for form in forms for at in range(len(words))):
            return mention
    return None


def _closest(document: Document, forms: Set[tuple[str, ...]]) -> Iterator[str]:
    """Yield the stretches of the text that are most like one of the forms, as written."""
    from rapidfuzz import fuzz, process

    windows: dict[str, str] = {}
    lengths = {len(form) for form in forms}
    for field in Field:
        text = document.part(field)
        read = tokens(text)
        for length in lengths:
            for at in range(len(read) - length + 1):
                window = read[at : at + length]
                windows.setdefault(
                    _written([token.text for token in window]), text[window[0].start : window[-1].end]
                )
    scored: dict[str, float] = {}
    for form in sorted(form for form in map(_written, forms) if len(form) > 3):
        for stretch, score, _ in process.extract(
            form, list(windows), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_SHOWN
        ):
            if stretch[:1] == form[:1] or score > 80:
                scored[stretch] = max(score, scored.get(stretch, 0.0))
    for stretch in sorted(scored, key=lambda one: (-scored[one], one))[:_SHOWN]:
        yield " ".join(windows[stretch].split())
