"""What a document announces about the names it mentions."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from watchlist.actions import cues, discourse, features, language, model
from watchlist.actions.authorities import Actors
from watchlist.actions.cues import Lexicon
from watchlist.actions.discourse import Page
from watchlist.actions.effective import Timetable
from watchlist.actions.features import Reading
from watchlist.actions.notices import publisher_of, read_notice
from watchlist.model import Action, ActionKind, Document, Entry, Field, Match, Span, Stage, Verdict

_PASSES_DOWN = frozenset(
    {
        ActionKind.DESIGNATION,
        ActionKind.INVESTMENT_BAN,
        ActionKind.TRANSACTION_BAN,
        ActionKind.EXPORT_CONTROL,
        ActionKind.IMPORT_BAN,
        ActionKind.PROCUREMENT_BAN,
        ActionKind.OPERATING_BAN,
        ActionKind.DIVESTITURE_ORDER,
        ActionKind.MILITARY_LIST,
        ActionKind.OTHER,
    }
)
"""What a step on an owner means for the owned: an inquiry, a fine or a delisting stays with the owner."""

_CONTROL = 50.0


class Reader:
    """One document being read: its lines, their features and what the model says of each, computed once."""

    def __init__(self, document: Document, matches: Sequence[Match], lexicon: Lexicon) -> None:
        self.document = document
        self.page: Page = discourse.read(document, matches)
        self.readings: list[Reading | None] = [
            features.read(line, lexicon) if line is not None else None for line in self.page.lines
        ]
        self._weights = model.shipped()
        self._known: dict[tuple[str, int], tuple[float, ...]] = {}
        topic = [0.0] * len(model.HEADS)
        self._weights.add(topic, features.topic(self.readings), "topic", "D:")
        self._topic = tuple(topic)

    def _space(self, space: str, index: int, reading: Reading) -> tuple[float, ...]:
        known = self._known.get((space, index))
        if known is None:
            scores = [0.0] * len(model.HEADS)
            if space == "s":
                groups: dict[str, list[str]] = {}
                for name in reading.own:
                    groups.setdefault(model.block("s:" + name), []).append(name)
                for group, names in groups.items():
                    self._weights.add(scores, names, group, "s:")
            else:
                self._weights.add(scores, reading.coarse, model.block(space + ":"), space + ":")
            known = self._known[space, index] = tuple(scores)
        return known

    def score(self, cell: discourse.Cell) -> model.CellScore:
        """Return what the model says of a cell."""
        relative, spaces = features.describe(cell, self.page, self.readings)
        scores = list(self._topic)
        for space, reading in spaces:
            for head, value in enumerate(self._space(space, reading.line.index, reading)):
                scores[head] += value
        groups: dict[str, list[str]] = {}
        for name in relative:
            groups.setdefault(model.block(name), []).append(name)
        for group, names in groups.items():
            self._weights.add(scores, names, group)
        return self._weights.probabilities(scores, cell.distance)


class Extractor:
    """The action rules, compiled for one watchlist. Build once, share between threads, never mutate."""

    def __init__(self, entries: tuple[Entry, ...], lexicons: Mapping[str, Lexicon] | None = None) -> None:
        self._lexicons = dict(lexicons or {})
        self._owned: dict[str, list[str]] = {}
        for entry in entries:
            for owner in entry.owners:
                if owner.share is None or owner.share >= _CONTROL:
                    self._owned.setdefault(owner.name, []).append(entry.name)

    @classmethod
    def load(cls, entries: tuple[Entry, ...]) -> "Extractor":
        """Compile the shipped rules for these entries (owners and sisters are resolved among them)."""
        return cls(entries)

    @property
    def fingerprint(self) -> str:
        """Identify the rules, so that stored actions can be told stale."""
        return _shipped_fingerprint()

    def _lexicon(self, lang: str) -> Lexicon:
        return self._lexicons.get(lang) or cues.lexicon(lang)

    def extract(self, document: Document, matches: Sequence[Match]) -> tuple[Action, ...]:
        """Return the actions on the matched names, most recent first; evidence spans index the text as given."""
        sure = [match for match in matches if match.verdict is Verdict.MATCH]
        if not sure:
            return ()
        noticed = read_notice(document, sure)
        if noticed is not None:  # an official notice of known structure
            return (*noticed, *self._passed_down(noticed))
        lang = language.of(document)
        reader = Reader(document, matches, self._lexicon(lang))
        telling = _Telling(document, lang)
        found: list[Action] = []
        for match in sure:
            cells = reader.page.cells.get(match.entry, ())
            decisions = model.decide([reader.score(cell) for cell in cells])
            found += [telling.action(match.entry, d, reader.page, cells[d.cell]) for d in decisions]
        found += self._passed_down(found)
        return tuple(sorted(found, key=lambda a: (not a.new, -a.confidence, a.target, a.action, a.stage)))

    def _passed_down(self, found: Sequence[Action]) -> list[Action]:
        known = {(action.target, action.action, action.stage) for action in found}
        passed = []
        for action in found:
            if action.action not in _PASSES_DOWN:
                continue
            for entry in self._owned.get(action.target, ()):
                key = (entry, action.action, action.stage)
                if key not in known:
                    known.add(key)
                    passed.append(
                        Action(
                            entry, action.action, action.stage, action.authority, action.effective, action.until,
                            action.new, action.target, action.evidence, action.rules, action.confidence,
                        )
                    )  # fmt: skip
        return passed


class _Telling:
    """Turns a decision into an Action: its evidence, authority and dates; tables are built when first needed."""

    def __init__(self, document: Document, lang: str) -> None:
        self._document, self._lang = document, lang
        self._actors: dict[Field, Actors] = {}
        self._tables: dict[Field, Timetable] = {}

    def action(self, target: str, told: model.Decision, page: Page, cell: discourse.Cell) -> Action:
        sentence = page.sentences[cell.line]
        field, document = sentence.field, self._document
        text = document.part(field)
        kind, stage = ActionKind(told.kind), Stage(told.stage)
        actors = self._actors.get(field)
        if actors is None:
            title = document.title if field is Field.TEXT else document.text[:500]
            actors = self._actors[field] = Actors(text, title, publisher_of(document))
        table = self._tables.get(field)
        if table is None:
            table = self._tables[field] = Timetable(text, document.published, self._lang)
        authority = actors.acting(sentence.start, sentence.end, action=kind, stage=stage)
        timing = table.timing(sentence.start, sentence.end, action=kind, stage=stage, new=told.new)
        span = Span(field, sentence.start, sentence.end, text[sentence.start : sentence.end])
        return Action(
            target, kind, stage, authority, timing.effective, timing.until, told.new, None, span,
            (f"model.{told.kind}.{told.stage}",), round(told.confidence, 3),
        )  # fmt: skip


@cache
def _shipped_fingerprint() -> str:
    digest = hashlib.sha256()
    folder = resources.files("watchlist.actions")
    files = [*(folder / "lexicon").iterdir(), *(folder / "data").iterdir()]
    for file in sorted(files, key=lambda f: f.name):
        digest.update(file.read_bytes())
    digest.update((folder / "model.tsv.gz").read_bytes())
    return digest.hexdigest()[:16]
