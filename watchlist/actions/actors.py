"""Who acts: the authority behind a step, as an id of ``data/authorities.toml`` (``US-BIS``, ``EU-Council``, ``CN``).

Within the sentence of the step the nearest agent wins, subjects before it first; a kind of body needs a country beside
it. Then the sentences around it, the title and the place of the report are asked. The id is as exact as the text: ``US``
where it says no more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from watchlist.actions.authorities import APART, Directory, Named, country_of, directory
from watchlist.model import ActionKind, Stage

_SENTENCE = re.compile(
    r"[.!?。！？؟\n](?:(?<=[.!?])['\"”’»)]{0,2}\s+(?=[\"“«(¿¡]?[^\W\d_a-zа-яё])|(?<=[。！？؟])['”」』]?|(?<=\n)\n*)"
)
_SHORT = re.compile(
    r"(?:\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Co|Ltd|Inc|Corp|Mr|Ms|Dr|St|Gen|Sen|Rep|Gov)|\b[A-Z])$"
)
#: A country after one of these is a place or a target, not the one who acts.
_PLACE = re.compile(
    r"(?:\b(?:in|inside|outside|from|to|into|of|with|against|across|within|throughout|for|near|over|leave|left|between|toward|towards"
    r"|in der|in den|aus|nach|gegen|nach|en|dans|vers|contre|desde|hacia|contra|sobre|в|во|из|с|против|для|по|на|w|z|do|przeciwko)"
    r"(?:\s+(?:the|la|le|der|die|den|el|los|las|mainland))?\s+|(?:في|من|إلى|ضد|على)\s+|(?:[在对對向从從赴]|针对|针對|針對))$"
)
_ADJECTIVE = re.compile(r"(?:an|ese|ish|ch|ic|i|se|U\.S\.|US|UK|EU|Dutch|Swiss|Greek|Czech|Thai)$")
_FOLLOWED = re.compile(r"[ -][a-z0-9]")
_NAME_GOES_ON = re.compile(r" [A-Z][a-z]")
_DATELINE = re.compile(r"^\s{0,3}[A-Z][A-Z .,/'-]{2,40}(?:\([^)]{1,30}\))?\s[-–—]\s")
_OF = re.compile(r"\s(?:of|for|de|del|du|von|der|di|в|of the|de la|des)\s(?:the\s)?$")


@dataclass(frozen=True, slots=True)
class _Agent:
    """A possible actor: its id, place, and how much it looks like one (0 to 3)."""

    id: str
    start: int
    end: int
    weight: float


class Actors:
    """The authorities of one document. Build once a document; pure, never fails on any text.

    ``publisher`` is the id of the authority that publishes the document, where it is an official one; ``known`` are the
    authorities looked for, the shipped ones without it.
    """

    def __init__(
        self, text: str, title: str = "", publisher: str | None = None, known: Directory | None = None
    ) -> None:
        self._text, self._title, self._publisher = text, title, publisher
        self._directory = known or directory()
        self._read_already: dict[tuple[int, int], list[_Agent]] = {}

    def acting(
        self,
        start: int,
        end: int,
        *,
        action: ActionKind | None = None,
        stage: Stage = Stage.ADOPTED,
        focus: int | None = None,
    ) -> str | None:
        """Return the id of the authority that takes the step told in ``text[start:end]``, or None.

        ``focus`` is the place of the trigger word; the nearest agent counts.
        """
        length = len(self._text)
        start, end = max(0, min(start, length)), max(0, min(end, length))
        low, high = self._widen(start, end)
        choice = _Choice(self._directory, action, stage)
        best = choice.best(self._agents(low, high), focus if focus is not None else start)
        if best is None or best.weight < 1:
            best = self._around(low, high, choice) or self._from_title or self._from_lead(choice) or best
        if best is None or best.weight < 0.5:
            return self._publisher
        return self._directory.exact(self._refine(best.id, low, high), action)

    def _widen(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the sentences that a stretch lies in, at most 600 characters further."""
        floor = max(0, start - 600)
        low = floor
        for hit in _SENTENCE.finditer(self._text, floor, start):
            if not self._shortened(hit.start()):
                low = hit.end()
        ceiling = min(len(self._text), end + 600)
        for hit in _SENTENCE.finditer(self._text, max(start, end - 1), ceiling):
            if not self._shortened(hit.start()):
                return low, max(end, hit.end())
        return low, ceiling

    def _shortened(self, mark: int) -> bool:
        """Tell whether an abbreviation stands before a mark; none has five letters."""
        if mark >= 5 and self._text[mark - 5 : mark].isalpha():
            return False
        return bool(_SHORT.search(self._text, max(0, mark - 6), mark))

    def _agents(self, low: int, high: int) -> list[_Agent]:
        """Return the agents of a stretch; steps told in one sentence, and neighbouring ones, ask for the same."""
        known = self._read_already.get((low, high))
        if known is None:
            known = self._read_already[low, high] = self._agents_between(low, high)
        return known

    def _agents_between(self, low: int, high: int) -> list[_Agent]:
        text = self._text[low:high]
        dateline = _DATELINE.match(text) if low == 0 else None
        names = self._directory.names(text)
        return [
            _Agent(
                a.id, a.start + low, a.end + low, 0.3 if dateline and a.end <= dateline.end() else a.weight
            )
            for a in self._read(text, names)
        ]

    def _read(self, text: str, names: Sequence[Named]) -> Iterator[_Agent]:
        """Yield the agents of a text: bodies, roles with the country beside them, countries."""
        used: set[int] = set()
        for n, named in enumerate(names):
            if named.authority:
                yield _Agent(named.authority, named.start, named.end, 3.0)
            elif named.role:
                beside = self._country_beside(text, names, n)
                if beside is not None:
                    used.add(beside)
                    yield _Agent(named.role.of(names[beside].country or ""), named.start, named.end, 2.9)
        for n, named in enumerate(names):
            if named.country and n not in used:
                yield _Agent(named.country, named.start, named.end, self._weight(text, named))
            elif named.role and not any(b in used for b in (n - 1, n + 1)):
                country = self._context_country
                if country and named.role.key not in {"government"}:
                    yield _Agent(named.role.of(country), named.start, named.end, 1.5)

    @staticmethod
    def _country_beside(text: str, names: Sequence[Named], n: int) -> int | None:
        """Return the index of the country that a role belongs to: just before it, or after "of"."""
        role = names[n]
        if n and names[n - 1].country:
            gap = text[names[n - 1].end : role.start]
            if len(gap) <= 24 and not re.search(r"[,;:.。，；]\s|\d", gap) and gap.count(" ") <= 3:
                return n - 1
        if n + 1 < len(names) and names[n + 1].country:
            gap = text[role.end : names[n + 1].start]
            if len(gap) <= 12 and (_OF.search(gap) or gap.strip() in {"", "of", "في"}):
                return n + 1
        return None

    @staticmethod
    def _weight(text: str, named: Named) -> float:
        """Judge a bare country: who acts, or where and against whom."""
        before, word = text[max(0, named.start - 24) : named.start], text[named.start : named.end]
        if _PLACE.search(before):
            return 0.4
        if before.endswith(", ") and text[named.end : named.end + 1] in {";", ",", ")", "."}:
            return 0.3  # an address
        if text[named.end : named.end + 2] in {"'s", "’s"}:
            return 0.5
        if _NAME_GOES_ON.match(text, named.end):
            return 0.3  # China Telecom
        if word[0].islower() and not APART.match(word):
            return 0.5  # российский, deutsche: an adjective without a body
        if _ADJECTIVE.search(word) and _FOLLOWED.match(text, named.end):
            return 0.5
        if APART.match(word) and text[named.end : named.end + 1] in {
            "公",
            "企",
            "人",
            "の",
            "籍",
            "市",
            "股",
        }:
            return 0.3
        return 2.0

    def _around(self, low: int, high: int, choice: "_Choice") -> _Agent | None:
        """Ask the two sentences before and the one after; a named body there is likely the one that acts."""
        before_low = low
        for _ in range(2):
            if before_low <= 0:
                break
            before_low, before_high = self._widen(max(0, before_low - 1), max(0, before_low - 1))
            found = [a for a in self._agents(before_low, max(before_high, before_low)) if a.weight >= 1.5]
            if found:
                return choice.best(found, before_low)
        if high < len(self._text):
            after_low, after_high = self._widen(high, min(len(self._text), high + 1))
            found = [a for a in self._agents(max(after_low, high), after_high) if a.weight >= 2.9]
            if found:
                return found[0]
        return None

    def _from_lead(self, choice: "_Choice") -> _Agent | None:
        """Return the agent that the first paragraphs name most often."""
        times = Counter(a.id for a in self._lead)
        return max(
            self._lead,
            key=lambda a: (times[a.id] + choice.likelihood(a.id), a.weight, -a.start),
            default=None,
        )

    @cached_property
    def _lead(self) -> list[_Agent]:
        """The agents of the first paragraphs."""
        return [a for a in self._agents(0, min(len(self._text), 2000)) if a.weight >= 1.5]

    @cached_property
    def _from_title(self) -> _Agent | None:
        """The likeliest agent of the title."""
        names = self._directory.names(self._title)
        found = [a for a in self._read(self._title, names) if a.weight >= 0.9]
        return max(found, key=lambda a: (a.weight, -a.start), default=None)

    def _refine(self, found: str, low: int, high: int) -> str:
        """Name the body when only its country is told here and the sentences around name exactly one."""
        if country_of(found) is not None:
            return found
        stretch = self._agents(max(0, low - 700), min(len(self._text), high + 300))
        bodies = {a.id for a in stretch if a.weight >= 2.5 and country_of(a.id) == found}
        return bodies.pop() if len(bodies) == 1 else found

    @cached_property
    def _context_country(self) -> str | None:
        """The country that a bare "the commerce ministry" belongs to: the dateline's, else the first one named."""
        if self._publisher:
            return country_of(self._publisher) or self._publisher
        head = self._text[:1500]
        names = [n for n in self._directory.names(head) if n.country]
        if _DATELINE.match(head) and not names:
            city = re.match(r"[A-Z]+", head.strip())
            names = self._directory.names(city[0].capitalize()) if city else []
        title = [n for n in self._directory.names(self._title) if n.country]
        return next((n.country for n in (*names, *title) if n.country), None)


@dataclass(frozen=True, slots=True)
class _Choice:
    """How one action and stage weigh the agents."""

    directory: Directory
    action: ActionKind | None
    stage: Stage

    def likelihood(self, authority: str) -> float:
        """Return how usual this action is for a body."""
        return self.directory.likelihood(authority, self.action, self.stage)

    def best(self, agents: Sequence[_Agent], place: int) -> _Agent | None:
        """Return the nearest likely agent, one before the place or close behind it first."""

        def score(agent: _Agent) -> tuple[float, int]:
            distance = min(abs(agent.start - place), abs(agent.end - place)) / 160
            subject = 0.4 if agent.start <= place + 40 else 0.0
            return agent.weight + subject - min(distance, 1.2) + self.likelihood(agent.id), -agent.start

        return max(agents, key=score, default=None)
