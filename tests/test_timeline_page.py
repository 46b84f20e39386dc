"""The page of a timeline, and where its axis puts things."""

from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.cli.timeline_page import page
from watchlist.model import ActionKind, Event, Stage
from watchlist.status import Step, Telling
from watchlist.timeline_axis import axis

SEEN = datetime(2024, 5, 1, tzinfo=UTC)
TODAY = date(2024, 12, 1)


def step(number: int, day: date, stage: Stage, **more: object) -> Step:
    """Return one step of one case."""
    base = Event(number, "Norvik", ActionKind.EXPORT_CONTROL, stage, "US-BIS", None, None, 1, SEEN)
    event = replace(base, **more)  # type: ignore[arg-type]
    told = (Telling(day, "Rule", "https://example.org/rule", "register", official=True),)
    return Step(event, day, "Title", None, "paper", "It was said.", False, True, 1, tellings=told)


CHAIN = [
    step(1, date(2024, 1, 10), Stage.PROPOSED),
    step(2, date(2024, 3, 1), Stage.ADOPTED, effective=date(2024, 4, 1)),
    step(3, date(2024, 9, 1), Stage.LIFTED),
]


def test_a_bar_lies_where_the_measure_binds() -> None:
    """The bar begins with the effective date, not with the signature, and ends with the lifting."""
    drawn = axis([("export control", CHAIN)], TODAY, 760, 8)
    assert drawn is not None
    ((low, high, sure),) = drawn.lanes[0].bars
    proposed, adopted, lifted = (mark.x for mark in drawn.lanes[0].marks)
    assert proposed < adopted < low < high == lifted < drawn.today
    assert sure


def test_a_suspension_that_ran_out_is_followed_by_a_bar() -> None:
    """A ban delayed until 30 September binds again from October; a picture without its bar says that it does not."""
    paused = step(3, date(2024, 9, 1), Stage.SUSPENDED, until=date(2024, 9, 30))
    drawn = axis([("export control", [*CHAIN[:2], paused])], TODAY, 760, 8)
    assert drawn is not None
    (_, before, _), (low, high, sure) = drawn.lanes[0].bars
    assert before < low < high == drawn.today
    assert sure
    html = page("Norvik", [*CHAIN[:2], paused], TODAY, TODAY)
    assert "in force again since <time>2024-10-01</time>" in html


def test_a_case_is_headed_by_what_all_its_steps_share() -> None:
    """The heading of a case of two bodies named the first measure and the last body: a ban that nobody imposed."""
    licence = step(4, date(2024, 5, 1), Stage.ADOPTED, action=ActionKind.LICENCE, authority="US-OFAC")
    assert "<h2>Export control, licence: United States</h2>" in page(
        "Norvik", [CHAIN[1], licence], TODAY, TODAY
    )
    assert "<h2>Export control: US Bureau of Industry and Security</h2>" in page(
        "Norvik", CHAIN, TODAY, TODAY
    )


def test_what_is_to_come_is_drawn_apart() -> None:
    """A ban that begins next year does not bind today."""
    coming = step(4, date(2024, 11, 1), Stage.ADOPTED, effective=date(2025, 6, 1))
    drawn = axis([("ban", [coming])], TODAY, 760, 8)
    assert drawn is not None
    ((low, _, sure),) = drawn.lanes[0].bars
    assert low > drawn.today
    assert not sure


def test_many_lanes_are_cut_and_counted() -> None:
    """A picture of a hundred lanes tells nothing; the list below tells all."""
    drawn = axis([(str(n), CHAIN) for n in range(20)], TODAY, 320, 3)
    assert drawn is not None
    assert len(drawn.lanes) == 12
    assert drawn.left_out == 8


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.dates(), st.sampled_from(Stage), st.none() | st.dates(), st.none() | st.dates()),
        min_size=1,
        max_size=6,
    ),
    st.dates(),
    st.sampled_from([(320, 3), (760, 8)]),
)
def test_everything_lies_on_the_axis(
    rows: list[tuple[date, Stage, date | None, date | None]], as_of: date, size: tuple[int, int]
) -> None:
    """Dates of year 1 or 9999, in any order: nothing may be drawn outside, and ticks stay few."""
    steps = [
        step(n, day, stage, effective=effective, until=until)
        for n, (day, stage, effective, until) in enumerate(rows)
    ]
    width, most = size
    drawn = axis([("ban", steps)], as_of, width, most)
    assert drawn is not None
    places = [x for x, _ in drawn.ticks] + [drawn.today] + [m.x for m in drawn.lanes[0].marks]
    places += [x for low, high, _ in drawn.lanes[0].bars for x in (low, high)]
    assert all(0 <= x <= width for x in places)
    assert all(low <= high for low, high, _ in drawn.lanes[0].bars)
    assert len(drawn.ticks) <= most


def test_what_resumes_after_the_day_asked_for_is_not_drawn_backwards() -> None:
    """A suspension told with a last day long before its own came out as a bar from right to left."""
    steps = [
        step(0, date(2000, 1, 1), Stage.ADOPTED),
        step(1, date(1999, 1, 1), Stage.SUSPENDED, until=date(1997, 1, 1)),
        step(2, date(2000, 1, 1), Stage.ADOPTED),
    ]
    drawn = axis([("ban", steps)], date(1998, 1, 1), 320, 3)
    assert drawn is not None
    assert all(low <= high for low, high, _ in drawn.lanes[0].bars)


class _Tags(HTMLParser):
    """Collects the tags of a page and the addresses in them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["javascript:alert(1)", "https://example.org/a", "data:text/html,x"]),
)
def test_what_documents_say_stays_text(text: str, url: str) -> None:
    """Titles and addresses come from strangers: none may become markup, script or a link that runs something."""
    hostile = f"<script>{text}</script><img src=x onerror=alert(1)>"
    telling = Telling(date(2024, 3, 1), hostile, url, hostile, official=False)
    one = replace(CHAIN[1], evidence=hostile, tellings=(telling,))
    read = _Tags()
    read.feed(page(hostile, [one], TODAY, TODAY))
    assert not read.tags & {"script", "img", "iframe", "link", "object"}
    assert all(link.startswith("https://") for link in read.links)


def test_nothing_known_is_said() -> None:
    """A name without a step has a page, too."""
    assert "Nothing is known" in page("Norvik", [], TODAY, TODAY)
