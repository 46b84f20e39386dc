"""Is a misspelling a misspelling of this name? Judged like any mention, and never more than possible."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.evidence_document import context_evidence, number_evidence
from watchlist.matching.judge import JudgedEntry, JudgedMention, bar, weigh_mention, with_document
from watchlist.matching.misspelt import Misspelling
from watchlist.model import Document, Entry
from watchlist.text.language import language_of

#: Who writes a word so often means it.
_OFTEN = 3
#: So many misspellings of a name are weighed in a document: they are guesses, and the first ones tell enough.
_MOST = 50


def judge_misspelt(
    document: Document,
    found: Sequence[Misspelling],
    judged: Sequence[JudgedEntry],
    entries: Mapping[str, Entry],
) -> list[JudgedEntry]:
    """Add misspelt mentions to what the right spellings were judged; these lose nothing by it."""
    lang = language_of(document.title, document.text, document.lang)
    strong = {one.entry.name for one in judged if one.mentions[0].logit > 0}
    weighed = []
    for name, of_entry in _by_entry(found).items():
        said = [*number_evidence(entries[name], document), *context_evidence(entries[name], document)]
        for one in of_entry[:_MOST]:
            alone = weigh_mention(document, one.mention, entries[name], (), 0, lang)
            weighed.append((one, with_document(alone, (), entries[name], document, strong, said, {})))
    times = Counter({(m.field, m.start): m.text.casefold() for m in (one.mention for one in found)}.values())
    persons = {one.mention.text.casefold() for one, whole in weighed if _is_person(whole)}
    mentions: dict[str, list[JudgedMention]] = {one.entry.name: list(one.mentions) for one in judged}
    for one, whole in weighed:
        written = one.mention.text.casefold()
        evidence = [*whole.evidence, weigh(one.code, one.say)]
        if written in persons:
            evidence.append(weigh("misspelt_person", f"a person is called “{one.mention.text}” in this text"))
        if times[written] >= _OFTEN:
            evidence.append(
                weigh("misspelt_often", f"written so {times[written]} times, as if it were meant")
            )
        whole = JudgedMention(one.mention, whole.nature, (*evidence, *_capped(evidence)))
        mentions.setdefault(one.mention.entry, []).append(whole)
    result = []
    for name, whole_entry in mentions.items():
        whole_entry.sort(key=lambda j: (-j.logit, j.mention.field, j.mention.start))
        result.append(JudgedEntry(entries[name], tuple(whole_entry)))
    return sorted(result, key=lambda one: (-one.score, one.entry.name))


def _by_entry(found: Sequence[Misspelling]) -> dict[str, list[Misspelling]]:
    by_entry: dict[str, list[Misspelling]] = {}
    for one in found:
        by_entry.setdefault(one.mention.entry, []).append(one)
    return by_entry


def _is_person(judged: JudgedMention) -> bool:
    return any(
        piece.code in ("person_distinctive", "person_name", "person_title") for piece in judged.evidence
    )


def _capped(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return what keeps the sum below the bar for a match."""
    over = sum(piece.weight for piece in evidence) - _cap()
    return [Evidence("misspelt_most", -over, "misspelt: no more than possible")] if over > 0 else []


@cache
def _cap() -> float:
    share = bar("misspelt")
    return math.log(share / (1 - share))
