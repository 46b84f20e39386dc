"""One's own templates, tried before they are needed: each is rendered with a made-up mail of every kind."""

from datetime import UTC, date, datetime
from pathlib import Path

from alerts.model import (
    BlindSpot,
    CaseHistory,
    CaseStep,
    Digest,
    Line,
    MailKind,
    Passage,
    Reader,
    Row,
    Section,
    Severity,
    Source,
)
from alerts.render import Renderer, shipped_templates
from watchlist.model import ActionKind, ReportChange, Stage

_NOW = datetime(2026, 1, 5, 7, tzinfo=UTC)


def problems(folder: Path) -> list[str]:
    """Return a line for each thing that is wrong with a folder of templates: unusable ones, names nobody asks for."""
    known = {path.name for path in shipped_templates().iterdir()}
    found = [
        f"{path.name}: no template of that name is asked for; there are {', '.join(sorted(known))}"
        for path in sorted(folder.iterdir())
        if path.suffix in (".html", ".txt", ".css") and path.name not in known
    ]
    renderer = Renderer(folder, "https://watchlist.example.org")
    for kind in MailKind:
        found += [note for note in renderer.render(_sample(kind)).notes if note not in found]
    return found


def _sample(kind: MailKind) -> Digest:
    """Make a mail that shows everything a mail can show."""
    rows = tuple(_row(number, section) for number, section in enumerate(Section, 1))
    filled = kind in (MailKind.DIGEST, MailKind.ALERT)
    return Digest(
        kind=kind, reader=Reader("Ada", "ada@example.org"), now=_NOW, number=1, slot="2026-01-05 08:00",
        rows=rows[:1] if filled else (), possible=rows[2:] if filled else (), mentions=rows[1:2] if filled else (),
        counts=(("ban", 1), ("mention", 1)), unseen=1, changes=(("new", 1),), last_mail=_NOW,
        blind_spots=(BlindSpot("Example source", _NOW, 26, "503"),), sources_total=2, sources_healthy=1, watched=3,
        left_out=(("Example C", 2),), undelivered=("ada: a mail",), notes=("a note",),
    )  # fmt: skip


def _row(number: int, section: Section) -> Row:
    adopted = CaseStep(ActionKind.TRANSACTION_BAN, Stage.ADOPTED, date(2026, 1, 5), current=True)
    proposed = CaseStep(ActionKind.TRANSACTION_BAN, Stage.PROPOSED, date(2025, 3, 3), current=False)
    line = Line(
        entries=("Example A", "Example B"), action=ActionKind.TRANSACTION_BAN, stage=Stage.ADOPTED,
        authority="US-President", effective=date(2026, 2, 1), until=date(2027, 2, 1), via="Example Group",
        kind=ReportChange.CONFIRMED, severity=Severity.SEVERE, alert_ids=(number,),
    )  # fmt: skip
    return Row(
        story_id=number, case_id=number, section=section, severity=Severity.SEVERE, lines=(line,),
        passages=(Passage(("The order names ", "Example A", ".")),), why=("exact name",), score=0.9,
        sources=(Source("An order", "https://example.org/1", "Example Gazette", True, _NOW),), outlets=3,
        first_seen=_NOW, summary_only=True,
        history=(CaseHistory(("Example A",), (proposed, adopted), _NOW, proposed),),
    )  # fmt: skip
