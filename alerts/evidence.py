"""The sentence that a mail quotes, with the watched name marked. Pure.

Offsets index the document's text as given, so marking is slicing; nothing is searched again.
"""

from alerts.model import Facts, Passage
from watchlist.model import Document, EventReport, Field, Mention, Verdict
from watchlist.text.passage import passage_around

LONGEST_PASSAGE = 420
"""Code points of a quoted passage; a longer sentence is cut around the marked name."""

LONGEST_TITLE = 90
"""Code points of the first words that stand for a title."""


def facts_of(report: EventReport) -> Facts:
    """Take from a report what a mail will show of it."""
    match, action, document = report.match, report.action, report.document
    mention = _best_mention(report)
    return Facts(
        event=report.event,
        change=report.change,
        report_id=report.id,
        story_id=report.story.id,
        outlets=report.story.outlets,
        documents=report.story.documents,
        first_seen=report.first_seen,
        title=title_of(document),
        url=document.url,
        source=document.source,
        official=document.official,
        published=document.published,
        summary_only=document.completeness.value != "full",
        verdict=match.verdict if match else Verdict.MATCH,
        score=match.score if match else 0.0,
        why=match.why if match else (),
        alias=mention.alias if mention else report.event.entry,
        via=action.via if action else None,
        new=action.new if action else True,
        passage=passage_of(report),
        share=action.share if action else None,
        indirect=action.indirect if action else False,
    )


def title_of(document: Document) -> str:
    """Return the title, or, where there is none, the first words of the text."""
    if document.title.strip():
        return document.title
    words = " ".join(document.text[: 4 * LONGEST_TITLE].split())
    if len(words) <= LONGEST_TITLE:
        return words
    cut = words[:LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + " …"


def passage_of(report: EventReport) -> Passage:
    """Return the action's evidence sentence, else the sentence of the first mention, its mentions marked."""
    mention = _best_mention(report)
    if report.action and report.action.evidence.text.strip():
        span = report.action.evidence
        field, start, end = span.field, span.start, span.end
    elif mention:
        field = mention.field
        start, end = passage_around(report.document.part(field), mention.start, mention.end, LONGEST_PASSAGE)
    else:
        return Passage((report.document.title[:LONGEST_PASSAGE],))
    text = report.document.part(field)
    start, end = max(0, start), min(len(text), end)
    marks = [
        m for m in (report.match.mentions if report.match else ())
        if m.field is field and start <= m.start and m.end <= end
    ]  # fmt: skip
    return _cut(text, start, end, sorted(marks, key=lambda m: (m.start, -m.end)))


def _best_mention(report: EventReport) -> Mention | None:
    """Prefer a mention within the evidence, then one in the running text, then the title's."""
    if report.match is None or not report.match.mentions:
        return None
    mentions = report.match.mentions
    if report.action:
        span = report.action.evidence
        inside = [
            m for m in mentions if m.field is span.field and span.start <= m.start and m.end <= span.end
        ]
        if inside:
            return inside[0]
    return next((m for m in mentions if m.field is Field.TEXT), mentions[0])


def _cut(text: str, start: int, end: int, marks: list[Mention]) -> Passage:
    """Slice text[start:end] into plain and marked pieces, at most LONGEST_PASSAGE long around the first mark."""
    before = after = ""
    if end - start > LONGEST_PASSAGE:
        anchor = marks[0].start if marks else start
        new_start = max(start, min(anchor - LONGEST_PASSAGE // 3, end - LONGEST_PASSAGE))
        new_end = min(end, new_start + LONGEST_PASSAGE)
        before, after = "… " if new_start > start else "", " …" if new_end < end else ""
        start, end = new_start, new_end
    pieces: list[str] = []
    at = start
    for mark in marks:
        if mark.start < at or mark.start >= end:
            continue
        stop = min(mark.end, end)
        pieces += [text[at : mark.start], text[mark.start : stop]]
        at = stop
    pieces.append(text[at:end])
    pieces[0] = before + pieces[0].lstrip() if len(pieces) > 1 else before + pieces[0].strip()
    pieces[-1] = pieces[-1].rstrip() + after
    return Passage(tuple(pieces))
