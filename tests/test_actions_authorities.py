"""Who acts: ids of authorities from names, kinds of bodies and countries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions.actors import Actors
from watchlist.actions.authorities import directory
from watchlist.model import ActionKind, Stage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Bureau of Industry and Security added Norvik to its list.", "US-BIS"),
        ("Beijing's market regulator opened a probe into Norvik.", "CN-SAMR"),
        ("India's IT ministry ordered Norvik off the app stores.", "IN-MeitY"),
        ("The French data protection authority fined Norvik.", "FR-CNIL"),
        ("A court in Poland stopped the sale of Norvik.", "PL-court"),
        ("Norvik was put under sanctions by Washington.", "US"),
        ("Kazakhstan blocked Norvik on Monday.", "KZ"),
        ("Texas barred Norvik from state devices.", "US-TX"),
        ("商务部决定将诺维克列入不可靠实体清单。", "CN-MOFCOM"),
        ("美国商务部将诺维克列入名单。", "US-Commerce"),
        ("美國財政部制裁諾維克。", "US-Treasury"),
        ("経済産業省はノルビクを掲載した。", "JP-METI"),
        ("개인정보보호위원회는 노르빅의 앱을 중단시켰다.", "KR-PIPC"),
        ("Роскомнадзор заблокировал «Норвик».", "RU-Roskomnadzor"),
        ("Минфин США внес «Норвик» в список.", "US-Treasury"),
        ("Die Europäische Kommission prüft Norvik.", "EU-Commission"),
        ("La CNIL a sanctionné Norvik.", "FR-CNIL"),
        ("El Departamento del Tesoro sancionó a Norvik.", "US-Treasury"),
        ("فرضت وزارة الخزانة الأميركية عقوبات على نورفيك.", "US-Treasury"),
        ("Rada UE objęła Norvik sankcjami.", "EU-Council"),
        ("Norvik reported higher sales.", None),
    ],
)
def test_the_acting_authority_is_named(text: str, expected: str | None) -> None:
    """An event's identity holds the authority: without it, three authorities' steps fall into one."""
    assert Actors(text).acting(0, len(text)) == expected


def test_who_stands_aside_does_not_act() -> None:
    """Two authorities in one sentence: the one of the main clause takes the step."""
    text = "While the European Commission watched, the Pentagon struck Norvik from its register."
    found = Actors(text).acting(0, len(text), action=ActionKind.MILITARY_LIST, stage=Stage.LIFTED)
    assert found == "US-DoD"


def test_a_country_as_a_place_does_not_act() -> None:
    """ "In Singapore" tells where, not who: the sentence before names the one who acts."""
    text = "The Treasury Department acted on Tuesday. Norvik, with warehouses in Singapore, was blocked."
    at = text.index("Norvik")
    assert Actors(text).acting(at, len(text), action=ActionKind.DESIGNATION) == "US-OFAC"


def test_the_law_names_the_body() -> None:
    """The Treasury designates through OFAC, so one paper's "Treasury" and another's "OFAC" are one event."""
    text = "The U.S. Treasury blocked Norvik."
    assert Actors(text).acting(0, len(text), action=ActionKind.DESIGNATION) == "US-OFAC"
    assert Actors(text).acting(0, len(text), action=ActionKind.PENALTY) == "US-Treasury"


def test_a_court_does_not_adopt_a_listing() -> None:
    """ "…, which is being fought in a Texas court" must not make the court the one who sanctions."""
    text = "The step against Norvik by the Treasury Department is being fought over in a federal court."
    assert Actors(text).acting(0, len(text), action=ActionKind.DESIGNATION) == "US-OFAC"
    text = "A federal court lifted the Treasury Department's ban on Norvik."
    lifted = Actors(text).acting(0, len(text), action=ActionKind.TRANSACTION_BAN, stage=Stage.LIFTED)
    assert lifted == "US-court"
    text = "A federal court stayed a ban on Norvik."
    assert Actors(text).acting(0, len(text), action=ActionKind.TRANSACTION_BAN) == "US"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru's Congress voted to ban Norvik.", "PE-Parliament"),
        ("The Brazilian Congress voted to ban Norvik.", "BR-Parliament"),
        ("The Philippine Senate voted to ban Norvik.", "PH-Parliament"),
        ("The Canadian House of Commons voted to ban Norvik.", "CA-Parliament"),
        ("The Chinese Commerce Department voted to ban Norvik.", "CN-MOFCOM"),
        ("Russia's Security Council voted to ban Norvik.", "RU"),
        ("The National People's Congress voted to ban Norvik.", "CN-NPC"),
        ("Польский суд запретил Norvik.", "PL-court"),
        ("Министерство торговли Китая запретило Norvik.", "CN-MOFCOM"),
        ("Chińskie ministerstwo handlu zakazało Norvik.", "CN-MOFCOM"),
        ("Amerykański resort handlu zakazał Norvik.", "US-Commerce"),
        ("Der polnische Innenminister verbot Norvik.", "PL"),
        ("El Congreso peruano vetó a Norvik.", "PE-Parliament"),
        ("伊朗议会投票禁止诺维克。", "IR-Parliament"),
        ("البرلمان الإيراني حظر نورفيك.", "IR-Parliament"),
        ("U.S. Congress voted to ban Norvik.", "US-Congress"),
        ("Spain waited until Judge Santiago Pedraz banned Norvik.", "ES-court"),
        ("経産省はトルメラ・マリンを指定した。", "JP-METI"),
    ],
)
def test_a_country_before_a_name_says_whose_body_it_is(text: str, expected: str | None) -> None:
    """Another country's parliament was told as the US Congress, and a firm's name as the country within it."""
    assert Actors(text).acting(0, len(text)) == expected


def test_an_official_paper_tells_of_its_publishers_steps() -> None:
    """The firms' country, named in every line of a list, was told as the one who lists them."""
    text = "Norvik Co., a company of China, is added. Others in China are under review."
    assert Actors(text, publisher="US-BIS").acting(0, 41, action=ActionKind.EXPORT_CONTROL) == "US-BIS"
    assert Actors("Norvik is added.", publisher="US-BIS").acting(0, 16) == "US-BIS"


def test_a_text_that_names_no_country_means_its_own() -> None:
    """A Polish, Russian or Japanese paper need not say whose court it is; an English or Spanish one must."""
    assert Actors("Sąd zakazał Norvik.", lang="pl").acting(0, 19) == "PL-court"
    assert Actors("ЦБ отозвал лицензию у Norvik.", lang="ru").acting(0, 29) == "RU-CBR"
    assert Actors("Французский суд запретил Norvik.", lang="ru").acting(0, 32) == "FR-court"
    assert Actors("The court banned Norvik.", lang="en").acting(0, 24) is None


def test_compatible_ids_are_one_actor() -> None:
    """ "US" and "US-BIS" may be one actor, "US-BIS" and "US-OFAC" are not."""
    known = directory()
    assert known.compatible("US", "US-BIS")
    assert known.compatible("US-Commerce", "US-BIS")
    assert known.compatible(None, "CN")
    assert not known.compatible("US-BIS", "US-OFAC")
    assert not known.compatible("UK", "US")


def test_every_id_leads_to_a_country_or_an_exchange() -> None:
    """A typing slip in a parent would cut a body off from its country."""
    known = directory()
    for authority in known.authorities:
        top = known.lineage(authority)[-1]
        assert top.startswith("exchange:") or (len(top) == 2 and top.isupper()), authority


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.integers(-5, 400), st.integers(-5, 400))
def test_any_text_is_survived(text: str, title: str, start: int, end: int) -> None:
    """A hostile page must not stop the round; an answer is an id or None."""
    answer = Actors(text, title).acting(start, end, action=ActionKind.DELISTING)
    assert answer is None or answer
