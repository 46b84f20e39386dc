"""Texts with answers, as the trainer and the rule tester read them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watchlist.errors import InputError
from watchlist.model import ActionKind, Document, Field, Match, Mention, Stage, Verdict

_NAME = re.compile(r"\[\[(?:([A-Z])\|)?([^\[\]]{1,120})\]\]")
_FOCUS = re.compile(r"\^([A-Z]) ?")
_LABEL = re.compile(r"(?:([A-Z]):)?(?:([a-z_]+)/([a-z]+)/([Nb])|-)$")


@dataclass(frozen=True, slots=True)
class Label:
    """An answer: what is done to ``target``; ``focus`` are positions of the sentences that tell it."""

    target: str
    action: ActionKind
    stage: Stage
    new: bool
    focus: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A text whose watched names are known, with all its answers."""

    document: Document
    matches: tuple[Match, ...]
    labels: tuple[Label, ...]


def parse(lines: Iterable[str], where: str) -> Iterator[Example]:
    """Read examples: ``lang | labels | text``, or with a title ``lang | labels | title | text``.

    In the text ``[[Name]]`` is a watched name (``[[B|Name]]`` when there are several; the first is A), ``^B``
    at the start of a sentence says that it tells the answer on B without naming it. Labels are
    ``action/stage/N`` (news) or ``/b`` (background), for every name, or with ``B:`` before them for one name;
    ``-`` is none.

    Raises:
        InputError: a line is not of this form.
    """
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        parts = [part.strip() for part in text.split(" | ")]
        if len(parts) not in (3, 4):
            raise InputError(f"{where}, line {number}: expected lang | labels | [title |] text")
        title = parts[2] if len(parts) == 4 else ""
        yield _example(f"{where}:{number}", parts[0], parts[1], title, parts[-1])


def _example(place: str, lang: str, labels: str, title: str, body: str) -> Example:
    names: dict[str, str] = {}
    mentions: dict[str, list[Mention]] = {}
    focus: dict[str, list[int]] = {}
    named: dict[str, list[int]] = {}
    plain: dict[Field, str] = {}
    for field, marked in ((Field.TITLE, title), (Field.TEXT, body)):
        out = ""
        at = 0
        for hit in sorted([*_NAME.finditer(marked), *_FOCUS.finditer(marked)], key=lambda m: m.start()):
            out += marked[at : hit.start()]
            at = hit.end()
            if hit.re is _FOCUS:
                focus.setdefault(hit[1], []).append(len(out))
                continue
            key = hit[1] or "A"
            entry = names.setdefault(key, hit[2])
            found = mentions.setdefault(entry, [])
            found.append(Mention(entry, field, len(out), len(out) + len(hit[2]), hit[2], entry))
            if field is Field.TEXT or not body:
                named.setdefault(key, []).append(len(out))
            out += hit[2]
        plain[field] = out + marked[at:]
    said = [_LABEL.match(word) for word in labels.replace(";", " ").split()]
    answers = []
    own = {label[1] for label in said if label is not None and label[1]}
    for word, label in zip(labels.replace(";", " ").split(), said, strict=True):
        if label is None:
            raise InputError(f"{place}: {word} is not action/stage/N or action/stage/b")
        if label[1] and label[1] not in names:
            raise InputError(f"{place}: no name [[{label[1]}|…]] in the text")
        if label[2] is None:
            continue
        try:
            action, stage = ActionKind(label[2]), Stage(label[3])
        except ValueError as error:
            raise InputError(f"{place}: {error}") from None
        for key in [label[1]] if label[1] else [key for key in names if key not in own]:
            spots = tuple(focus.get(key) or named.get(key) or ())
            answers.append(Label(names[key], action, stage, label[4] == "N", spots))
    matches = tuple(
        Match(entry, Verdict.MATCH, 1.0, (), tuple(found)) for entry, found in sorted(mentions.items())
    )
    document = Document(place, plain[Field.TITLE], plain[Field.TEXT], lang=lang)
    return Example(document, matches, tuple(answers))
