"""A measure taken back outright is told as lifted, not as adopted."""

import pytest

from watchlist.actions import cues, discourse, features, undoing
from watchlist.analysis import Analyst
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, EntryKind, Stage

ENTRIES = (
    Entry("Alipay", EntryKind.APP),
    Entry("WeChat Pay", EntryKind.APP),
    Entry("Hikvision"),
)
ANALYST = Analyst.for_entries(ENTRIES)


def stages(text: str, target: str) -> set[Stage]:
    return {a.stage for a in ANALYST.read(Document("d", "", text)).actions if a.target == target}


@pytest.mark.parametrize("target", ["Alipay", "WeChat Pay"])
def test_every_name_of_a_list_is_lifted_with_it(target: str):
    """A revoked ban told as a new one would alarm a reader with the opposite of the news."""
    text = "President Biden on Wednesday revoked the ban on transactions with Alipay, WeChat Pay and six other apps."
    assert stages(text, target) == {Stage.LIFTED}


@pytest.mark.parametrize(
    "text",
    [
        "The president signed an order that bans transactions with Alipay.",
        "The president did not lift the ban on transactions with Alipay.",
    ],
)
def test_a_measure_in_force_is_not_told_as_lifted(text: str):
    """A ban that stands, or whose lifting is denied, must not be told as gone."""
    assert Stage.LIFTED not in stages(text, "Alipay")


def test_a_lifting_elsewhere_in_the_sentence_leaves_the_target_alone():
    """What is lifted for one name says nothing of another that is restricted in the same breath."""
    text = "The ministry lifted the ban on Alipay, but it added Hikvision to the Entity List on Monday."
    assert Stage.LIFTED not in stages(text, "Hikvision")


def test_a_lifting_stands_beside_the_ban_that_the_text_recalls():
    """Most reports of a lifting recall the ban; if that hid the lifting, the news would be told as its opposite."""
    text = (
        "The White House lifted the ban on transactions with Alipay. The previous president had signed an order in "
        "January that prohibited all transactions with Alipay."
    )
    assert stages(text, "Alipay") == {Stage.LIFTED, Stage.ADOPTED}


def test_the_explanation_names_grammar_where_grammar_decided():
    """An answer that the model did not give must not be told as its own."""
    found = ANALYST.read(
        Document("d", "", "President Biden revoked the ban on transactions with Alipay.")
    ).actions
    assert found
    assert all(rule.startswith("grammar.") for action in found for rule in action.rules)


NAMES = Matcher.compile(
    (
        Entry("TikTok", aliases=("抖音海外版", "ТикТок", "تيك توك", "틱톡")),
        Entry("Huawei", aliases=("华为", "ファーウェイ", "Хуавэй", "هواوي", "화웨이")),
    )
)


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [
        ("en", "The exchange drops plan to delist Huawei.", Stage.REJECTED),
        ("en", "NYSE abandons plans to delist three carriers including Huawei", Stage.REJECTED),
        ("en", "The president revoked the orders by which he had tried to ban TikTok.", Stage.LIFTED),
        ("en", "A federal court overturned the ban on TikTok.", Stage.LIFTED),
        ("en", "The ban on TikTok was struck down by a judge on Friday.", Stage.LIFTED),
        ("en", "Judges annulled the listing of Huawei.", Stage.LIFTED),
        ("en", "Lawmakers voted down a bill to ban TikTok.", Stage.REJECTED),
        ("en", "The Senate rejected a proposal to blacklist Huawei.", Stage.REJECTED),
        ("en", "The bill to ban TikTok died in committee.", Stage.REJECTED),
        ("en", "Ministers refused to ban Huawei.", Stage.REJECTED),
        ("en", "The agency decided against blacklisting Huawei.", Stage.REJECTED),
        ("en", "Ministers refused to lift the ban on Huawei.", Stage.ADOPTED),
        ("en", "Senators rejected a bid to overturn the ban on TikTok.", Stage.ADOPTED),
        ("en", "The court rejected an appeal against the ban on TikTok.", None),
        ("en", "TikTok dropped its plan to sue.", None),
        ("en", "Huawei asked the court to overturn the ban.", None),
        ("en", "TikTok sued to overturn the ban on TikTok.", None),
        ("en", "The minister may lift the ban on TikTok.", None),
        ("en", "The minister plans to lift the ban on TikTok.", None),
        ("en", "The ministry lifted the ban on Alba, but kept TikTok out.", None),
        ("en", "The ministry banned TikTok after lifting sanctions on Alba.", None),
        ("en", "Sanctions on Huawei have been lifted.", Stage.LIFTED),
        ("en", "Washington lifts ban on TikTok", Stage.LIFTED),
        ("en", "TikTok ban lifted", Stage.LIFTED),
        ("en", "The threat to ban TikTok was withdrawn.", Stage.REJECTED),
        ("en", "A plan to delist Huawei has been shelved.", Stage.REJECTED),
        ("en", "The government did not drop its plan to ban TikTok.", None),
        ("en", "A U.S. court blocked a ban on TikTok.", Stage.SUSPENDED),
        ("en", "The ban on Huawei was suspended for a year.", Stage.SUSPENDED),
        ("en", "The president delayed the ban on TikTok by 75 days.", Stage.SUSPENDED),
        ("en", "The ministry may suspend the ban on TikTok.", None),
        ("en", "India blocked TikTok after the ban on Alba.", None),
        ("en", "Carriers blocked TikTok.", None),
        ("de", "Das Gericht setzte das Verbot von TikTok aus.", Stage.SUSPENDED),
        ("fr", "Le juge a suspendu l'interdiction de TikTok.", Stage.SUSPENDED),
        ("es", "El juez suspendió la prohibición de TikTok.", Stage.SUSPENDED),
        ("ru", "Суд приостановил запрет на ТикТок.", Stage.SUSPENDED),
        ("zh", "法院暂停了对抖音海外版的禁令。", Stage.SUSPENDED),
        ("de", "Das Gericht kippte das Verbot von TikTok.", Stage.LIFTED),
        ("de", "Die Regierung hebt das Verbot gegen TikTok auf.", Stage.LIFTED),
        ("de", "Das Verbot von TikTok wurde aufgehoben.", Stage.LIFTED),
        ("de", "Die Regierung lässt den Plan fallen, TikTok zu verbieten.", Stage.REJECTED),
        ("de", "Der Bundestag lehnte einen Antrag ab, Huawei zu verbieten.", Stage.REJECTED),
        ("de", "Der Gesetzentwurf zum Verbot von TikTok ist gescheitert.", Stage.REJECTED),
        ("de", "Die Opposition fordert, das Verbot von TikTok aufzuheben.", None),
        ("fr", "La justice a annulé l'interdiction de TikTok.", Stage.LIFTED),
        ("fr", "Le gouvernement a levé les sanctions contre Huawei.", Stage.LIFTED),
        ("fr", "Le gouvernement renonce à son projet d'interdire TikTok.", Stage.REJECTED),
        ("fr", "Les sénateurs ont rejeté une proposition d'interdiction de TikTok.", Stage.REJECTED),
        ("es", "El tribunal anuló la prohibición de TikTok.", Stage.LIFTED),
        ("es", "El Gobierno levantó las sanciones contra Huawei.", Stage.LIFTED),
        ("es", "El Gobierno retira su plan de prohibir TikTok.", Stage.REJECTED),
        ("es", "El Congreso rechazó un proyecto de ley para prohibir TikTok.", Stage.REJECTED),
        ("ru", "Суд отменил запрет на ТикТок.", Stage.LIFTED),
        ("ru", "США сняли санкции с Хуавэй.", Stage.LIFTED),
        ("ru", "Власти отказались от планов запретить ТикТок.", Stage.REJECTED),
        ("ru", "Сенат отклонил законопроект о запрете ТикТок.", Stage.REJECTED),
        ("ru", "Запрет на ТикТок отменён.", Stage.LIFTED),
        ("zh", "法院推翻了对抖音海外版的禁令。", Stage.LIFTED),
        ("zh", "美国撤销对华为的制裁。", Stage.LIFTED),
        ("zh", "交易所放弃将华为除牌的计划。", Stage.REJECTED),
        ("zh", "参议院否决了禁止华为的法案。", Stage.REJECTED),
        ("zh", "对华为的制裁已解除。", Stage.LIFTED),
        ("ja", "政府はファーウェイに対する禁止措置を解除した。", Stage.LIFTED),
        ("ja", "取引所はファーウェイの上場廃止計画を撤回した。", Stage.REJECTED),
        ("ja", "上院はファーウェイを禁止する法案を否決した。", Stage.REJECTED),
        ("ja", "裁判所はファーウェイへの規制を無効とした。", Stage.LIFTED),
        ("ko", "정부는 화웨이에 대한 제재를 해제했다.", Stage.LIFTED),
        ("ko", "거래소는 화웨이 상장폐지 계획을 철회했다.", Stage.REJECTED),
        ("ko", "상원은 틱톡 금지 법안을 부결했다.", Stage.REJECTED),
        ("ar", "رفعت واشنطن العقوبات عن هواوي.", Stage.LIFTED),
        ("ar", "ألغت المحكمة حظر تيك توك.", Stage.LIFTED),
        ("ar", "تراجعت الحكومة عن خطة حظر تيك توك.", Stage.REJECTED),
        ("ar", "رفض المجلس مشروع قانون يحظر تيك توك.", Stage.REJECTED),
    ],
)
def test_what_becomes_of_a_measure_or_a_plan(lang: str, text: str, told: Stage | None):
    """A plan that was dropped, told as a ban, is a false alarm; a ban that fell, told as one in force, is its opposite."""
    document = Document("d", "", text, lang=lang)
    page = discourse.read(document, NAMES.match(document))
    (target,) = page.cells
    cell = next(cell for cell in page.cells[target] if cell.distance == 0)
    line = page.lines[cell.line]
    assert line is not None
    assert undoing.outcome(features.read(line, cues.lexicon(lang)), target, lang) is told


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("NYSE drops its plan to delist Hikvision, it said on Monday.", Stage.REJECTED),
        ("Senators voted down a bill to ban Alipay on Tuesday.", Stage.REJECTED),
        ("The president revoked the orders by which his predecessor had tried to ban Alipay.", Stage.LIFTED),
        ("A federal appeals court overturned the ban on Alipay on Friday.", Stage.LIFTED),
        ("A U.S. court blocked a ban on Alipay.", Stage.SUSPENDED),
    ],
)
def test_the_outcome_is_what_the_document_tells(text: str, stage: Stage):
    """What grammar settles of a sentence must be what the reader is told, whatever the model leans to."""
    target = "Hikvision" if "Hikvision" in text else "Alipay"
    assert stages(text, target) == {stage}
