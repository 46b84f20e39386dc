"""Recipients are checked when they are saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.model import Delivery
from alerts.readers import checked_address, reader_of, readers_of
from alerts.rule_check import never_fires
from watchlist.config import RecipientSettings, RuleSettings, Settings
from watchlist.errors import UsageError
from watchlist.model import Entry


def recipient(**changed: object) -> RecipientSettings:
    return RecipientSettings(**({"name": "ada", "address": "ada@example.org"} | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"address": "nobody"}, "not a mail address"),
        ({"address": "a b@example.org"}, "not a mail address"),
        ({"address": "a@example.org, b@example.org"}, "not a mail address"),
        ({"address": "a@example.org\nBcc: b@example.org"}, "not a mail address"),
        ({"name": ""}, "1 to 80"),
        ({"name": "a\nb"}, "1 to 80"),
        ({"timezone": "Europe/Atlantis"}, "Europe/Berlin"),
        ({"timezone": "../etc/passwd"}, "time zone"),
        ({"language": "tlh"}, "en, zh, de"),
        ({"digests": ("8 o'clock",)}, "08:00"),
        ({"digests": ("24:00",)}, "08:00"),
        ({"days": ("mo",)}, "mon"),
        ({"days": ()}, "never be sent"),
        ({"quiet_hours": "22:00"}, "22:00-07:00"),
        ({"quiet_hours": "08:00-08:00"}, "whole day"),
        ({"weekly": "monday"}, "mon"),
        ({"rules": (RuleSettings("r", deliver="now"),)}, "instant"),
        ({"rules": (RuleSettings("r", actions=("ban",)),)}, "transaction_ban"),
        ({"rules": (RuleSettings("r", stages=("done",)),)}, "adopted"),
        ({"rules": (RuleSettings("r", least_score=1.5),)}, "between 0 and 1"),
        ({"rules": (RuleSettings("r", actions=("mention",), stages=("adopted",)),)}, "never fire"),
        ({"rules": (RuleSettings("r"), RuleSettings("r", entries=("x",)))}, "two rules"),
        (
            {"rules": (RuleSettings("all"), RuleSettings("huawei", "instant", entries=("Huawei",)))},
            "can never fire",
        ),
        ({"rules": (RuleSettings("r", authorities=("US-BISS",)),)}, "did you mean 'US-BIS'"),
        ({"rules": (RuleSettings("r", "instant", days=("mon",)),)}, "leave them out"),
        ({"rules": (RuleSettings("r", days=("sun",)),), "days": ("mon",)}, "no digest on sun"),
        ({"rules": (RuleSettings("r", times=("09:00",)),)}, "no digest at 09:00"),
        ({"digests": ()}, "never come"),
        (
            {
                "rules": (
                    RuleSettings("us", authorities=("US-Treasury",)),
                    RuleSettings("r", authorities=("US-OFAC",)),
                )
            },
            "can never fire",
        ),
        (
            {
                "rules": (
                    RuleSettings("a", entries=("HUAWEI",)),
                    RuleSettings("r", "instant", entries=("Huawei",)),
                )
            },
            "can never fire",
        ),
    ],
)
def test_what_cannot_work_is_refused(changed, said):
    """A recipient who would never get a mail must be refused with the right form, when it is saved."""
    with pytest.raises(UsageError, match=said) as caught:
        reader_of(recipient(**changed))
    assert "\n" not in str(caught.value)


def test_rules_that_differ_are_kept():
    """A narrow rule before a wide one, and an instant rule before the rest, must be accepted."""
    made = reader_of(
        recipient(
            rules=(
                RuleSettings("huawei", "instant", entries=("Huawei",)),
                RuleSettings("all", "instant"),
                RuleSettings("mentions", "none", actions=("mention",)),
                RuleSettings("rest"),
            )
        )
    )
    assert [rule.deliver for rule in made.rules] == [
        Delivery.INSTANT,
        Delivery.INSTANT,
        Delivery.NONE,
        Delivery.DIGEST,
    ]


def test_rules_by_command_come_first_and_a_clash_stops_nobody():
    """What is typed must win over the file; and a file edited later must not keep the recipient from his mail."""
    who = recipient(rules=(RuleSettings("huawei", "instant", entries=("Huawei",)),))
    catch_all = RuleSettings("all", "digest")
    assert [rule.name for rule in reader_of(who, [catch_all]).rules] == ["all", "huawei"]
    with pytest.raises(UsageError, match="'huawei' can never fire"):
        reader_of(who, [catch_all], strict=True)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (RuleSettings("r", entries=("huawei",), tags=("CHIPS",)), None),
        (RuleSettings("r", entries=("Huawai",)), "did you mean 'Huawei'"),
        (RuleSettings("r", tags=("chip",)), "did you mean 'chips'"),
        (RuleSettings("r", entries=("Alipay",), tags=("chips",)), "carries no tag"),
    ],
)
def test_a_rule_about_nothing_on_the_watchlist_is_found(rule, said):
    """A rule with a mistyped name or tag would stay silent for ever; case must not matter."""
    watched = [Entry("Huawei", tags=("chips",)), Entry("Alipay", tags=("apps",))]
    found = never_fires(rule, watched)
    assert (found is None) if said is None else (said in str(found))


def test_without_recipients_the_local_one_reads(tmp_path):
    """A fresh installation must deliver without any account; a configured name wins over a stored one."""
    settings = Settings(database="", data_dir=tmp_path)
    assert [reader.name for reader in readers_of(settings)] == ["local"]
    stored = [recipient(address="old@example.org"), recipient(name="bob", address="bob@example.org")]
    settings = Settings(database="", data_dir=tmp_path, recipients=(recipient(),))
    assert {r.name: r.address for r in readers_of(settings, stored)} == {
        "ada": "ada@example.org",
        "bob": "bob@example.org",
    }


def test_an_international_domain_becomes_ascii():
    """The mail server must get an address that it can route."""
    assert checked_address("ada@bücher.example") == "ada@xn--bcher-kva.example"


@given(st.text(max_size=60))
def test_no_text_gives_a_dangerous_address(text):
    """Whatever is typed, an accepted address is one plain address: no blanks, commas, brackets, line breaks."""
    try:
        address = checked_address(text)
    except UsageError:
        return
    assert address.isascii()
    assert address.count("@") == 1
    assert not set(address) & set(' \t\r\n,;<>()[]\\"')
