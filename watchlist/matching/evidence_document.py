"""Evidence from the whole document: full names, owners, tickers, what an acronym is said to stand for."""

import re
from collections.abc import Iterator, Sequence

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.surfaces import words_of
from watchlist.model import Document, Entry
from watchlist.text.fold import fold

_INITIAL_SKIP = frozenset(
    [
        "of",
        "the",
        "and",
        "for",
        "de",
        "du",
        "des",
        "la",
        "le",
        "in",
        "on",
        "et",
        "y",
        "von",
        "der",
        "die",
        "das",
    ]
)


def user_evidence(entry: Entry, written: str, left: str, right: str) -> Iterator[Evidence]:
    """Yield whether the mention stands in a phrase that the user said is something else."""
    if not entry.excluded:
        return
    around = f"{fold(left).text}\0{fold(written).text}\0{fold(right).text}"
    plain = around.replace("\0", "")
    inside = around.index("\0")
    for phrase in entry.excluded:
        wanted = fold(phrase).text
        at = plain.find(wanted) if wanted else -1
        while at >= 0:
            if at <= inside and at + len(wanted) >= inside + len(fold(written).text):
                yield weigh("excluded", f"you said: “{phrase}” is something else")
                return
            at = plain.find(wanted, at + 1)


def context_evidence(entry: Entry, document: Document) -> Iterator[Evidence]:
    """Yield the first of the user's words for the entry that the document holds."""
    whole = f"{fold(document.title).text}\n{fold(document.text).text}" if entry.context else ""
    for word in entry.context[:20]:
        if re.search(rf"(?<!\w){re.escape(fold(word).text)}(?!\w)", whole):
            yield weigh("context_word", f"your context word: {word}")
            return


def number_evidence(entry: Entry, document: Document) -> Iterator[Evidence]:
    """Yield tickers and identifiers of the entry that the document names."""
    for ticker in entry.tickers:
        code = ticker.rsplit(":", 1)[-1].strip()
        if len(code) < 2:
            continue
        if re.search(
            rf"(?:\(|:\s?|\$|\.|/){re.escape(code)}(?![\w])|(?<!\w){re.escape(ticker)}(?!\w)", document.text
        ):
            yield weigh("ticker", f"its ticker {ticker} is named")
            break
    for identifier in entry.identifiers:
        value = identifier.rsplit(":", 1)[-1].strip()
        if len(value) >= 5 and value in document.text:
            yield weigh("identifier", f"its identifier {identifier} is named")
            break


def definition_evidence(acronym: str, text: str, names: Sequence[str]) -> Iterator[Evidence]:
    """Yield what the document says that an acronym stands for: “Long Name (LN)”.

    ``names`` are the entry's own names; a definition whose words begin with other letters is not one.
    """
    if not (2 <= len(acronym) <= 8 and acronym.isupper() and acronym.isalpha()):
        return
    own = {words_of(name) for name in names}
    if not any(len(name) > 1 for name in own):
        return  # what the acronym should stand for is not known
    # “… (LN)”, and the form of notices: “… (hereinafter, “LN”)”
    for hit in re.finditer(rf"\((?:[^()\n]{{0,24}}[\"“‘'])?{acronym}(?:[\"”’'])?s?\)", text):
        before = re.split(r"[.;:()\n]", text[max(0, hit.start() - 140) : hit.start()])[-1]
        words = re.findall(r"[^\W\d_]+", before)
        for start in range(len(words) - 1, max(-1, len(words) - 14), -1):
            head = words[start:]
            letters = "".join(w[0] for w in head if w.lower() not in _INITIAL_SKIP).upper()
            full = "".join(w[0] for w in head).upper()
            if acronym in (letters, full):
                long = " ".join(head)
                if any(words_of(long) == name or words_of(long)[-len(name) :] == name for name in own):
                    yield weigh("defined_as_this", f"{acronym} is defined as “{long}”")
                else:
                    yield weigh("defined_otherwise", f"{acronym} is defined as “{long}”")
                return
