"""Made-up reports, items and digests that tests, golden mails and pictures share. All texts are our own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from alerts.digest import changes_of, counts_of, rows_of
from alerts.evidence import facts_of
from alerts.model import (
    BlindSpot,
    CaseStep,
    Code,
    Digest,
    Item,
    MailKind,
    Past,
    Reader,
    Reason,
    Row,
    Section,
)
from alerts.rules import section_of
from watchlist.model import (
    Action,
    ActionKind,
    Completeness,
    Document,
    Event,
    EventReport,
    Field,
    Match,
    Mention,
    ReportChange,
    Span,
    Stage,
    StoryRef,
    Verdict,
)

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)

LONG_CHINESE = "重庆红蜻蜓国际融资租赁与供应链管理（集团）股份有限公司上海自由贸易试验区第一分公司"
LONG_ARABIC = (
    "الشركة الوطنية السورية للاستثمارات النفطية والصناعات البتروكيماوية والنقل البحري القابضة المساهمة"
)

STORIES = (
    ("Alipay", "Ant Group", ActionKind.TRANSACTION_BAN, Stage.ADOPTED, "US-President", date(2027, 1, 5),
     "The order prohibits any transaction with persons that develop or control Alipay, the White House said.", True),
    ("Huawei", None, ActionKind.EXPORT_CONTROL, Stage.ADOPTED, "US-BIS", date(2026, 11, 20),
     "The Bureau added Huawei and two of its affiliates to the Entity List, effective on publication.", True),
    ("TikTok", "ByteDance", ActionKind.DIVESTITURE_ORDER, Stage.PROPOSED, "US-Congress", None,
     "A bill introduced on Tuesday would force ByteDance to sell TikTok within 180 days.", False),
    ("Xiaomi", None, ActionKind.INVESTMENT_BAN, Stage.LIFTED, "US-court", date(2026, 11, 18),
     "A judge vacated the order that had barred investment in Xiaomi.", False),
    (LONG_CHINESE, None, ActionKind.DESIGNATION, Stage.ADOPTED, "US-OFAC", date(2026, 11, 19),
     f"财政部周四将{LONG_CHINESE}列入制裁名单。", True),
    (LONG_ARABIC, None, ActionKind.DESIGNATION, Stage.ADOPTED, "EU-Council", date(2026, 11, 21),
     f"أدرج المجلس {LONG_ARABIC} في قائمة العقوبات يوم الجمعة.", True),
    ("CamScanner", None, ActionKind.OPERATING_BAN, Stage.SUSPENDED, "IN-MeitY", None,
     "The ministry paused the blocking of CamScanner until the appeal is heard.", False),
    ("SHAREit", None, ActionKind.INVESTIGATION, Stage.ADOPTED, "CN-CAC", None,
     "The regulator opened a review of SHAREit's data practices.", False),
    ("Tencent QQ", "Tencent", ActionKind.MILITARY_LIST, Stage.ADOPTED, "US-DoD", date(2026, 11, 15),
     "The department named Tencent, owner of Tencent QQ, as a military company.", True),
    ("WeChat Pay", None, ActionKind.PENALTY, Stage.ADOPTED, "exchange:NYSE", None,
     "An exchange fined the operator of WeChat Pay over disclosure failures.", False),
)  # fmt: skip


def report(
    n: int,
    story: tuple[object, ...] = STORIES[0],
    *,
    change: ReportChange = ReportChange.NEW,
    verdict: Verdict = Verdict.MATCH,
    baseline: bool = False,
    mention: bool = False,
    outlets: int = 1,
    score: float = 0.97,
    title: str | None = None,
    url: str | None = None,
    event_id: int | None = None,
    story_id: int | None = None,
    seen: datetime = NOW,
) -> EventReport:
    """Make the n-th report of a story of STORIES."""
    entry, owner, action, stage, authority, effective, sentence, official = story
    assert isinstance(entry, str)
    assert isinstance(sentence, str)
    text = f"Something else happened first. {sentence} More followed later."
    start = text.index(sentence)
    at = text.find(entry)
    mentions = (Mention(entry, Field.TEXT, at, at + len(entry), entry, entry),) if at >= 0 else ()
    document = Document(
        id=f"doc-{n}",
        title=title if title is not None else sentence.rstrip(".。")[:90],
        text=text,
        url=url if url is not None else f"https://news.example/{n}",
        published=seen,
        source="Federal Register" if official else "Example Wire",
        official=bool(official),
        completeness=Completeness.FULL,
    )
    found = None
    if not mention:
        found = Action(
            entry, action, stage, authority, effective, None, True, owner,  # type: ignore[arg-type]
            Span(Field.TEXT, start, start + len(sentence), sentence), ("rule",), 0.9,
        )  # fmt: skip
    event = Event(
        event_id or n, entry, None if mention else action, None if mention else stage,  # type: ignore[arg-type]
        None if mention else authority, None if mention else effective, None, None if mention else 100 + n, seen,  # type: ignore[arg-type]
    )  # fmt: skip
    why = ("exact name", f"owner {owner} named in the same sentence") if owner else ("exact name",)
    return EventReport(
        id=n, event=event, change=change, baseline=baseline,
        story=StoryRef(story_id or n, outlets, outlets), revision_id=n, document=document, first_seen=seen,
        match=Match(entry, verdict, score, why, mentions), action=found,
    )  # fmt: skip


def item(made: EventReport) -> Item:
    """Make the waiting item of a report."""
    facts = facts_of(made)
    return Item(made.id, section_of(facts), facts, Reason(Code.DEFAULT, "goes into the digest"))


def case_of_alipay() -> Past:
    """Make the past of the first story's case: proposed in March, told then."""
    proposed = CaseStep(ActionKind.TRANSACTION_BAN, Stage.PROPOSED, date(2026, 3, 3), current=False)
    adopted = CaseStep(ActionKind.TRANSACTION_BAN, Stage.ADOPTED, date(2026, 11, 22), current=False)
    plan = report(901, (*STORIES[0][:3], Stage.PROPOSED, *STORIES[0][4:]), seen=NOW - timedelta(days=264))
    return Past(
        ((901, proposed), (1, adopted)), NOW - timedelta(days=264), facts_of(plan), "<wl.first@example.org>"
    )


def left_behind() -> tuple[Row, ...]:
    """Make the rows of a ban that was lifted before it could be told: one story, both steps."""
    ban = report(1, (*STORIES[0][:5], date(2004, 2, 1), *STORIES[0][6:]), story_id=1)
    court = (
        *STORIES[0][:3],
        Stage.LIFTED,
        "US-court",
        None,
        "A court lifted the ban on Alipay, it said.",
        False,
    )
    lift = report(2, court, story_id=1)
    lift = replace(lift, event=replace(lift.event, case_id=ban.event.case_id))
    adopted = CaseStep(ActionKind.TRANSACTION_BAN, Stage.ADOPTED, date(2026, 11, 20), current=False)
    lifted = CaseStep(ActionKind.TRANSACTION_BAN, Stage.LIFTED, date(2026, 11, 22), current=False)
    past = Past(((1, adopted), (2, lifted)), overtaken={1: lifted})
    return rows_of([item(ban), item(lift)], {101: past})


def digest(n: int, reader: Reader | None = None, kind: MailKind = MailKind.DIGEST) -> Digest:
    """Make a mail of n stories: every third after the tenth a mention, every seventh merely possible."""
    reader = reader or Reader("Ada Lovelace", "ada@example.org", "Europe/Berlin")
    items = []
    for at in range(n):
        story = STORIES[at % len(STORIES)]
        possible = at % 7 == 6
        items.append(
            item(
                report(
                    at + 1, story, mention=at % 3 == 2 and n > 1, outlets=1 + at % 5, seen=NOW - timedelta(minutes=7 * at),
                    verdict=Verdict.POSSIBLE if possible else Verdict.MATCH, score=0.55 if possible else 0.97,
                )
            )
        )  # fmt: skip
    rows = rows_of(items, {101: case_of_alipay()} if n else {})
    by = {section: tuple(row for row in rows if row.section is section) for section in Section}
    return Digest(
        kind=kind, reader=reader, now=NOW, number=42, slot="2026-11-22 08:00",
        rows=by[Section.ACTION], possible=by[Section.POSSIBLE], mentions=by[Section.MENTION],
        counts=counts_of(rows), changes=changes_of(rows), last_mail=NOW - timedelta(days=1),
        blind_spots=(BlindSpot("OFAC recent actions", NOW - timedelta(hours=26), 26, "503 Service Unavailable"),
                     BlindSpot("Example Wire", None, None, "name not known")) if n else (),
        sources_total=32, sources_healthy=30 if n else 32, watched=8, left_out=(("Target", 2), ("Delta", 1)) if n > 10 else (),
    )  # fmt: skip
