"""Rules by command, as a user types them."""

import pytest


@pytest.fixture
def watched(cli):
    cli("add", "Huawei", "--tag", "chips")
    cli("add", "Alipay", "--tag", "apps")
    return cli


def test_a_rule_is_added_changed_tried_and_removed(watched):
    """Each step must say what holds now, and a try must name the rule that decided."""
    code, out, _ = watched(
        "rules", "add", "bans", "--deliver", "instant", "--stage", "adopted", "--authority", "US"
    )
    assert (code, out) == (0, "added: rule 'bans' of local: instant: adopted; US\n")
    code, out, _ = watched(
        "rules", "test", "--entry", "huawei", "--action", "designation", "--authority", "US-OFAC"
    )
    assert "local: mailed at once" in out
    assert "rule 'bans' fits" in out
    assert watched("rules", "add", "no", "--deliver", "none", "--tag", "chips", "--before", "bans")[0] == 0
    _, out, _ = watched(
        "rules", "test", "--entry", "Huawei", "--action", "designation", "--authority", "US-OFAC"
    )
    assert "local: not mailed" in out
    _, out, _ = watched("rules", "edit", "no", "--tag", "apps")
    assert out == "changed: rule 'no' of local: none: tagged apps\n"
    _, out, _ = watched("rules", "list")
    assert [line.split()[1] for line in out.splitlines()[1:]] == ["no", "bans", "(the"]
    assert watched("rules", "remove", "no")[0] == 0
    assert "'no'" not in watched("rules", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--deliver", "digest", "--entry", "Huawai"), "did you mean 'Huawei'"),
        (("--deliver", "digest", "--tag", "chip"), "did you mean 'chips'"),
        (("--deliver", "now"), "instant"),
        (("--deliver", "digest", "--action", "ban"), "transaction_ban"),
        (("--deliver", "digest", "--for", "ada"), "there is no recipient 'ada'"),
        ((), "--deliver instant"),
    ],
)
def test_what_cannot_work_is_refused_in_a_line(watched, arguments, said):
    """A rule that could never fire must not be saved."""
    code, _, err = watched("rules", "add", "r", *arguments)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
    assert "'r'" not in watched("rules", "list")[1]


def test_a_rule_follows_a_renamed_entry(watched):
    """Renaming a name on the watchlist must not silence the rule about it."""
    watched("rules", "add", "h", "--deliver", "instant", "--entry", "HUAWEI", "--action", "designation")
    watched("edit", "Huawei", "--rename", "Huawei Technologies")
    assert "Huawei Technologies; designation" in watched("rules", "list")[1]
    _, out, _ = watched("rules", "test", "--entry", "Huawei Technologies", "--action", "designation")
    assert "mailed at once" in out
    watched("remove", "Huawei Technologies")
    assert "never fires" in watched("rules", "list")[2]


def test_a_rule_of_the_configuration_is_checked_against_the_watchlist(watched, tmp_path):
    """A mistyped name in the file must be found by the check, not by a missed alert."""
    file = tmp_path / "w.toml"
    file.write_text(
        '[[recipients]]\nname = "ada"\naddress = "ada@example.org"\n'
        '[[recipients.rules]]\nname = "h"\nentries = ["Huawai"]\n'
    )
    code, _, err = watched("--config", file, "config", "check")
    assert (code, "did you mean 'Huawei'" in err) == (2, True)
