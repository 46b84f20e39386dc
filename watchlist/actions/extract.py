"""What a document announces about the names it mentions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources

from watchlist.actions import (
    cues,
    decision,
    discourse,
    enumerations,
    features,
    language,
    model,
    reversal,
    shared_dates,
)
from watchlist.actions.actors import Actors
from watchlist.actions.authorities import directory
from watchlist.actions.cues import Lexicon
from watchlist.actions.date_roles import Timing
from watchlist.actions.discourse import Page
from watchlist.actions.effective import Timetable
from watchlist.actions.features import Reading
from watchlist.actions.notices import publisher_of, read_notice
from watchlist.actions.own_tables import OwnAuthority, joined_dates
from watchlist.actions.passed_down import passed_down
from watchlist.actions.rules import CONFIDENCE, Rule, RuleBook, RuleFile
from watchlist.actions.sentences import Sentence
from watchlist.actions.timing_cues import OwnWords
from watchlist.model import Action, ActionKind, Document, Entry, Field, Match, Span, Stage, Verdict
from watchlist.ownership.holdings import Holding
from watchlist.ownership.passing import Passing
from watchlist.text.language import language_of


@dataclass(frozen=True, slots=True)
class _Told:
    """The features of a sentence that have weights, and the sums of their rows by group."""

    names: set[str]
    words: int
    grams: int
    cues: int


class Reader:
    """One document being read: its lines, their features and what the model says of each, computed once."""

    def __init__(self, document: Document, matches: Sequence[Match], lexicon: Lexicon, lang: str) -> None:
        self.document, self._lang = document, lang
        self.page: Page = discourse.read(document, matches)
        year = document.published.year if document.published else None
        self.readings: list[Reading | None] = [
            features.read(line, lexicon, year) if line is not None else None for line in self.page.lines
        ]
        self._weights = model.shipped()
        table = self._weights.table
        self._told = [self._tell(reading) if reading is not None else None for reading in self.readings]
        topic = [0.0] * len(model.HEADS)
        everywhere = set[str]().union(*(told.names for told in self._told if told is not None))
        self._weights.add(topic, table.total(everywhere), "topic", "D")
        self._topic = tuple(topic)
        self._known: dict[tuple[str, int], tuple[float, ...]] = {}
        self._by_line: dict[int, list[float]] = {}

    def _tell(self, reading: Reading) -> "_Told":
        table = self._weights.table
        words, cues = table.known(reading.words), table.known(reading.cues)
        grams = table.known_grams(reading.grams) if reading.grams else set[str]()
        return _Told({*words, *grams, *cues}, table.total(words), table.total(grams), table.total(cues))

    def _space(self, space: str, index: int) -> tuple[float, ...]:
        """Return what a sentence says to a target that it names or goes on about (``s``), or that stands beside it."""
        known = self._known.get((space, index))
        if known is None:
            scores = [0.0] * len(model.HEADS)
            reading, told = self.readings[index], self._told[index]
            assert reading is not None, "lines beside a cell are read"
            assert told is not None, "lines beside a cell are read"
            weights, table = self._weights, self._weights.table
            if space == "s":
                phrases = features.phrases(reading, table.seconds)
                pairs = features.pairs(reading, table.seconds)
                weights.add(scores, told.words, "words")
                weights.add(scores, told.grams + table.total(table.known(phrases)), "phrases")
                weights.add(scores, told.cues, "cues")
                weights.add(scores, table.total(set(pairs)), "pairs")
            else:
                weights.add(scores, told.words + told.grams + told.cues, model.block(space + ":"), space)
            known = self._known[space, index] = tuple(scores)
        return known

    def _shared(self, index: int, spaces: Sequence[tuple[str, Reading]]) -> list[float]:
        """Return what a line says to all its targets alike: by the topic, by its own words and its neighbours'."""
        known = self._by_line.get(index)
        if known is None:
            known = list(self._topic)
            for space, reading in spaces:
                more = self._space(space, reading.line.index)
                known = [score + value for score, value in zip(known, more, strict=True)]
            self._by_line[index] = known
        return known

    def score(self, cell: discourse.Cell) -> model.CellScore:
        """Return what the model says of a cell, with the stage that grammar settles where it does."""
        relative, spaces = features.describe(cell, self.page, self.readings)
        scores = list(self._shared(cell.line, spaces))
        table = self._weights.table
        for group, names in relative.items():
            self._weights.add(scores, table.total(table.known(names)), group)
        score = self._weights.cell(scores, cell.distance, cell.line, features.place(cell, self.page))
        if features.ONLY_OWNER in relative["grammar"]:
            score = replace(score, any=score.any - model.OWNER_ONLY)
        named_in = self.readings[cell.line] if cell.distance == 0 else None
        return reversal.settle(score, named_in, cell, self._lang) if named_in is not None else score

    def decide(self, targets: Sequence[str]) -> Mapping[str, tuple[decision.Decision, ...]]:
        """Return the answers on each target, all cells of the document being weighed together."""
        cells = {target: [self.score(cell) for cell in self.page.cells.get(target, ())] for target in targets}
        return enumerations.settle(decision.decide(cells, self._weights.second), self.page, self.document)


class Extractor:
    """The action rules, compiled for one watchlist. Build once, share between threads, never mutate."""

    def __init__(
        self, entries: Sequence[Entry], own: Sequence[RuleFile] = (), holdings: Sequence[Holding] = ()
    ) -> None:
        self._book = RuleBook.compile(rule for file in own for rule in file.rules)
        self._lexicons = _widened(own)
        self._notices = tuple(kind for file in own for kind in file.notices)
        self._dates = joined_dates(file.dates for file in own)
        self._authorities = tuple(one for file in own for one in file.authorities)
        state = repr([(file.digest, file.rules, file.cues) for file in own])
        self._own = hashlib.sha256(state.encode()).hexdigest()[:8] if own else ""
        self._passing = Passing(entries, holdings)
        self._held = (
            hashlib.sha256(repr(sorted(map(repr, holdings))).encode()).hexdigest()[:8] if holdings else ""
        )

    @classmethod
    def load(
        cls, entries: Sequence[Entry], own: Sequence[RuleFile] = (), holdings: Sequence[Holding] = ()
    ) -> "Extractor":
        """Compile the shipped rules and the user's own; owners are those of the entries, and further ``holdings``."""
        return cls(entries, own, holdings)

    @property
    def fingerprint(self) -> str:
        """Identify the rules and holdings, so that stored actions can be told stale."""
        return _shipped_fingerprint() + self._own + self._held

    def unwatched_owners(self) -> tuple[str, ...]:
        """Return the owners of watched names that are not watched themselves: a text may name them only."""
        return self._passing.unwatched_owners()

    def reader(self, document: Document, matches: Sequence[Match]) -> Reader:
        """Lay out a document for reading; for explanations."""
        lang = language.of(document)
        return Reader(document, matches, self._lexicon(lang), lang)

    def fired(self, reader: Reader, cell: discourse.Cell) -> list[Rule]:
        """Return the user's rules that a cell fires."""
        line = reader.page.lines[cell.line]
        if line is None or not (cell.distance == 0 or (cell.distance == 1 and cell.alone)):
            return []
        return self._book.fire(line, language.of(reader.document), cell.target, named=cell.distance == 0)

    def _lexicon(self, lang: str) -> Lexicon:
        return self._lexicons.get(lang) or cues.lexicon(lang)

    def extract(self, document: Document, matches: Sequence[Match]) -> tuple[Action, ...]:
        """Return the actions on the matched names, most recent first; evidence spans index the text as given."""
        sure = [match for match in matches if match.verdict is Verdict.MATCH]
        if not sure:
            return ()
        noticed = read_notice(document, sure, self._notices, self._dates)
        if noticed is not None:  # an official notice of known structure
            return (*noticed, *passed_down(noticed, self._passing, _day(document)))
        lang = language.of(document)
        reader = Reader(document, matches, self._lexicon(lang), lang)
        # dates and authorities are read in more languages than the cues
        written = language_of(document.title, document.text, document.lang)
        telling = _Telling(document, written, self._authorities, self._dates)
        found: list[Action] = []
        decided = reader.decide([match.entry for match in sure])
        for match in sure:
            cells = reader.page.cells.get(match.entry, ())
            decisions = decided.get(match.entry, ())
            ruled = self._ruled(reader, cells)
            told = {(d.kind, d.stage) for d, _ in ruled}
            found += [telling.action(match.entry, d, reader.page, cells[d.cell], rule) for d, rule in ruled]
            found += [
                telling.action(match.entry, d, reader.page, cells[d.cell])
                for d in decisions
                if (d.kind, d.stage) not in told and not (d.kind == "other" and told)
            ]
        found = list(shared_dates.settle(found, written))
        found += passed_down(found, self._passing, _day(document))
        return tuple(sorted(found, key=lambda a: (not a.new, -a.confidence, a.target, a.action, a.stage)))

    def _ruled(self, reader: Reader, cells: Sequence[discourse.Cell]) -> list[tuple[decision.Decision, str]]:
        """Return the answers of the user's rules, the first cell of each."""
        if not self._book.rules:
            return []
        answers: dict[tuple[str, str], tuple[decision.Decision, str]] = {}
        for position, cell in enumerate(cells):
            for rule in self.fired(reader, cell):
                answer = decision.Decision(
                    rule.action.value, rule.stage.value, rule.new, CONFIDENCE, position
                )
                answers.setdefault((answer.kind, answer.stage), (answer, rule.id))
        return list(answers.values())


def _day(document: Document) -> date | None:
    return document.published.date() if document.published else None


class _Telling:
    """Turns a decision into an Action: its evidence, authority and dates; tables are built when first needed."""

    def __init__(
        self,
        document: Document,
        lang: str,
        authorities: tuple[OwnAuthority, ...],
        dates: Mapping[str, OwnWords],
    ) -> None:
        self._document, self._lang, self._authorities, self._dates = document, lang, authorities, dates
        self._actors: dict[Field, Actors] = {}
        self._tables: dict[Field, Timetable] = {}
        self._told: dict[tuple[Sentence, Sentence, ActionKind, Stage, bool], tuple[str | None, Timing]] = {}
        """authority and dates of a step, which all its targets share"""

    def action(
        self, target: str, told: decision.Decision, page: Page, cell: discourse.Cell, rule: str = ""
    ) -> Action:
        sentence = page.sentences[cell.line]
        field, document = sentence.field, self._document
        text = document.part(field)
        kind, stage = ActionKind(told.kind), Stage(told.stage)
        lead = enumerations.opener(page, cell, document)
        acting = sentence if lead is None else page.sentences[lead]
        key = (sentence, acting, kind, stage, told.new)
        known = self._told.get(key)
        if known is None:
            authority = self._actors_of(field).acting(acting.start, acting.end, action=kind, stage=stage)
            known = self._told[key] = authority, self._timing(sentence, kind, stage, new=told.new)
        authority, timing = known
        span = Span(field, sentence.start, sentence.end, text[sentence.start : sentence.end])
        return Action(
            target, kind, stage, authority, timing.effective, timing.until, told.new, None, span,
            (rule or f"{told.by}.{told.kind}.{told.stage}",), round(told.confidence, 3),
        )  # fmt: skip

    def _timing(self, sentence: Sentence, kind: ActionKind, stage: Stage, *, new: bool) -> Timing:
        """Return the dates of a step; of one told by the headline those of the text's first sentence, where it has none."""
        timing = self._table(sentence.field).timing(
            sentence.start, sentence.end, action=kind, stage=stage, new=new
        )
        if sentence.field is Field.TITLE and timing.effective is None and new:
            return self._table(Field.TEXT).timing(0, 1, action=kind, stage=stage)
        return timing

    def _actors_of(self, field: Field) -> Actors:
        known = self._actors.get(field)
        if known is None:
            document = self._document
            beside = document.title if field is Field.TEXT else document.text[:500]
            known = self._actors[field] = Actors(
                document.part(field),
                beside,
                publisher_of(document),
                directory(self._authorities),
                self._lang,
            )
        return known

    def _table(self, field: Field) -> Timetable:
        known = self._tables.get(field)
        if known is None:
            document = self._document
            known = self._tables[field] = Timetable(
                document.part(field), document.published, self._lang, own=self._dates
            )
        return known


def _widened(own: Sequence[RuleFile]) -> dict[str, Lexicon]:
    """Compile the lexicons that the user's files add cues to."""
    more: dict[str, dict[str, list[str]]] = {}
    for file in own:
        for lang, table in file.cues.items():
            whole = more.setdefault(
                lang, {cue: list(patterns) for cue, patterns in cues.shipped(lang).items()}
            )
            for cue, patterns in table.items():
                whole.setdefault(cue, []).extend(patterns)
    return {lang: Lexicon(table) for lang, table in more.items()}


@cache
def _shipped_fingerprint() -> str:
    """Identify data, weights and the code that reads with them: a change of any makes stored actions stale."""
    digest = hashlib.sha256()
    folder = resources.files("watchlist.actions")
    code = [file for file in folder.iterdir() if file.name.endswith((".py", ".gz"))]
    for file in sorted(
        [*(folder / "lexicon").iterdir(), *(folder / "data").iterdir(), *code], key=lambda f: f.name
    ):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
