"""Official notices are read by their structure."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions.notices import publisher_of, read_notice
from watchlist.matching.matcher import Matcher
from watchlist.model import Action, ActionKind, Document, Entry, Stage

BIS = {"fr_type": "Rule", "fr_agencies": "commerce-department;industry-and-security-bureau"}
OFAC = {"fr_type": "Notice", "fr_agencies": "treasury-department;foreign-assets-control-office"}
PRESIDENT = {"fr_type": "Presidential Document"}


def read(
    title: str, text: str, facts: dict[str, str], *names: str, published: str = "2024-03-15"
) -> tuple[Action, ...] | None:
    at = datetime.fromisoformat(published).replace(tzinfo=UTC)
    document = Document("fr", title, text, published=at, lang="en", official=True, facts=facts)
    matcher = Matcher.compile([Entry(name) for name in names])
    return read_notice(document, matcher.match(document))


def told(actions: tuple[Action, ...] | None) -> set[tuple[str, str, str, str | None, bool]]:
    assert actions is not None
    return {(a.target, a.action.value, a.stage.value, a.authority, a.new) for a in actions}


SDN_NOTICE = """DEPARTMENT OF THE TREASURY
Office of Foreign Assets Control
Notice of OFAC Sanctions Actions

SUPPLEMENTARY INFORMATION:
On March 11, 2024, OFAC determined that the property and interests in property subject to U.S. jurisdiction of the
following persons are blocked under the relevant sanctions authority listed below.

Entities:
1. NORVIK TRADING FZE, Dubai, United Arab Emirates; Organization Established Date 14 Mar 2021 [NPWMD] (Linked To:
HALBERG SHIPPING).
2. KESTREL MARINE LTD, Majuro, Marshall Islands [NPWMD].

On March 11, 2024, OFAC removed from the SDN List the following entity, whose property is unblocked:
1. OLD VECTOR LLC, Bishkek, Kyrgyzstan [CYBER2].
"""


def test_an_ofac_notice_tells_who_was_placed_and_who_removed() -> None:
    """Names of one notice stand under different headings; "Linked To" is no designation."""
    found = read(
        "Notice of OFAC Sanctions Actions", SDN_NOTICE, OFAC,
        "Norvik Trading", "Kestrel Marine", "Old Vector", "Halberg Shipping",
    )  # fmt: skip
    assert told(found) == {
        ("Norvik Trading", "designation", "adopted", "US-OFAC", True),
        ("Kestrel Marine", "designation", "adopted", "US-OFAC", True),
        ("Old Vector", "designation", "lifted", "US-OFAC", True),
    }
    assert {a.effective for a in found or ()} == {date(2024, 3, 11)}


ENTITY_RULE = """DEPARTMENT OF COMMERCE
Bureau of Industry and Security
15 CFR Part 744

SUMMARY: In this rule, BIS amends the Export Administration Regulations by adding two entities under the destination
of the People's Republic of China. It also modifies one existing entry and removes one entity.

Additions to the Entity List
The End-User Review Committee determined to add Pulsar Chips and Quanta Optics for supplying the military.

Modifications to the Entity List
This rule revises the existing entry for Halberg Optik by adding an alias.

Removals From the Entity List
This rule removes Kestrel Marine, following its request.

Supplement No. 4 to Part 744 is amended by adding entries:
CHINA, PEOPLE'S REPUBLIC OF | Pulsar Chips Co., Ltd., Changsha | For all items subject to the EAR | Presumption of denial
"""


def test_an_entity_list_rule_tells_additions_changes_and_removals() -> None:
    """A changed address is no new restriction, and a removal no listing."""
    found = read(
        "Additions and Revisions to the Entity List", ENTITY_RULE, {**BIS, "effective_on": "2024-03-14"},
        "Pulsar Chips", "Quanta Optics", "Halberg Optik", "Kestrel Marine",
    )  # fmt: skip
    assert told(found) == {
        ("Pulsar Chips", "export_control", "adopted", "US-BIS", True),
        ("Quanta Optics", "export_control", "adopted", "US-BIS", True),
        ("Halberg Optik", "export_control", "adopted", "US-BIS", False),
        ("Kestrel Marine", "export_control", "lifted", "US-BIS", True),
    }
    assert {a.effective for a in found or () if a.new} == {date(2024, 3, 14)}


def test_a_denial_order_names_who_is_denied_and_who_is_not() -> None:
    """The party whose denial is refused must not be shown as denied."""
    text = """In the Matter of: Norvik Avia, Dubai. I find that a denial is in the public interest.
IT IS THEREFORE ORDERED: First, that NORVIK AVIA may not, directly or indirectly, participate in any transaction.
Second, that the request to add KESTREL AIR as a related person is denied without prejudice.
This Order is effective immediately."""
    found = read(
        "Order Temporarily Denying Export Privileges; Norvik Avia", text, BIS, "Norvik Avia", "Kestrel Air"
    )
    assert told(found) == {
        ("Norvik Avia", "export_control", "adopted", "US-BIS", True),
        ("Kestrel Air", "export_control", "rejected", "US-BIS", True),
    }


ORDER = """Executive Order 20001 of March 11, 2024
By the authority vested in me as President, I find that Halberg Optik has long supplied our forces and that apps
such as PixRoo gather the data of Americans. Accordingly, I hereby order:
Section 1. (a) The following actions shall be prohibited beginning 45 days after the date of this order: any
transaction by any person with Sunfall Holdings, Singapore.
(b) Executive Order 20000 (Addressing the Threat Posed by VidRoo) is revoked.
Sec. 2. General Provisions. Nothing in this order shall be construed to impair Kestrel Air.
THE WHITE HOUSE,
March 11, 2024.
"""


def test_an_executive_order_acts_on_names_of_its_operative_part_only() -> None:
    """The preamble names many; 45 days count from the signature, not from the print."""
    found = read(
        "Addressing the Threat Posed by PixRoo", ORDER, PRESIDENT,
        "Halberg Optik", "Sunfall Holdings", "VidRoo", "Kestrel Air", "PixRoo",
    )  # fmt: skip
    assert told(found) == {
        ("Sunfall Holdings", "transaction_ban", "adopted", "US-President", True),
        ("VidRoo", "transaction_ban", "lifted", "US-President", True),
        ("PixRoo", "transaction_ban", "adopted", "US-President", True),
    }
    dates = {a.target: a.effective for a in found or ()}
    assert dates["Sunfall Holdings"] == dates["PixRoo"] == date(2024, 4, 25)


def test_news_about_a_notice_is_no_notice() -> None:
    """The general reader reads an article that quotes an order; structure does not hold there."""
    text = "The White House said Executive Order 13959 stands. The Office of Foreign Assets Control keeps its SDN List."
    assert read("White House keeps order", text, {}, "Norvik") is None


def test_an_official_paper_without_a_known_form_goes_to_the_general_reader() -> None:
    """A meeting notice of BIS is not an Entity List rule."""
    assert (
        read("Sensors Advisory Committee; Open Meeting", "The committee meets. Norvik speaks.", BIS, "Norvik")
        is None
    )


def test_the_publisher_is_the_exact_body() -> None:
    """A document of "Treasury; OFAC" is OFAC's."""
    document = Document("x", "t", "", facts=OFAC)
    assert publisher_of(document) == "US-OFAC"
    assert publisher_of(Document("x", "t", "", facts=PRESIDENT)) == "US-President"
    assert publisher_of(Document("x", "t", "")) is None


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("13942", {("TikTok", "transaction_ban", "adopted"), ("ByteDance", "transaction_ban", "adopted")}),
        ("13943", {("WeChat", "transaction_ban", "adopted"), ("Tencent", "transaction_ban", "adopted")}),
        ("13971", {("Alipay", "transaction_ban", "adopted"), ("WeChat Pay", "transaction_ban", "adopted")}),
        ("14034", {("TikTok", "transaction_ban", "lifted"), ("WeChat", "transaction_ban", "lifted")}),
        ("14166", {("TikTok", "divestiture_order", "suspended")}),
        ("13984", set()),
        ("14105", set()),
    ],
)
def test_recorded_executive_orders(shared: Path, order: str, expected: set[tuple[str, str, str]]) -> None:
    """The orders that the project was begun for, as published."""
    path = next((shared / "data" / "text" / "executive_orders").glob(f"*{order}*"))
    text = path.read_text("utf-8")
    names = ("TikTok", "ByteDance", "WeChat", "Tencent", "Alipay", "WeChat Pay", "Huawei")
    title = re.sub(r"^# ", "", text.split("\n", 1)[0])
    found = read(title, text, PRESIDENT, *names, published=path.name[:10]) or ()
    assert {
        (a.target, a.action.value, a.stage.value) for a in found if a.target != "Tencent" or order == "13943"
    } == expected
    if order == "13971":
        assert {a.effective for a in found} == {date(2021, 2, 19)}
    for action in found:
        span = action.evidence
        part = title if span.field.value == "title" else text
        assert part[span.start : span.end] == span.text


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.sampled_from([BIS, OFAC, PRESIDENT]))
def test_any_text_is_survived(text: str, facts: dict[str, str]) -> None:
    """A broken notice must not stop the round; evidence indexes the text as given."""
    full = f"I hereby order: {text} Norvik {text} is removed from the SDN List; are blocked."
    for action in read("Notice of OFAC Sanctions Action; Entity List", full, facts, "Norvik") or ():
        assert full[action.evidence.start : action.evidence.end] == action.evidence.text
        assert action.action in ActionKind
        assert action.stage in Stage
