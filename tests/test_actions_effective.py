"""From when a measure holds, told by the text and never guessed."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions.date_roles import Timing
from watchlist.actions.dates import Direction, find_dates, languages, languages_of
from watchlist.actions.effective import Timetable
from watchlist.model import ActionKind, Stage

PUBLISHED = date(2024, 3, 14)  # a Thursday


def timing(
    text: str,
    action: ActionKind = ActionKind.EXPORT_CONTROL,
    stage: Stage = Stage.ADOPTED,
    *,
    lang: str | None = None,
    new: bool = True,
    end: int | None = None,
) -> Timing:
    stop = len(text) if end is None else end
    return Timetable(text, PUBLISHED, lang).timing(0, stop, action=action, stage=stage, new=new)


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "The ministry bars Norvik from 2 April 2024.", "2024-04-02"),
        ("en", "The rule on Norvik takes effect on April 2.", "2024-04-02"),
        ("en", "Norvik may not be sold here with effect from midnight.", "2024-03-15"),
        ("en", "The ban on Norvik takes effect in 45 days.", "2024-04-28"),
        ("en", "The ban on Norvik takes effect next Tuesday.", "2024-03-19"),
        ("en", "Norvik is cut off with immediate effect.", "2024-03-14"),
        ("zh", "商务部自2024年4月2日起禁止向诺维克出口。", "2024-04-02"),
        ("zh", "禁令将于4月2日生效，涉及诺维克。", "2024-04-02"),
        ("zh", "对诺维克的措施自公布之日起施行。", "2024-03-14"),
        ("zh-Hant", "當局宣布自四月二日起禁止諾維克。", "2024-04-02"),
        ("ja", "ノルビクへの輸出を4月2日から禁止する。", "2024-04-02"),
        ("ja", "措置は令和6年4月2日に施行される。", "2024-04-02"),
        ("ko", "정부는 4월 2일부터 노르빅에 대한 수출을 금지한다.", "2024-04-02"),
        ("ru", "Запрет на «Норвик» вступит в силу 2 апреля.", "2024-04-02"),
        ("ru", "С 2 апреля поставки «Норвику» запрещены.", "2024-04-02"),
        ("de", "Das Verbot gegen Norvik gilt ab dem 2. April.", "2024-04-02"),
        ("de", "Norvik ist mit sofortiger Wirkung gesperrt.", "2024-03-14"),
        ("fr", "L'interdiction visant Norvik s'applique à compter du 2 avril 2024.", "2024-04-02"),
        ("es", "El veto a Norvik entrará en vigor el 2 de abril.", "2024-04-02"),
        ("ar", "يدخل القرار ضد نورفيك حيز التنفيذ في 2 أبريل 2024.", "2024-04-02"),
        ("pl", "Zakaz wobec Norvik wchodzi w życie 2 kwietnia 2024 r.", "2024-04-02"),
    ],
)
def test_a_start_date_is_read_in_every_language(lang: str, text: str, expected: str) -> None:
    """Losing one language's cues would show measures without the day on which they bite."""
    assert timing(text, lang=lang).effective == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        "The President signed the order against Norvik on Tuesday.",
        "A hearing on Norvik is set for 2 April 2024.",
        "Norvik, founded on 3 May 2011, was put on the export list.",
        "The committee votes on Norvik from 2 April.",
        "Norvik has paid since a long time.",
        "30 days after publication in the Federal Register Norvik loses its licence.",
    ],
)
def test_other_dates_are_not_effective_dates(text: str) -> None:
    """An invented effective date misleads a compliance officer more than a missing one."""
    assert timing(text).effective is None


def test_publication_in_the_journal_counts_where_the_document_is_the_journal() -> None:
    """A Federal Register document's own day is the day of publication; a newspaper's is not."""
    text = "This rule on Norvik is effective 30 days after publication in the Federal Register."
    printed = Timetable(text, PUBLISHED, "en", printed=PUBLISHED)
    assert printed.timing(0, len(text), action=ActionKind.EXPORT_CONTROL).effective == date(2024, 4, 13)
    assert timing(text).effective is None


def test_the_date_of_the_order_is_the_day_of_signing() -> None:
    """EO 13971's "45 days after the date of this order" counts from the signature, not from the print."""
    text = "The following are prohibited beginning 45 days after the date of this order: any transaction."
    table = Timetable(text, date(2021, 1, 8), "en", signed=date(2021, 1, 5))
    assert table.timing(0, len(text), action=ActionKind.TRANSACTION_BAN).effective == date(2021, 2, 19)


def test_the_next_sentence_may_tell_the_start() -> None:
    """News tells what is done first and from when afterwards."""
    first = "The ministry banned dealings with Norvik."
    text = f"{first} The prohibition takes effect in 45 days."
    assert timing(text, ActionKind.TRANSACTION_BAN, end=len(first)).effective == date(2024, 4, 28)


def test_a_designation_holds_from_its_day() -> None:
    """A blocking takes effect with the act; what else is signed on a day does not say when it starts."""
    text = "The Treasury put Norvik on its blocking list on Tuesday."
    assert timing(text, ActionKind.DESIGNATION).effective == date(2024, 3, 12)
    assert timing(text, ActionKind.PROCUREMENT_BAN).effective is None


def test_a_newspapers_today_is_no_effective_date() -> None:
    """Reporters say "today" of anything: as an effective date it would be invented on most measures."""
    text = "Norvik lost its licence today."
    assert timing(text, ActionKind.OPERATING_BAN) == Timing(None, None)
    text = "PARIS, March 14 - The Council today froze funds. Norvik, a bank, is on the list."
    low = text.index("Norvik")
    read = Timetable(text, PUBLISHED, "en").timing(low, len(text), action=ActionKind.DESIGNATION)
    assert read == Timing(None, None)


def test_an_authoritys_own_today_dates_its_designations() -> None:
    """The Council's release says "today" once, and names those whose funds are frozen in the next paragraphs."""
    text = "The Council today froze the funds of two more firms.\n\nThey are Norvik, a bank, and Alba."
    low = text.index("They")
    read = Timetable(text, PUBLISHED, "en").timing(low, len(text), action=ActionKind.DESIGNATION)
    assert read.effective == PUBLISHED
    ban = Timetable(text, PUBLISHED, "en").timing(low, len(text), action=ActionKind.IMPORT_BAN)
    assert ban.effective is None


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Norvik must sell the unit within 30 days."),
        ("en", "The order gives Norvik 30 days to sell the unit."),
        ("de", "Norvik muss die Sparte binnen 30 Tagen verkaufen."),
        ("de", "Norvik hat 30 Tage Zeit, die Sparte zu verkaufen."),
        ("fr", "Norvik doit vendre sa filiale dans un délai de 30 jours."),
        ("fr", "Norvik dispose de trente jours pour vendre sa filiale."),
        ("es", "Norvik debe vender la filial en un plazo de 30 días."),
        ("es", "El decreto concede a Norvik treinta días para vender la filial."),
        ("pl", "Norvik musi sprzedać spółkę w ciągu 30 dni."),
        ("ru", "«Норвик» должен в течение 30 дней продать долю."),
        ("ru", "«Норвику» дали 30 дней на продажу доли."),
        ("zh", "诺维克须在30天内出售股份。"),
        ("ja", "ノルビクは30日以内に株式を売却しなければならない。"),
        ("ko", "노르빅은 30일 이내에 지분을 매각해야 한다."),
        ("ar", "يجب على نورفيك بيع حصتها خلال 30 يوما."),
    ],
)
def test_a_time_to_obey_in_ends_on_the_day_it_bites(lang: str, text: str) -> None:
    """The day by which a firm must sell is the one that a reader has to know, in whatever language it is told."""
    assert timing(text, ActionKind.DIVESTITURE_ORDER, lang=lang).effective == date(2024, 4, 13)


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh", "财政部12日宣布将诺维克列入名单。"), ("ko", "재무부는 12일 노르빅을 제재 명단에 올렸다.")],
)
def test_a_bare_day_of_the_month_is_read_like_a_weekday(lang: str, text: str) -> None:
    """Chinese and Korean papers write "on the 12th" where English ones write "on Tuesday"."""
    assert timing(text, ActionKind.DESIGNATION, lang=lang).effective == date(2024, 3, 12)


def test_what_may_not_be_bought_after_a_day_is_no_past() -> None:
    """ "Bought in May" is history; "may not be bought after 1 April" is the measure."""
    text = "Nothing from Norvik may be bought with public money after April 1."
    assert timing(text, ActionKind.PROCUREMENT_BAN).effective == date(2024, 4, 1)
    text = "The ministry banned Norvik, which was bought by Alba from January 2024 on, and founded on 2 May 2019."
    assert timing(text).effective is None


def test_a_calendar_day_told_of_a_listing_is_its_start() -> None:
    """ "On 1 March 2022 the Council barred Norvik": the day is lost where only "from" and "effective" count."""
    text = "On 1 March 2022 the Council barred Norvik from the air."
    assert timing(text, ActionKind.OPERATING_BAN, new=False).effective == date(2022, 3, 1)
    assert timing(text, ActionKind.PENALTY, new=False).effective is None
    dateline = "PARIS, March 13 - The Council barred Norvik from the air."
    assert timing(dateline, ActionKind.OPERATING_BAN).effective is None


def test_a_distance_counts_from_the_day_of_the_act() -> None:
    """An order of Tuesday that takes effect in 45 days does so 45 days after Tuesday, whatever day the paper is."""
    first = "The president signed an order on Tuesday against Norvik."
    text = f"{first} The order takes effect in 45 days."
    assert timing(text, ActionKind.TRANSACTION_BAN, end=len(first)).effective == date(2024, 4, 26)


def test_what_is_looked_back_on_does_not_begin_today() -> None:
    """ "Effective today the listing of Norvik of last year is revoked": the listing did not begin today."""
    text = "Effective immediately, the ministry has revoked the listing of Norvik of last year."
    assert timing(text, ActionKind.DESIGNATION, new=False).effective is None
    assert timing(text, ActionKind.DESIGNATION, Stage.LIFTED).effective == PUBLISHED


def test_the_end_of_a_licence_beside_it_is_no_end_of_a_freeze() -> None:
    """A freeze shown as ending with the wind-down licence would let a user pay a sanctioned bank."""
    first = "The Treasury put Norvik on its blocking list on Tuesday."
    text = f"{first} Dealings to wind down are allowed until 20 June."
    assert timing(text, ActionKind.DESIGNATION, end=len(first)).until is None


def test_from_a_weekday_just_past() -> None:
    """Friday's paper says "from Thursday" of yesterday, and "will … from Thursday" of next week."""
    friday = date(2024, 3, 15)
    text = "From Thursday, offices may install no more Norvik cameras."
    assert Timetable(text, friday, "en").timing(0, len(text)).effective == date(2024, 3, 14)
    text = "From Thursday, offices will install no more Norvik cameras."
    assert Timetable(text, friday, "en").timing(0, len(text)).effective == date(2024, 3, 21)


def test_a_term_given_to_comply_ends_on_the_day_it_bites() -> None:
    """ "Has 60 days to" and "must … within 60 days" name a day as surely as a date does."""
    for text in (
        "Norvik has 60 days to switch off its lines.",
        "Norvik must switch off its lines within 60 days.",
    ):
        assert timing(text, ActionKind.OPERATING_BAN).effective == date(2024, 5, 13)


def test_what_the_text_says_of_the_order_holds_far_from_the_name() -> None:
    """The start of a measure is told once, often paragraphs after the names; two such days are two measures."""
    first = "The ministry barred imports from Norvik."
    middle = " Traders were surprised.\n\nAnalysts shrugged. Shares fell."
    text = f"{first}{middle}\n\nThe ban takes effect on 2 April."
    assert timing(text, ActionKind.IMPORT_BAN, end=len(first)).effective == date(2024, 4, 2)
    text += " The restrictions take effect on 9 May."
    assert timing(text, ActionKind.IMPORT_BAN, end=len(first)).effective is None


def test_a_deadline_to_sell_is_when_the_order_bites() -> None:
    """ "Has until" means a duty for an order to sell, and an end for a licence."""
    text = "Norvik has until 20 June to find a buyer."
    assert timing(text, ActionKind.DIVESTITURE_ORDER) == Timing(date(2024, 6, 20), None)
    text = "Dealings with Norvik are allowed until 20 June."
    assert timing(text, ActionKind.LICENCE) == Timing(None, date(2024, 6, 20))


def test_a_longer_deadline_is_the_new_date() -> None:
    """A suspended measure bites on the new day, not on the one it was moved from."""
    text = "The ministry pushed back the ban on Norvik from 2 April to 2 July."
    assert timing(text, ActionKind.OPERATING_BAN, Stage.SUSPENDED).effective == date(2024, 7, 2)


def test_the_year_follows_from_the_publication() -> None:
    """In December "from 1 March" is next year's; in March "since 20 December" is last year's."""
    text = "Norvik may not be supplied from 1 March."
    at = date(2023, 12, 20)
    assert Timetable(text, at, "en").timing(0, len(text)).effective == date(2024, 3, 1)
    assert timing("Norvik has been banned since 20 December.").effective == date(2023, 12, 20)


def test_without_a_publication_date_nothing_relative_is_resolved() -> None:
    """ "In 45 days" of an undated text is no date."""
    text = "The ban on Norvik takes effect in 45 days, from 2 April."
    assert Timetable(text, None, "en").timing(0, len(text)) == Timing(None, None)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(-5, 400), st.integers(-5, 400), st.sampled_from(languages()))
def test_any_text_is_survived(text: str, start: int, end: int, lang: str) -> None:
    """A hostile page must not stop the round."""
    table = Timetable(text, PUBLISHED, lang)
    for action in (None, ActionKind.DESIGNATION, ActionKind.DIVESTITURE_ORDER):
        assert isinstance(table.timing(start, end, action=action), Timing)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789年月日 .,/May一二十de", max_size=80))
def test_mentions_index_the_text_and_do_not_overlap(text: str) -> None:
    """Overlapping readings would count one date twice."""
    found = find_dates(text, languages_of(text, None))
    assert all(a.end <= b.start for a, b in pairwise(found))
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(text)
        assert all(mention.resolve(PUBLISHED, d) is None or mention.resolve(PUBLISHED, d) for d in Direction)


def test_a_dateline_makes_a_weekday_a_calendar_day() -> None:
    """A block that is told with the day of its text lost that day, though the text names it in full."""
    text = "ANKARA, March 14 - Users lost access to Norvik on Thursday."
    assert timing(text, ActionKind.OPERATING_BAN).effective == PUBLISHED
    assert timing(text, ActionKind.PROCUREMENT_BAN).effective is None
    assert timing(text, ActionKind.OPERATING_BAN, new=False).effective is None
    assert timing("ANKARA - Norvik was blocked on Thursday.", ActionKind.OPERATING_BAN).effective is None


def test_takes_effect_dates_the_nearest_day() -> None:
    """The day of signing was given as the first day of an order that starts weeks later."""
    text = "The order on Norvik, which was signed on February 20, takes effect in 45 days."
    assert timing(text).effective == date(2024, 4, 5)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The sanctions on Norvik were extended to 2 April."),
        ("en", "OFAC prolonged the licence for Norvik until 2 April."),
        ("ru", "Санкции против «Норвика» продлены до 2 апреля."),
    ],
)
def test_what_is_prolonged_ends_later(lang: str, text: str) -> None:
    """A reader of "extended to 2 April" has to know the last day, and that it is no first one."""
    assert timing(text, ActionKind.DESIGNATION, lang=lang) == Timing(None, date(2024, 4, 2))


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Norvik's loss of its licence took effect on Sunday, officials recalled.", "2024-03-10"),
        ("zh", "针对诺维克的法律昨天已经生效。", "2024-03-13"),
        ("en", "Nasdaq, which will delist Norvik on Monday, had no comment.", "2024-03-18"),
        ("en", "The ban on Norvik in 45 days had been announced in May.", None),
    ],
)
def test_an_older_step_may_be_dated_by_the_week(lang: str, text: str, expected: str | None) -> None:
    """Background that tells its day by weekday is as exact as the text; a distance in it counts from another day."""
    found = timing(text, ActionKind.DELISTING, lang=lang, new=False).effective
    assert found == (date.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Geschäfte mit der Norvik sind untersagt.\n\nDie Änderungen treten um 18 Uhr in Kraft."),
        ("pl", "Zakazano transakcji z Norvik.\n\nZakaz wchodzi w życie z dniem ogłoszenia."),
        ("ru", "Сделки с «Норвиком» запрещены.\n\nУказ вступает в силу со дня подписания."),
    ],
)
def test_a_measure_that_starts_on_its_own_day(lang: str, text: str) -> None:
    """A notice says at its end, of all it does, that it holds from an hour of the same day."""
    found = timing(text, ActionKind.TRANSACTION_BAN, lang=lang, end=text.index("\n")).effective
    assert found == PUBLISHED


def test_a_day_long_past_is_no_start_of_news() -> None:
    """An order that recalls the one which it renews was dated half a year back."""
    text = "On November 7, 2023, I signed an order denying the export privileges of Norvik."
    assert timing(text).effective is None
    assert timing(text, new=False).effective == date(2023, 11, 7)


@pytest.mark.parametrize(
    ("lang", "coming", "past"),
    [
        ("en", "The ban on Norvik takes effect on Monday.", "The ban on Norvik took effect on Monday."),
        ("ru", "Запрет вступает в силу в понедельник.", "Запрет вступил в силу в понедельник."),
        ("pl", "Zakaz wchodzi w życie w poniedziałek.", "Zakaz wszedł w życie w poniedziałek."),
        ("de", "Das Verbot tritt am Montag in Kraft.", "Das Verbot trat am Montag in Kraft."),
        ("fr", "L'interdiction entre en vigueur lundi.", "L'interdiction est entrée en vigueur lundi."),
        ("es", "El veto entra en vigor el lunes.", "Las medidas entraron en vigor el lunes."),
    ],
)
def test_the_tense_says_which_monday(lang: str, coming: str, past: str) -> None:
    """A ban that starts next Monday was dated a week too early, and one in force a week too late."""
    assert timing(coming, lang=lang).effective == date(2024, 3, 18)
    assert timing(past, lang=lang).effective == date(2024, 3, 11)
