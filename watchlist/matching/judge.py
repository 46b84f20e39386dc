"""Is it really them? Evidence for each mention, a score and a verdict for each entry of a document."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchlist.matching.evidence import Evidence, context_weights, weigh
from watchlist.matching.evidence_case import case_evidence
from watchlist.matching.evidence_document import (
    context_evidence,
    definition_evidence,
    number_evidence,
    user_evidence,
)
from watchlist.matching.evidence_han import han_evidence, has_no_spaces
from watchlist.matching.evidence_longer import longer_evidence
from watchlist.matching.evidence_neighbours import list_neighbours, neighbour_evidence
from watchlist.matching.nature import NameNature, Nature, nature_of
from watchlist.matching.surroundings import surroundings
from watchlist.model import Document, Entry, EntryKind, Field, Match, Mention, Verdict
from watchlist.text.language import language_of

#: A mention below this probability is not shown when the entry has a better one.
_SHOWN = 0.1
#: Mentions come in order of the text: the next item of a list is among so many before and after.
_ABOUT = 12
#: So many mentions of an entry tell what its other mentions mean: the work stays linear in long documents.
_TELLING = 60
#: Evidence of the kind "it is part of something else": other mentions of the word in the document learn from it.
_NAMESAKE = frozenset(
    ("led", "person_name", "person_title", "other_tail", "goes_on", "place", "defined_otherwise")
)

#: Languages that write names with a capital, and whose newspapers do so for apps and shops too.
_CAPITAL_NAMES = frozenset(("ru", "uk", "be", "bg", "pl", "cs", "sk"))
_ACCENTED = re.compile(r"[\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class JudgedMention:
    """A mention with its evidence. ``logit`` is the sum of the weights."""

    mention: Mention
    nature: NameNature
    evidence: tuple[Evidence, ...]

    @property
    def logit(self) -> float:
        """Return the sum of the weights."""
        return sum(piece.weight for piece in self.evidence)


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry with all its judged mentions, the best first."""

    entry: Entry
    mentions: tuple[JudgedMention, ...]

    @property
    def score(self) -> float:
        """Return the probability, by the judge's reckoning, that the document means the entry."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.mentions[0].logit))))


def bar(name: str) -> float:
    """Return a bar of ``weights.toml``: the least score of a ``match``, of a ``possible`` one …"""
    return context_weights()["bars"][name]


def verdict_of(score: float) -> Verdict | None:
    """Return the verdict for a score; None below the low bar."""
    if score >= bar("match"):
        return Verdict.MATCH
    return Verdict.POSSIBLE if score >= bar("possible") else None


def judge(document: Document, mentions: Sequence[Mention], entries: Mapping[str, Entry]) -> list[JudgedEntry]:
    """Weigh all mentions of a document; entries come in order of score, then name."""
    lang = language_of(document.title, document.text, document.lang)
    first = [
        weigh_mention(document, mention, entries[mention.entry], mentions, at, lang)
        for at, mention in enumerate(mentions)
    ]
    by_entry: dict[str, list[JudgedMention]] = {}
    for judged in first:
        by_entry.setdefault(judged.mention.entry, []).append(judged)
    strong = {name for name, found in by_entry.items() if max(j.logit for j in found) > 0}
    result = []
    for name, found in by_entry.items():
        of_entry = [*number_evidence(entries[name], document), *context_evidence(entries[name], document)]
        definitions: dict[tuple[str, Field], list[Evidence]] = {}
        telling = found[:_TELLING]
        whole = [
            with_document(j, telling, entries[name], document, strong, of_entry, definitions) for j in found
        ]
        whole.sort(key=lambda j: (-j.logit, j.mention.field, j.mention.start))
        result.append(JudgedEntry(entries[name], tuple(whole)))
    result.sort(key=lambda judged: (-judged.score, judged.entry.name))
    return result


def to_match(judged: JudgedEntry) -> Match | None:
    """Return the entry's match with a readable why, or None below the low bar."""
    verdict = verdict_of(judged.score)
    if verdict is None:
        return None
    best = judged.mentions[0]
    kept = [j for j in judged.mentions if j is best or _probability(j.logit) >= _SHOWN]
    places = sorted((j.mention for j in kept), key=lambda m: (m.field is not Field.TITLE, m.start))
    how = {"exact": "exact name", "fuzzy": "misspelt"}.get(best.mention.kind, best.mention.kind)
    why = [how, best.nature.nature.value]
    spoken = [
        piece for piece in best.evidence
        if piece.weight and not piece.code.startswith("prior") and piece.code != "misspelt_most"
    ]  # fmt: skip
    # how a misspelt name differs comes first
    spoken.sort(key=lambda piece: (piece.code not in ("misspelt", "apart"), -abs(piece.weight)))
    why += list(dict.fromkeys(piece.say for piece in spoken[:6]))
    return Match(judged.entry.name, verdict, round(judged.score, 3), tuple(why), tuple(places))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _nature(mention: Mention, text: str, lang: str) -> NameNature:
    """Return the nature of the mention's name; a mark of the name that the text repeats makes it distinctive."""
    if mention.alias[-1:] in "+!" and text[mention.end : mention.end + 1] == mention.alias[-1:]:
        return NameNature(Nature.DISTINCTIVE)
    if mention.text == mention.alias and _ACCENTED.search(mention.alias) and lang == "en":
        return NameNature(Nature.DISTINCTIVE)  # an accent is no accident in English
    return nature_of(mention.alias, mention.entry, lang)


def _prior(nature: NameNature) -> list[Evidence]:
    code = "prior_" + nature.nature.name.lower()
    found = [weigh(code, nature.nature.value)]
    if nature.nature in (Nature.ORDINARY, Nature.HAN_ORDINARY) and nature.zipf > 30:
        found.append(weigh("common_word", "how common the word is in its language", (nature.zipf - 30) / 10))
    return found


def weigh_mention(
    document: Document, mention: Mention, entry: Entry, mentions: Sequence[Mention], place: int, lang: str
) -> JudgedMention:
    """Weigh one mention by itself and its surroundings."""
    text = document.part(mention.field)
    nature = _nature(mention, text, lang)
    near = surroundings(text, mention.start, mention.end, title=mention.field is Field.TITLE)
    watched_near = _watched_near(text, mention, mentions, place)
    found = _prior(nature)
    found += case_evidence(mention.text, mention.alias, nature, near)
    if lang in _CAPITAL_NAMES and any(piece.code == "small_distinctive" for piece in found):
        found.append(weigh("small_in_language", "names have a capital in this language"))
    if mention.kind == "inflected":
        found.append(weigh("inflected_ordinary" if nature.ambiguous else "inflected", "with an ending"))
    if mention.alias[-1:] in "+!" and text[mention.end : mention.end + 1] != mention.alias[-1:]:
        found.append(weigh("punctuation_lost", f"without the “{mention.alias[-1]}” of the name"))
    if has_no_spaces(mention.text):
        found += han_evidence(text, mention.start, mention.end, nature, lang, watched_near=watched_near)
    else:
        found += longer_evidence(mention.text, mention.alias, nature, near)
        found += neighbour_evidence(
            mention.text, nature, near,
            app=entry.kind is EntryKind.APP, watched_near=watched_near,
        )  # fmt: skip
    found += user_evidence(entry, mention.text, near.left, near.right)
    return JudgedMention(mention, nature, tuple(found))


def _watched_near(text: str, mention: Mention, mentions: Sequence[Mention], place: int) -> bool:
    """Tell whether the next item of the mention's list is a watched name as well."""
    follows, precedes = list_neighbours(
        text[max(0, mention.start - 8) : mention.start], text[mention.end :][:8]
    )
    if not (follows or precedes):
        return False
    for other in mentions[max(0, place - _ABOUT) : place + _ABOUT + 1]:
        if other.field is not mention.field or other.entry == mention.entry or other.text.islower():
            continue
        if (follows and 0 < mention.start - other.end <= 8) or (
            precedes and 0 < other.start - mention.end <= 8
        ):
            return True
    return False


def with_document(
    judged: JudgedMention,
    siblings: Sequence[JudgedMention],
    entry: Entry,
    document: Document,
    strong: set[str],
    of_entry: Sequence[Evidence],
    definitions: dict[tuple[str, Field], list[Evidence]],
) -> JudgedMention:
    """Add what the rest of the document says."""
    found = list(judged.evidence)
    nature = judged.nature
    found += of_entry
    uncertain = nature.uncertain or nature.nature is Nature.PLAIN_PHRASE
    if uncertain and not judged.mention.text.islower():
        full = [
            s
            for s in siblings
            if s.mention.alias != judged.mention.alias and not s.nature.ambiguous and s.logit > 1
        ]
        if full:
            found.append(weigh("named_in_full", f"named in full elsewhere: “{full[0].mention.text}”"))
        owners = [owner.name for owner in entry.owners if owner.name in strong]
        if owners:
            found.append(weigh("owner_named", f"its owner is named: {owners[0]}"))
    if nature.nature is Nature.ACRONYM or (nature.ambiguous and judged.mention.text.isupper()):
        key = judged.mention.text, judged.mention.field
        if key not in definitions:
            names = (entry.name, *entry.aliases)
            definitions[key] = list(definition_evidence(key[0], document.part(key[1]), names))
        found += definitions[key]
    if nature.ambiguous or nature.nature in (Nature.PERSONAL, Nature.PLACE):
        own = {piece.code for piece in judged.evidence}
        if not own & _NAMESAKE:
            for other in siblings:
                codes = {piece.code for piece in other.evidence} & _NAMESAKE
                if codes and other.mention.alias == judged.mention.alias and other.logit < -1:
                    found.append(
                        weigh(
                            "same_word_otherwise",
                            f"the word means something else at “{other.mention.text}” elsewhere",
                        )
                    )
                    break
    return JudgedMention(judged.mention, nature, tuple(found))
