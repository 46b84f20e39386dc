"""Is it really them? Verdicts on texts of our own."""

import json
from pathlib import Path

import pytest

from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, EntryKind, Owner, Verdict

ENTRIES = (
    Entry("Harbor", aliases=("Harbor Logistics",), excluded=("Harbor Day",)),
    Entry("Ledger", context=("crypto",)),
    Entry("Qualtrex"),
    Entry("Qualtrex Pay", kind=EntryKind.APP, owners=(Owner("Qualtrex"),)),
    Entry("Bank of Norland"),
    Entry("SNAG", aliases=("Sulphur Nitrogen and Gas",)),
    Entry("Beacon", tickers=("NYSE:BCN",)),
    Entry("苹果"),
)
MATCHER = Matcher.compile(ENTRIES)


def verdicts(text: str, title: str = "") -> dict[str, Verdict]:
    """Return the verdict of each entry that a text names."""
    return {match.entry: match.verdict for match in MATCHER.match(Document("d", title, text))}


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Shares of Harbor fell after Harbor said it would cut jobs.", "Harbor"),
        ("The firm bought Harbor last year, and Qualtrex was next.", "Harbor"),
        ("Regulators fined qualtrex in May.", "Qualtrex"),
        ("Ledger has told its customers to wait.", "Ledger"),
        ("He paid with Qualtrex-Pay.", "Qualtrex Pay"),
        ("The Bank of Norland was fined.", "Bank of Norland"),
        ("Beacon (NYSE: BCN) rose.", "Beacon"),
        ("苹果公司发布了新手机。", "苹果"),
    ],
)
def test_a_company_that_is_meant_matches(text: str, entry: str) -> None:
    """A missed company can cost a user a fine."""
    assert verdicts(text).get(entry) is Verdict.MATCH


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Ships wait in the harbor.", "Harbor"),
        ("They spoke at Pearl Harbor on Friday.", "Harbor"),
        ("Mr. Harbor was not there.", "Harbor"),
        ("We met on Harbor Day as ever.", "Harbor"),
        ("The Export-Import Bank of Norland lent more.", "Ledger"),
        ("The Society for Natural Aquatic Gardens (SNAG) met. SNAG has ten members.", "SNAG"),
        ("今年苹果种植面积减少，果农说一斤苹果卖两块钱。", "苹果"),
    ],
)
def test_a_namesake_does_not_match(text: str, entry: str) -> None:
    """A flood of false alerts makes readers stop reading."""
    assert verdicts(text).get(entry) is not Verdict.MATCH


def test_the_full_name_elsewhere_vouches_for_the_short_one() -> None:
    """Articles name a company in full once and then in short."""
    match = next(m for m in MATCHER.match(Document("d", "", "Harbor Logistics lost. Harbor cut jobs.")))
    assert match.verdict is Verdict.MATCH
    assert {m.text for m in match.mentions} == {"Harbor Logistics", "Harbor"}
    assert match.why


def test_adding_a_name_leaves_unrelated_mentions_alone() -> None:
    """A longer list must not hide anything: findings are stored and compared between lists."""
    text = "Qualtrex and Harbor Logistics signed a deal, said Ledger."
    small = Matcher.compile(ENTRIES[:3]).find(text)
    large = Matcher.compile((*ENTRIES, Entry("Unrelated Widgets"), Entry("deal makers"))).find(text)
    assert [m for m in large if m.entry in {e.name for e in ENTRIES[:3]}] == small


def test_scores_on_the_labelled_sets(shared: Path) -> None:
    """The development sets are samples; a change that loses them loses the sets that decide."""
    entries = [Entry("Target", aliases=("Target Corporation",)), Entry("Gazprom"), Entry("Apple")]
    matcher = Matcher.compile(entries)
    lines = (shared / "eval" / "written_dev.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = 0
    for line in lines:
        item = json.loads(line)
        found = matcher.match(Document(item["id"], item["title"], item["text"], lang=item["lang"]))
        got = {m.entry for m in found if m.verdict is Verdict.MATCH}
        wrong += len(got ^ {e.name for e in entries if e.name in item["entities"]})
    assert wrong <= 4


def test_a_number_is_a_name_only_with_evidence():
    """Every "12 March" would else be a match for a firm called 12; the firm's whole name still is one."""
    matcher = Matcher.compile([Entry("Qihoo 360", aliases=("360",)), Entry("12")])
    told = [
        {m.entry: m.verdict for m in matcher.match(Document("d", "", text))}
        for text in ("The contract was signed on 12 March.", "Qihoo 360 was listed; 360 denied it.")
    ]
    assert told == [{"12": Verdict.POSSIBLE}, {"Qihoo 360": Verdict.MATCH}]
