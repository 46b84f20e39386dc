"""Rules that an analyst writes: a turn of phrase that means an action, and cues that widen the lexicon.

The learnt model needs no rules; they are for wording that it misses. A rule that fires is an answer, whatever the
model says. Form and examples: docs/actions.md.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchlist.actions import corpus, cues, own_tables
from watchlist.actions.cues import Lexicon
from watchlist.actions.discourse import Line
from watchlist.actions.language import LANGUAGES
from watchlist.actions.notice_kinds import NoticeKind
from watchlist.actions.timing_cues import OwnWords
from watchlist.actions.tokens import NAME
from watchlist.errors import ConfigError, InputError
from watchlist.model import ActionKind, Stage

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: any of ``patterns`` and none of ``unless`` in a sentence that speaks of the target."""

    id: str
    lang: str
    action: ActionKind
    stage: Stage
    new: bool
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A user's own file as read: rules, further cues by language, and examples to test it with.

    Beside them: authorities, forms of notices and words beside dates, as in the shipped data files.
    ``digest`` tells one state of the file from another.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Mapping[str, Sequence[str]]]
    examples: tuple[corpus.Example, ...]
    authorities: tuple[own_tables.OwnAuthority, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    dates: Mapping[str, OwnWords] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Compiled rules by language. Build once, share between threads."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    lexicons: Mapping[str, Lexicon] = field(default_factory=dict)

    @classmethod
    def compile(cls, rules: Iterable[Rule]) -> "RuleBook":
        """Compile rules; ``NAME`` in a pattern stands for the target."""
        kept = {rule.id: rule for rule in rules}
        patterns: dict[str, dict[str, list[str]]] = {}
        for rule in kept.values():
            table = patterns.setdefault(rule.lang, {})
            table[rule.id] = [pattern.replace("NAME", NAME) for pattern in rule.patterns]
            if rule.unless:
                table["!" + rule.id] = [pattern.replace("NAME", NAME) for pattern in rule.unless]
        return cls(kept, {lang: Lexicon(table) for lang, table in patterns.items()})

    def fire(self, line: Line, lang: str, target: str, *, named: bool) -> list[Rule]:
        """Return the rules that a sentence fires for a target; without the name only patterns without NAME can."""
        lexicon = self.lexicons.get(lang)
        if lexicon is None:
            return []
        fired: dict[str, None] = {}
        stopped: set[str] = set()
        for hit in lexicon.find(line.tokens):
            if hit.cue.startswith("!"):
                stopped.add(hit.cue[1:])
                continue
            inside = {name for token in line.tokens[hit.start : hit.end] for name in token.names}
            if NAME in hit.pattern and (not named or target not in inside):
                continue
            fired[hit.cue] = None
        return [self.rules[rule] for rule in fired if rule not in stopped]


def read(path: Path) -> RuleFile:
    """Read a rule file.

    Raises:
        ConfigError: it cannot be read, is not TOML, or a rule is not of the documented form.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8; save it as UTF-8"
        raise ConfigError(f"{path}: cannot be read: {reason}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    unknown = sorted(set(data) - {"lang", "cues", "rule", "examples", "authority", "notice", "dates"})
    if unknown:
        raise ConfigError(f"{path}: unknown key {unknown[0]}; see docs/actions.md")
    lang = _language(data.get("lang", "en"), str(path))
    more: dict[str, Mapping[str, Sequence[str]]] = {}
    if "cues" in data:
        more[lang] = cues.read(text, str(path))[1]
    rows = data.get("rule", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{path}: each rule is a table of its own: write [[rule]]")
    rules = [_rule(row, lang, f"{path}: rule {n}") for n, row in enumerate(rows, 1)]
    if len({rule.id for rule in rules}) < len(rules):
        raise ConfigError(f"{path}: two rules have the same id; give each its own")
    try:
        examples = tuple(corpus.parse(data.get("examples", []), str(path)))
    except InputError as error:
        raise ConfigError(str(error)) from None
    return RuleFile(
        tuple(rules),
        more,
        examples,
        own_tables.authorities(data, str(path)),
        own_tables.notices(data, str(path)),
        own_tables.dates(data, str(path)),
        hashlib.sha256(text.encode()).hexdigest(),
    )


def _language(lang: object, where: str) -> str:
    """Return the language of a rule or file; texts in no other one are told apart, so such a rule would never fire."""
    if lang not in LANGUAGES:
        raise ConfigError(f"{where}: lang is {lang!r}, but actions are read in {', '.join(LANGUAGES)} only")
    return str(lang)


def _rule(row: Mapping[str, object], lang: str, where: str) -> Rule:
    def texts(key: str) -> tuple[str, ...]:
        found = row.get(key, [])
        if not isinstance(found, list) or not all(isinstance(x, str) and x.strip() for x in found):
            raise ConfigError(f"{where}: {key} is a list of texts")
        return tuple(found)

    unknown = set(row) - {"id", "lang", "action", "stage", "new", "patterns", "unless", "note"}
    if unknown:
        raise ConfigError(f"{where}: unknown key {sorted(unknown)[0]}; see docs/actions.md")
    name = row.get("id")
    if not isinstance(name, str) or not name or name.startswith("!"):
        raise ConfigError(f"{where}: needs an id")
    for key, known, said in (
        ("action", ActionKind, row.get("action", "")),
        ("stage", Stage, row.get("stage", "adopted")),
    ):
        if said not in list(known):
            told = f"{key} is {said!r}, but must be" if said else f"needs {key}:"
            raise ConfigError(f"{where} ({name}): {told} one of {', '.join(known)}")
    action, stage = ActionKind(str(row["action"])), Stage(str(row.get("stage", "adopted")))
    patterns = texts("patterns")
    if not patterns:
        raise ConfigError(f"{where} ({name}): needs patterns")
    return Rule(
        name,
        _language(row.get("lang", lang), where),
        action,
        stage,
        bool(row.get("new", True)),
        patterns,
        texts("unless"),
    )
