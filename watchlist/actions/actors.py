"""Who acts: the authority behind a step, as an id of ``data/authorities.toml`` (``US-BIS``, ``EU-Council``, ``CN``).

Those named are read here: bodies, kinds of body with the country beside them, countries. Which of them acts is weighed
from their places (``actor_choice``). The id is as exact as the text: ``US`` where it says no more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from watchlist.actions.actor_choice import UNDONE, Ballot, counted, shipped
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
#: A clause that opens a sentence: whoever stands in it does something else.
_ASIDE = re.compile(
    r"[\s\"“«„-]{0,4}(?:While|After|As|Although|Though|Despite|Following|Before|When|Nachdem|Während|Obwohl|Nach|Trotz|Après|Alors|Tandis"
    r"|Malgré|Bien|Tras|Mientras|Aunque|Después|Cuando|После|Пока|Хотя|Несмотря|Вслед|Po|Podczas|Choć|Mimo)\b[^,\n]{0,200},"
)
_ADJECTIVE = re.compile(r"(?:an|ese|ish|ch|ic|i|se|U\.S\.|US|UK|EU|Dutch|Swiss|Greek|Czech|Thai)$")
_FOLLOWED = re.compile(r"[ -][a-z0-9]")
_NAME_GOES_ON = re.compile(r" [A-Z][a-z]")
_DATELINE = re.compile(r"^\s{0,3}[A-Z][A-Z .,/'-]{2,40}(?:\([^)]{1,30}\))?\s[-–—]\s")
_OF = re.compile(r"\s(?:of|for|de|del|du|von|der|di|в|of the|de la|des)\s(?:the\s)?$")


_NEAR = 160  # characters from the step's beginning within which an agent is near
_BODY, _ABLE, _DATELINED = 2.5, 1.5, 0.3  # weights: a body, whoever could act, a place in the dateline
_DATELINE_ENDS = 40


@dataclass(frozen=True, slots=True)
class Agent:
    """A possible actor: its id, place, and how much it looks like one (0 to 3)."""

    id: str
    start: int
    end: int
    weight: float


class Actors:
    """The authorities of one document. Build once a document; pure, never fails on any text.

    ``publisher`` is the id of the authority that publishes the document, where it is an official one; ``known`` are the
    authorities looked for, the shipped ones without it. ``lang`` (two letters) tells whose "the court" is in a text
    that names no country.
    """

    def __init__(
        self,
        text: str,
        title: str = "",
        publisher: str | None = None,
        known: Directory | None = None,
        lang: str = "",
    ) -> None:
        self.text, self._title, self._publisher, self._lang = text, title, publisher, lang
        self._directory = known or directory()
        self._read_already: dict[tuple[int, int], list[Agent]] = {}

    def acting(
        self,
        start: int,
        end: int,
        *,
        action: ActionKind | None = None,
        stage: Stage = Stage.ADOPTED,
    ) -> str | None:
        """Return the id of the authority that takes the step told in ``text[start:end]``, or None."""
        length = len(self.text)
        start, end = max(0, min(start, length)), max(0, min(end, length))
        low, high = self.sentences(start, end)
        best = self.ballot(low, high, start, action, stage).elected(shipped())
        return None if best is None else self.named(best, low, high, action, stage)

    def ballot(
        self, low: int, high: int, focus: int, action: ActionKind | None, stage: Stage = Stage.ADOPTED
    ) -> Ballot:
        """Return the candidates for a step told in the sentences between ``low`` and ``high``."""
        own = self.agents(low, high)
        able = [agent for agent in own if agent.weight >= _ABLE]
        first = min(able, key=lambda agent: agent.start, default=None)
        ballot = Ballot(self._directory, action, stage, first.id if first else None)
        opening = _ASIDE.match(self.text, low, high)
        aside = opening.end() if opening else low
        for agent in own:
            apart = min(abs(agent.start - focus), abs(agent.end - focus)) / _NEAR
            ballot.note(agent.id, "own_near", max(1.2 - apart, 0.0))
            if agent.weight < _ABLE:
                ballot.note(agent.id, "own_weak")
            if _PLACE.search(self.text, max(0, agent.start - 24), agent.start):
                ballot.note(agent.id, "own_placed")
            if agent.start < aside:
                ballot.note(agent.id, "own_aside")
            if stage in UNDONE and self.text[agent.end : agent.end + 2] in {"'s", "’s"}:
                ballot.note(agent.id, "own_whose")
        quiet = not able
        if quiet and low > 0:
            before = self.sentences(low - 1, low - 1)
            for agent in self.agents(before[0], max(before)):
                if agent.weight >= _ABLE:
                    ballot.note(agent.id, "quiet_prev")
        self._note_lead(ballot, quiet=quiet)
        title = self._titled
        for agent in title:
            ballot.note(agent.id, "title_body", float(agent.weight >= _BODY))
        countries = {country_of(agent.id) or agent.id for agent in title}
        if self._publisher:
            ballot.note(self._publisher, "publisher")
        for candidate, _ in list(ballot):
            if (country_of(candidate) or candidate) in countries:
                ballot.note(candidate, "kin_title")
        return ballot

    def _note_lead(self, ballot: Ballot, *, quiet: bool) -> None:
        """Note what the first paragraphs say of the candidates."""
        lead = self._lead
        for candidate, times in Counter(agent.id for agent in lead).items():
            ballot.note(candidate, "lead_count", counted(times))
            if quiet:
                ballot.note(candidate, "quiet_lead", counted(times))
        first = next((agent for agent in lead if agent.weight >= _ABLE), None)  # bodies come before countries
        if first:
            ballot.note(first.id, "lead_first")
        for agent in lead:
            if agent.weight >= _BODY:
                ballot.note(agent.id, "lead_body")
            elif agent.weight == _DATELINED and agent.start < _DATELINE_ENDS:
                ballot.note(agent.id, "dateline")

    def named(
        self, found: str, low: int, high: int, action: ActionKind | None, stage: Stage = Stage.ADOPTED
    ) -> str:
        """Return an id as exactly as the sentences around the step, and the law, tell it."""
        return self._directory.exact(self._refine(found, low, high, action, stage), action)

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the sentences that a stretch lies in, at most 600 characters further."""
        floor = max(0, start - 600)
        low = floor
        for hit in _SENTENCE.finditer(self.text, floor, start):
            if not self._shortened(hit.start()):
                low = hit.end()
        ceiling = min(len(self.text), end + 600)
        for hit in _SENTENCE.finditer(self.text, max(start, end - 1), ceiling):
            if not self._shortened(hit.start()):
                return low, max(end, hit.end())
        return low, ceiling

    def _shortened(self, mark: int) -> bool:
        """Tell whether an abbreviation stands before a mark; none has five letters."""
        if mark >= 5 and self.text[mark - 5 : mark].isalpha():
            return False
        return bool(_SHORT.search(self.text, max(0, mark - 6), mark))

    def agents(self, low: int, high: int) -> list[Agent]:
        """Return the agents of a stretch; steps told in one sentence, and neighbouring ones, ask for the same."""
        known = self._read_already.get((low, high))
        if known is None:
            known = self._read_already[low, high] = self._agents_between(low, high)
        return known

    def _agents_between(self, low: int, high: int) -> list[Agent]:
        text = self.text[low:high]
        dateline = _DATELINE.match(text) if low == 0 else None
        names = self._directory.names(text)
        return [
            Agent(
                a.id,
                a.start + low,
                a.end + low,
                _DATELINED if dateline and a.end <= dateline.end() else a.weight,
            )
            for a in self._read(text, names)
        ]

    def _read(self, text: str, names: Sequence[Named]) -> Iterator[Agent]:
        """Yield the agents of a text: bodies and roles with the country beside them first, then countries."""
        used: set[int] = set()
        for n, named in enumerate(names):
            if named.authority:
                foreign = self._foreign(text, names, n)
                if foreign is not None:
                    used.add(n - 1)
                yield Agent(foreign or named.authority, named.start, named.end, 3.0)
            elif named.role:
                beside = self._country_beside(text, names, n)
                if beside is not None:
                    used.add(beside)
                    yield Agent(named.role.of(names[beside].country or ""), named.start, named.end, 2.9)
        for n, named in enumerate(names):
            if named.country and n not in used:
                yield Agent(named.country, named.start, named.end, self._weight(text, named))
            elif named.role and not any(b in used for b in (n - 1, n + 1)):
                country = self._context_country
                if country and named.role.key not in {"government"}:
                    yield Agent(named.role.of(country), named.start, named.end, 1.5)

    def _foreign(self, text: str, names: Sequence[Named], n: int) -> str | None:
        """Return whose body it is, where another country stands right before a name: "Brazil's Congress"."""
        body, before = names[n], names[n - 1] if n else None
        role = self._directory.kind(body.authority or "")
        if role is None or before is None or before.country is None:
            return None
        own = country_of(body.authority or "")
        if before.country == own or text[before.end : body.start].strip("'’s "):
            return None
        if any(
            named.country == own for named in self._directory.names(text[body.start : body.end].split(" ")[0])
        ):
            return None  # China's U.S. Treasury holdings
        return role.of(before.country)

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
            person = not gap.strip() and _NAME_GOES_ON.match(text, names[n + 1].end)  # Judge Santiago Pedraz
            if len(gap) <= 12 and (_OF.search(gap) or gap.strip() in {"", "of", "في"}) and not person:
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
        if named.adjective:
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

    @cached_property
    def _lead(self) -> list[Agent]:
        """The agents of the first paragraphs."""
        return self.agents(0, min(len(self.text), 2000))

    @cached_property
    def _titled(self) -> list[Agent]:
        """The agents of the title."""
        return list(self._read(self._title, self._directory.names(self._title)))

    def _refine(self, found: str, low: int, high: int, action: ActionKind | None, stage: Stage) -> str:
        """Name the body when only its country is told here and the sentences around name exactly one."""
        if country_of(found) is not None:
            return found
        stretch = self.agents(max(0, low - 700), min(len(self.text), high + 300))
        bodies = {
            a.id
            for a in stretch
            if a.weight >= _BODY
            and country_of(a.id) == found
            and self._directory.likelihood(a.id, action, stage) >= 0
        }
        return bodies.pop() if len(bodies) == 1 else found

    @cached_property
    def _context_country(self) -> str | None:
        """The country that a bare "the commerce ministry" belongs to: the dateline's, the first one named, its language's."""
        if self._publisher:
            return country_of(self._publisher) or self._publisher
        head = self.text[:1500]
        names = self._directory.names(head)
        place = _DATELINE.match(head) and re.match(r"[A-Z]+(?: [A-Z]+)?", head.strip())
        if place:
            names = [*self._directory.names(place[0].title()), *names]
        named = (*names, *self._directory.names(self._title))
        countries = (n.country or country_of(n.authority or "") for n in named)
        told = (country for country in countries if country not in {None, "exchange"})
        return next(told, None) or self._directory.home(self._lang)
