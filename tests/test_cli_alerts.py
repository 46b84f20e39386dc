"""What a person says to alerts, as typed; on the demo's own store."""

import json

import pytest
from databases import BOTH


@pytest.fixture(params=BOTH)
def demo(cli, tmp_path, request):
    """Give a store with alerts, as `watchlist demo` leaves it; also moved to PostgreSQL."""
    assert cli("demo", tmp_path / "demo")[0] == 0
    elsewhere = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None

    def run(*arguments, moved=elsewhere):
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("WATCHLIST_DATA_DIR")
            if moved:
                patch.setenv("WATCHLIST_DATABASE", moved)
            return cli("--config", tmp_path / "demo" / "watchlist.toml", *arguments)

    if elsewhere:
        assert run("db", "migrate-to", elsewhere, moved=None)[0] == 0
    return run


def number_of(demo, name):
    """Return the latest alert on a name: sources are read side by side, so numbers differ from run to run."""
    return int(demo("alerts", "list", "--entry", name)[1].splitlines()[1].split()[0])


def test_a_dismissal_is_listed_taken_back_and_survives_the_file(demo, cli, tmp_path):
    """ "Not them" must be remembered with its evidence, in this store and in the next one that imports the file."""
    code, out, err = demo("alerts", "dismiss", number_of(demo, "WeChat Pay"), "--note", "another firm")
    assert code == 0
    assert "watchlist alerts restore 1" in out
    assert "narrower" in err
    _, out, _ = demo("alerts", "list", "--dismissed")
    assert "WeChat Pay" in out
    assert demo("alerts", "dismiss", 99)[0] == 2
    for form in ("csv", "json", "toml"):
        file = tmp_path / f"w.{form}"
        assert demo("export", file)[0] == 0
        _, out, _ = cli("import", file)
        assert "1 dismissal remembered" in out
    _, out, _ = cli("alerts", "list", "--dismissed")
    assert out.count("WeChat Pay  WeChat Pay") == 1
    assert "dismissed" not in cli("show", "WeChat Pay")[1]
    assert demo("alerts", "restore", 1)[0] == 0
    assert demo("alerts", "restore", 1)[0] == 2
    assert "dismissed" not in demo("export", "--format", "csv")[1]


def test_a_column_of_that_name_that_is_not_ours_is_kept(cli, tmp_path):
    """A user's own column "dismissed" must survive, whatever stands in it."""
    (tmp_path / "w.csv").write_text("name,dismissed\nAlipay,yes\nHuawei,[1]\n")
    assert cli("import", tmp_path / "w.csv")[0] == 0
    assert "yes" in cli("export")[1]


def test_alerts_as_training_data(demo, tmp_path):
    """Each line must hold the passage with the name marked, and the label that a person gave."""
    wrong, right = number_of(demo, "WeChat Pay"), number_of(demo, "Alipay")
    demo("alerts", "dismiss", wrong, "--note", "another firm")
    demo("alerts", "ack", right)
    code, out, _ = demo("alerts", "export", "--jsonl")
    assert code == 0
    rows = {row["alert"]: row for row in map(json.loads, out.splitlines())}
    assert {n: row["label"] for n, row in rows.items() if row["label"]} == {right: "match", wrong: "no match"}
    assert rows[wrong]["note"] == "another firm"
    for row in rows.values():
        assert all(row["passage"][start:end].strip() for start, end in row["marks"])
    assert demo("alerts", "export", tmp_path / "a.jsonl", "--labelled")[0] == 0
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 2


def test_muting_by_alert_name_or_all(demo):
    """Each way to say what is muted must end the same way, and be listed meanwhile."""
    assert demo("alerts", "mute", number_of(demo, "Alipay"))[0] == 0
    assert demo("alerts", "mute", "wechat pay", "--for", "you")[0] == 0
    assert demo("alerts", "mute", "all", "--days", "1")[0] == 0
    _, out, _ = demo("alerts", "list", "--muted")
    assert [line.split("  ")[0] for line in out.splitlines()[1:4]] == ["Alipay", "WeChat Pay", "everything"]
    for what in ("Alipay", "WeChat Pay", "all"):
        assert "1 mute ended" in demo("alerts", "unmute", what)[1]
    assert demo("alerts", "list", "--muted")[1] == "Nothing is muted.\n"
    assert demo("alerts", "mute", "Alpay")[0] == 2


def test_every_decision_is_explained_also_without_an_alert(demo):
    """Who asks why he was not mailed must get the reason by the name alone."""
    _, out, _ = demo("alerts", "explain", 1)
    assert "in the digest, alert 1: goes into the digest" in out
    _, out, _ = demo("alerts", "explain", "alipay")
    assert out.startswith("Alipay: the latest")
    assert demo("alerts", "explain", "nobody")[0] == 2
    assert demo("alerts", "explain", "99")[0] == 2


def test_open_alerts(demo):
    """What was dealt with must leave the list of what is open, and say so in the list of all."""
    before = len(demo("alerts", "list", "--open")[1].splitlines())
    demo("alerts", "ack", 1)
    demo("alerts", "dismiss", 2)
    assert len(demo("alerts", "list", "--open")[1].splitlines()) == before - 2
    rows = {line.split()[0]: line for line in demo("alerts", "list")[1].splitlines()}
    assert ", acknowledged" in rows["1"]
    assert ", dismissed" in rows["2"]
    assert "dismissed    " in demo("alerts", "show", 2)[1]
    assert demo("alerts", "restore", 1)[0] == 0
    assert len(demo("alerts", "list", "--open")[1].splitlines()) == before - 1
    assert "dismissed" not in demo("alerts", "list")[1]


def test_a_name_is_found_however_it_is_typed(demo):
    """ "No such alert" for "alipay", where Alipay has some, reads as all clear."""
    assert demo("alerts", "list", "--entry", "alipay") == demo("alerts", "list", "--entry", "Alipay")
    assert "No such alert" in demo("alerts", "list", "--entry", "nobody")[1]


def test_an_alert_is_shown_at_80_columns(demo):
    """A sentence of evidence that the terminal breaks anywhere is hard to read beside its labels."""
    _, out, _ = demo("alerts", "show", number_of(demo, "Alipay"))
    assert max(map(len, out.splitlines())) <= 80
    assert "\n               " in out


def test_one_of_many_names_of_a_story_is_dismissed_by_name(demo):
    """A mail tells eight names in one row with one number: each must be reachable from there."""
    number = number_of(demo, "WPS Office")
    code, out, _ = demo("alerts", "dismiss", number, "--name", "shareit")
    assert code == 0
    assert "'SHAREit' as SHAREit" in out
    code, _, err = demo("alerts", "dismiss", number, "--name", "Nobody")
    assert (code, "tells nothing of 'Nobody'" in err) == (2, True)
