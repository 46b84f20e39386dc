"""Each form of official notice: who is acted on, who is only named, how far, and from when.

The texts are our own, in the forms that the agencies print.
"""

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from watchlist.actions.notice_kinds import kinds
from watchlist.actions.notices import read_notice
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry
from watchlist.sources.federal_register import plain_text

OFAC = {"fr_type": "Notice", "fr_agencies": "treasury-department;foreign-assets-control-office"}
BIS = {"fr_type": "Rule", "fr_agencies": "commerce-department;industry-and-security-bureau"}
STATE = {"fr_type": "Notice", "fr_agencies": "state-department"}
DHS = {"fr_type": "Notice", "fr_agencies": "homeland-security-department"}
DOD = {"fr_type": "Notice", "fr_agencies": "defense-department"}
ORDER = {"fr_type": "Presidential Document"}


@dataclass(frozen=True)
class Form:
    """A notice and what it does: name → "action/stage effective until", "-" for nothing, "(…)" for no news."""

    name: str
    title: str
    facts: dict[str, str]
    text: str
    expected: dict[str, str]
    published: str = "2024-05-14"


def outcome(form: Form) -> dict[str, str]:
    """Read the notice and tell each name's outcome in the form of ``Form.expected``."""
    at = datetime.fromisoformat(form.published).replace(tzinfo=UTC)
    document = Document(
        "n", form.title, plain_text(form.text), published=at, lang="en", official=True, facts=form.facts
    )
    matches = Matcher.compile([Entry(name) for name in form.expected]).match(document)
    assert {m.entry for m in matches} == set(form.expected), "a name of the text was not found"
    told = dict.fromkeys(form.expected, "-")
    actions = read_notice(document, matches)
    assert actions is not None, "not seen to be a notice"
    for action in actions:
        part = document.title if action.evidence.field.value == "title" else document.text
        assert part[action.evidence.start : action.evidence.end] == action.evidence.text
        dates = " ".join(d.isoformat() for d in (action.effective, action.until) if d)
        one = f"{action.action}/{action.stage} {dates}".strip()
        assert told[action.target] == "-", f"two actions on {action.target}"
        told[action.target] = one if action.new else f"({one})"
    return told


ENTITY_RULE = """DEPARTMENT OF COMMERCE
Bureau of Industry and Security
15 CFR Part 744
Additions and Revisions of Entities to the Entity List; Removal of an Entity

AGENCY: Bureau of Industry and Security, Department of Commerce.
ACTION: Final rule.
SUMMARY: In this rule, the Bureau of Industry and Security (BIS) amends the Export Administration Regulations (EAR) by
adding two entities to the Entity List under the destination of China.

DATES: This rule is effective May 9, 2024.

SUPPLEMENTARY INFORMATION:
ERC Entity List Decisions
Additions to the Entity List
The ERC determined to add Norvik Chips Co., Ltd. and Pulsar Optics, both of Wuhan, to the Entity List for acquiring
U.S.-origin items on behalf of Halberg Dynamics. These entities have ties to Halberg Dynamics.
Modifications to the Entity List
This final rule revises the existing entry for Sunfall Devices by adding two aliases.
Removals From the Entity List
This final rule removes Kestrel Marine, under the destination of Singapore, on the request of that company. The ERC also
voted to remove Tolmen Avionics Co., Ltd. of Singapore.
Savings Clause
Shipments removed from eligibility for a License Exception as a result of these actions that were en route aboard a
carrier of Ostmark Lines on May 9, 2024, may proceed to their destination before June 10, 2024.

Part 744 of the Export Administration Regulations is amended as follows:
Supplement No. 4 to Part 744--Entity List
CHINA, PEOPLE'S REPUBLIC OF
Norvik Chips Co., Ltd., a.k.a. NC; Wuhan | For all items subject to the EAR | Presumption of denial | 89 FR 41000
Sunfall Devices, Shenzhen | For all items subject to the EAR | Case-by-case | 87 FR 1200
Lumera Photonics, Wuhan | For all items subject to the EAR | Presumption of denial | 89 FR 41000
"""

SDN_NOTICE = """DEPARTMENT OF THE TREASURY
Office of Foreign Assets Control
Notice of OFAC Sanctions Actions

SUPPLEMENTARY INFORMATION:
A. On May 8, 2024, OFAC determined that the property and interests in property subject to U.S. jurisdiction of the
following persons are blocked under the relevant sanctions authorities listed below.

Entities:
1. NORVIK TRADING FZE, Dubai; Organization Established Date 14 Mar 2021 [RUSSIA-EO14024].
Designated pursuant to section 1(a)(vii) of E.O. 14024 for being owned or controlled by HALBERG DYNAMICS.

B. On May 8, 2024, OFAC updated the SDN List for the following persons, whose property continues to be blocked.
1. SUNFALL SHIPPING, Limassol [RUSSIA-EO14024].

C. On May 8, 2024, OFAC removed from the SDN List the persons listed below, whose property is unblocked.
1. KESTREL MARINE LTD, Majuro [RUSSIA-EO14024] (Linked To: OSTMARK LINES).
"""

RECENT_ACTION = """The following entity has been added to OFAC's SDN List:

NORVIK TRADING FZE, Dubai, United Arab Emirates [SDGT] (Linked To: HALBERG DYNAMICS).

The following changes have been made to OFAC's SDN List:

SUNFALL SHIPPING, Limassol, Cyprus. -to- SUNFALL SHIPPING, Nicosia, Cyprus.

The following deletion has been made to OFAC's SDN List:

KESTREL MARINE LTD, Majuro, Marshall Islands [SDGT].
"""

LICENCE = """OFFICE OF FOREIGN ASSETS CONTROL
Russian Harmful Foreign Activities Sanctions Regulations
GENERAL LICENSE NO. 129
Authorizing the Wind Down of Transactions Involving Norvik Refining

(a) Except as provided in paragraph (b) of this general license, all transactions prohibited by Executive Order 14024
that are necessary to the wind down of any transaction involving Norvik Refining are authorized through 12:01 a.m.
eastern daylight time, October 12, 2024.
(b) This general license does not authorize:
(1) Any debit to an account of Halberg Bank; or
(2) Any transaction with Sunfall Shipping.
"""

DENIAL = """DEPARTMENT OF COMMERCE
Bureau of Industry and Security
Order Temporarily Denying Export Privileges

Pursuant to Section 766.24 of the Regulations, the Bureau has asked me to deny the export privileges of Norvik Avia,
which flies aircraft leased from Halberg Leasing.
IT IS THEREFORE ORDERED: First, NORVIK AVIA, 9 Quay Street, Dubai, may not, directly or indirectly, participate in any
way in any transaction involving any item exported from the United States.
Second, the request to add KESTREL AIR as a related person is denied without prejudice.
This Order is effective immediately and shall remain in effect until November 4, 2024.
Issued this 8th day of May 2024.
"""

UFLPA = """DEPARTMENT OF HOMELAND SECURITY
Notice Regarding the Uyghur Forced Labor Prevention Act Entity List

SUMMARY: The Forced Labor Enforcement Task Force announces an update of the UFLPA Entity List.
DATES: Effective May 16, 2024.
A. Additions to the UFLPA Entity List
This notice adds Norvik Cotton and Pulsar Textiles to the section 2(d)(2)(B)(v) list for sourcing cotton from Xinjiang
through suppliers such as Halberg Farms.
B. Removal
This notice removes Kestrel Yarn from the UFLPA Entity List.
The request for removal of Sunfall Silk remains pending.
Appendix 1: UFLPA Entity List
Norvik Cotton | May 16, 2024
Sunfall Silk | June 21, 2022
Ostmark Polysilicon | June 21, 2022
"""

MILITARY = """DEPARTMENT OF DEFENSE
Notice of Availability of Designation of Chinese Military Companies

DATES: Applicable May 7, 2024.
The Deputy Secretary of Defense has determined that the following entities qualify as Chinese military companies:
Norvik Aerospace
Pulsar Shipyards Group
The Deputy Secretary has determined that the following entity is no longer a Chinese military company:
Kestrel Drones
"""

STATE_ACTION = """DEPARTMENT OF STATE
SUPPLEMENTARY INFORMATION: On May 8, 2024, the Secretary of State imposed sanctions on the following persons, whose
property and interests in property are blocked:
Norvik Petrochem, Kish (Linked To: HALBERG DYNAMICS)
"""

ANNEX = """Executive Order 20002 of May 3, 2024
By the authority vested in me as President, I find that Ostmark Lines is a threat. Accordingly, I hereby order:
Section 1. The following activities by a United States person are prohibited, effective July 2, 2024: the purchase or
sale of any publicly traded securities of any person listed in the Annex to this order.
Sec. 6. General Provisions. Nothing in this order shall be construed to impair Halberg Dynamics.
THE WHITE HOUSE,
May 3, 2024.

ANNEX
Norvik Aerospace
Pulsar Shipyards Group
"""

DETERMINATION = """SUMMARY: The Department of Commerce presents its Final Determination on covered transactions with
Norvik Security. The Department prohibits Norvik Security from selling its software in the United States, including
any Pulsar Antivirus integrated by others.
DATES: This Final Determination is effective July 24, 2024.
"""

OFSI = """Financial Sanctions Notice
Introduction
1. The Regulations were made under the Sanctions and Anti-Money Laundering Act 2018.
2. On 9 May 2024 the Foreign, Commonwealth and Development Office updated the UK Sanctions List.
3. The following entries have been added to the Consolidated List and are now subject to an asset freeze:
NORVIK TRADING FZE (Group ID: 16551)
4. The following entry has been amended and is still subject to an asset freeze: SUNFALL SHIPPING (Group ID: 14000)
5. The following entry has been removed from the Consolidated List and is no longer subject to an asset freeze:
KESTREL MARINE LTD (Group ID: 14310)
"""

FORMS = (
    Form(
        "entity list rule",
        "Additions and Revisions of Entities to the Entity List; Removal of an Entity",
        {**BIS, "fr_action": "Final rule."},
        ENTITY_RULE,
        {
            "Norvik Chips": "export_control/adopted 2024-05-09",
            "Pulsar Optics": "export_control/adopted 2024-05-09",
            "Lumera Photonics": "export_control/adopted 2024-05-09",
            "Sunfall Devices": "(export_control/adopted)",
            "Kestrel Marine": "export_control/lifted 2024-05-09",
            "Tolmen Avionics": "export_control/lifted 2024-05-09",
            "Halberg Dynamics": "-",
            "Ostmark Lines": "-",
        },
    ),
    Form(
        "proposed rule",
        "Addition of Entities to the Entity List",
        {**BIS, "fr_type": "Proposed Rule"},
        "BIS proposes to amend the EAR by adding the entity Norvik Chips to the Entity List.",
        {"Norvik Chips": "export_control/proposed"},
    ),
    Form(
        "correction",
        "Addition of Entities to the Entity List; Correction",
        {**BIS, "fr_action": "Final rule; correction."},
        "BIS adds the entity Norvik Chips to the Entity List: the address is corrected to read 9 Quay Street.",
        {"Norvik Chips": "(export_control/adopted)"},
    ),
    Form(
        "sdn notice",
        "Notice of OFAC Sanctions Actions",
        OFAC,
        SDN_NOTICE,
        {
            "Norvik Trading": "designation/adopted 2024-05-08",
            "Sunfall Shipping": "(designation/adopted)",
            "Kestrel Marine": "designation/lifted 2024-05-08",
            "Halberg Dynamics": "-",
            "Ostmark Lines": "-",
        },
    ),
    Form(
        "recent action",
        "Counter Terrorism Designation; Removal",
        {},
        RECENT_ACTION,
        {
            "Norvik Trading": "designation/adopted 2024-05-14",
            "Sunfall Shipping": "(designation/adopted)",
            "Kestrel Marine": "designation/lifted 2024-05-14",
            "Halberg Dynamics": "-",
        },
    ),
    Form(
        "general licence",
        "Publication of Russian Harmful Foreign Activities Sanctions Regulations Web General License 129",
        {**OFAC, "fr_type": "Rule"},
        LICENCE,
        {
            "Norvik Refining": "licence/adopted 2024-10-12",
            "Halberg Bank": "-",
            "Sunfall Shipping": "-",
        },
    ),
    Form(
        "denial order",
        "Order Temporarily Denying Export Privileges; Norvik Avia",
        {**BIS, "fr_type": "Notice"},
        DENIAL,
        {
            "Norvik Avia": "export_control/adopted 2024-05-08 2024-11-04",
            "Kestrel Air": "export_control/rejected 2024-05-08",
            "Halberg Leasing": "-",
        },
    ),
    Form(
        "denial order for a term",
        "In the Matter of: Norvik Avia; Order Temporarily Denying Export Privileges",
        {},
        "I hereby order that Norvik Avia may not, directly or indirectly, participate in any transaction.\n"
        "This Order is effective upon issuance and shall remain in effect for 180 days.",
        {"Norvik Avia": "export_control/adopted 2024-05-14 2024-11-10"},
    ),
    Form(
        "uflpa notice",
        "Notice Regarding the Uyghur Forced Labor Prevention Act Entity List",
        DHS,
        UFLPA,
        {
            "Norvik Cotton": "import_ban/adopted 2024-05-16",
            "Pulsar Textiles": "import_ban/adopted 2024-05-16",
            "Kestrel Yarn": "import_ban/lifted 2024-05-16",
            "Sunfall Silk": "(import_ban/adopted)",
            "Ostmark Polysilicon": "(import_ban/adopted)",
            "Halberg Farms": "-",
        },
    ),
    Form(
        "military companies",
        "Notice of Availability of Designation of Chinese Military Companies",
        DOD,
        MILITARY,
        {
            "Norvik Aerospace": "military_list/adopted 2024-05-07",
            "Pulsar Shipyards": "military_list/adopted 2024-05-07",
            "Kestrel Drones": "military_list/lifted 2024-05-07",
        },
    ),
    Form(
        "state department",
        "Notice of Department of State Sanctions Actions",
        STATE,
        STATE_ACTION,
        {"Norvik Petrochem": "designation/adopted 2024-05-08", "Halberg Dynamics": "-"},
    ),
    Form(
        "annex",
        "Addressing the Threat From Securities Investments",
        ORDER,
        ANNEX,
        {
            "Norvik Aerospace": "investment_ban/adopted 2024-07-02",
            "Pulsar Shipyards": "investment_ban/adopted 2024-07-02",
            "Ostmark Lines": "-",
            "Halberg Dynamics": "-",
        },
    ),
    Form(
        "final determination",
        "Final Determination: Case No. ICTS-2021-002, Norvik Security",
        {**BIS, "fr_type": "Notice"},
        DETERMINATION,
        {"Norvik Security": "operating_ban/adopted 2024-07-24"},
    ),
    Form(
        "ofsi notice",
        "Financial Sanctions Notice - Russia",
        {},
        OFSI,
        {
            "Norvik Trading": "designation/adopted 2024-05-09",
            "Sunfall Shipping": "(designation/adopted)",
            "Kestrel Marine": "designation/lifted 2024-05-09",
        },
    ),
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_notice_is_read_by_its_form(form: Form) -> None:
    """A third party shown as sanctioned, or a removal as a listing, is the worst that a reader of notices can do."""
    assert outcome(form) == form.expected


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("Request for Comments on Additions of Entities to the Entity List", BIS),
        ("Public Hearing on the Use of Forced Labor; UFLPA Entity List", DHS),
        ("Continuation of the National Emergency With Respect to Executive Order 13873", ORDER),
        ("Determination To Defer Sanctions; California; San Diego County Air Pollution Control District", {}),
    ],
)
def test_a_paper_that_does_nothing_is_no_notice(title: str, facts: dict[str, str]) -> None:
    """A call for comments names everybody and does nothing to anybody."""
    document = Document(
        "n", title, f"{title}. Norvik Chips wrote. Executive Order 13873 stands.", facts=facts
    )
    matches = Matcher.compile([Entry("Norvik Chips")]).match(document)
    assert matches
    assert read_notice(document, matches) is None


def test_the_day_that_the_register_states_wins() -> None:
    """What the source gives as data is surer than a date found in the text."""
    rule = next(form for form in FORMS if form.name == "entity list rule")
    stated = Form(
        rule.name, rule.title, {**rule.facts, "effective_on": "2024-05-11"}, rule.text, rule.expected
    )
    assert outcome(stated)["Norvik Chips"] == "export_control/adopted 2024-05-11"
    assert date(2024, 5, 11).isoformat() in outcome(stated)["Kestrel Marine"]


def test_recorded_titles(shared: Path) -> None:
    """Of 955 recorded notices on sanctions the ones that name targets are of a known kind; look-alikes are not."""
    folder = shared / "data" / "federal_register"
    with gzip.open(folder / "fr_sanctions_abstracts_2020_2026.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    known = [title for title in titles if any(k.title and k.title.search(title) for k in kinds())]
    assert len(known) >= 0.85 * len(titles)
    for title in titles:
        if "Defer Sanctions" in title or title.endswith("Sanctions Regulations"):
            assert title not in known
    with gzip.open(folder / "fr_substring_trap_negatives.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            title = json.loads(line)["title"]
            assert not any(k.title and k.title.search(title) for k in kinds()), title
