"""Official lists as a user meets them: commands on one side, publishers on loopback on the other, mails in between."""

import email
import json
import shutil
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest
from http_server import Site
from list_files import Body, ofac_xml, others

Cli = Callable[..., tuple[int, str, str]]

VINMOOR = Body("42", "Vinmoor Technologies Co., Ltd.", ("CMIC-EO13959",), {"Vinmoor": "strong"})
NEWS = (
    "<rss version='2.0'><channel><title>Paper</title>{}</channel></rss>",
    "<item><guid isPermaLink='false'>{id}</guid><title>{title}</title><pubDate>{day}</pubDate>"
    "<description>{text}</description></item>",
)


class World:
    """A newspaper and OFAC's non-SDN list on loopback, and a configuration that reads both."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.items = ""
        self.write("w", "Weather", "Mon, 16 Nov 2026 09:00:00 GMT", "Fog lies over the harbour. " * 20)
        (folder / "watchlist.toml").write_text(
            "[fetch]\nallow_private_addresses = true\nhost_pause = 0\n"
            '[[recipients]]\nname = "ann"\naddress = "ann@example.org"\n'
            f'[[sources]]\nname = "paper"\nkind = "feed"\nurl = "{site.url("/feed.xml")}"\n'
            'options = { full_text = "feed" }\n'
            f'[[sources]]\nname = "ofac-consolidated"\nkind = "list"\nurl = "{site.url("/CONS.XML")}"\n'
        )

    def write(self, id: str, title: str, day: str, text: str) -> None:
        """Print an article."""
        whole, item = NEWS
        self.items += item.format(id=id, title=title, day=day, text=text)
        self.site.serve("/feed.xml", whole.format(self.items), "application/rss+xml")

    def publish(self, bodies: list[Body], day: str = "11/18/2026") -> None:
        """Publish an edition of the list."""
        self.site.serve("/CONS.XML", ofac_xml(bodies, day), "application/xml")

    @property
    def mails(self) -> list[str]:
        """Return the texts of all mails so far, in the order they were written, each as one line."""
        found = []
        new = (self.folder / "data" / "mail" / "new").glob("*")
        for path in sorted(new, key=lambda path: path.stat().st_mtime_ns):  # names tell seconds only
            message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            found.append(
                " ".join(f"{message['Subject']}\n{body.get_content()}".replace("\n   | ", " ").split())
            )
        return found


@pytest.fixture
def world(site: Site, tmp_path: Path, sqlite_template: Path) -> World:
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data" / "watchlist.sqlite3")  # migrated once for all
    return World(site, tmp_path)


def test_from_an_edition_to_a_mail(cli: Cli, world: World):
    """The first edition mails nothing; who is added by the next one is mailed once, and who is removed again."""
    cli("add", "Vinmoor")
    world.publish(others(40))
    code, out, err = cli("check")
    assert (code, err) == (0, "")
    assert "first fetch" in out
    assert world.mails == []
    world.publish([*others(40), VINMOOR], "11/20/2026")
    assert cli("check", "--all")[0] == 0
    (mail,) = world.mails
    assert "Vinmoor" in mail
    assert "investment ban" in mail.casefold()
    assert "was added to the Chinese" in mail
    assert "2026-11-20" in mail
    assert "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=42" in mail
    assert cli("check", "--all")[0] == 0
    assert len(world.mails) == 1
    code, out, _ = cli("status", "Vinmoor")
    assert "investment ban, adopted by US Treasury (OFAC)" in out
    world.publish(others(40), "11/22/2026")
    assert cli("check", "--all")[0] == 0
    assert len(world.mails) == 2
    assert "was removed from the Chinese" in world.mails[1]
    assert "No restriction" in cli("status", "Vinmoor")[1]
    assert "investment ban lifted" in cli("timeline", "Vinmoor")[1]


def test_the_list_joins_the_story_of_the_news(cli: Cli, world: World):
    """The press is first, the list makes it official: one story, one confirmation, and how many days lay between."""
    cli("add", "Vinmoor")
    world.publish(others(40))
    cli("check")
    world.write(
        "a",
        "Treasury bans investment in Vinmoor",
        "Wed, 18 Nov 2026 15:00:00 GMT",
        "The US Treasury on Wednesday banned Americans from investing in Vinmoor. The investment ban prohibits US persons "
        "from buying or selling the company's securities, the Treasury said in a statement.",
    )
    cli("check", "--all")
    assert len(world.mails) == 1
    world.publish([*others(40), VINMOOR], "11/20/2026")
    cli("check", "--all")
    assert len(world.mails) == 2
    told = max(world.mails, key=lambda mail: "appeared on the list" in mail)
    assert "Announced 2 days before it appeared on the list (paper, 2026-11-18)" in told
    assert "onfirmed" in told
    steps = json.loads(cli("timeline", "Vinmoor", "--json")[1])["steps"]
    bans = [step for step in steps if step["action"] == "investment_ban"]
    assert len(bans) == 1
    assert bans[0]["official"]
    assert bans[0]["documents"] == 2


def test_a_possible_hit_is_shown_apart(cli: Cli, world: World):
    """What is only alike must not read like a sanction."""
    cli("add", "Vinmoor")
    world.publish(others(40))
    cli("check")
    world.publish(
        [*others(40), Body("77", "Ostrel Holding", aliases={"Kataib Vinmoor": "strong"})], "11/20/2026"
    )
    cli("check", "--all")
    (mail,) = world.mails
    assert "ossible" in mail
    assert "Kataib" in mail
    assert "a possible match" in cli("status", "Vinmoor")[1]


def test_a_bad_edition_is_a_blind_spot_and_a_mass_removal_waits(cli: Cli, world: World):
    """Who reads the digest must know that a list could not be believed, and why."""
    cli("add", "Vinmoor")
    world.publish([*others(300), VINMOOR])
    assert cli("lists", "update")[0] == 0
    world.site.serve("/CONS.XML", "<!DOCTYPE html><html><body>Sign in</body></html>")
    code, out, err = cli("check", "--all")
    assert code == 3
    (row,) = [line.split() for line in out.splitlines() if line.startswith("ofac-consolidated")]
    assert (row[1], row[-1]) == ("0", "failed")
    assert "HTML page in place of the XML list" in err
    assert "Traceback" not in err
    assert "HTML page" in cli("digest", "preview")[1]
    assert "failing" in cli("lists")[1]
    world.publish(others(100), "11/20/2026")
    code, out, err = cli("lists", "update", "ofac-consolidated")
    assert code == 3
    assert "held back" in out
    assert "watchlist lists accept ofac-consolidated" in err
    state = json.loads(cli("lists", "--json")[1])
    assert (state["state"], state["edition"]["entities"], state["held"]["entities"]) == ("held", 301, 100)
    assert "held back" in cli("digest", "preview")[1]
    assert cli("lists", "accept", "ofac-consolidated", "--drop")[0] == 0
    assert "held back" in cli("lists", "update")[1]
    code, out, _ = cli("lists", "accept", "ofac-consolidated")
    assert code == 0
    assert "201 removed" in out
    assert "Vinmoor: removed" in out
    assert cli("check", "--all")[0] == 0
    assert "was removed from" in world.mails[0]
    assert "in force" in cli("lists")[1]
    code, _, err = cli("lists", "accept", "ofac-consolidated")
    assert code == 2
    assert "no edition of 'ofac-consolidated' is held" in err


def test_a_stale_edition_between_two_checks_is_not_told_as_in_force(cli: Cli, world: World):
    """Accepted by mistake, and gone with the next edition: whoever hears of it reads that it is over, and status agrees."""
    with (world.folder / "watchlist.toml").open("a") as config:
        config.write('[[recipients]]\nname = "bo"\naddress = "bo@example.org"\n')
        config.write('[[recipients.rules]]\nname = "all"\ndeliver = "instant"\n')
    old = Body("42", VINMOOR.name, ("CMIC-EO13959",), {"Vinmoor": "strong"})
    cli("add", "Vinmoor")
    world.publish([*others(40), old], "11/01/2026")
    cli("check")
    world.publish(others(40), "11/10/2026")
    cli("check", "--all")
    assert any("was removed from" in mail for mail in world.mails)
    told = len(world.mails)
    world.publish([*others(40), old], "11/18/2026")
    assert cli("lists", "update")[0] == 0
    assert "since 2026-11-18" in cli("status", "Vinmoor")[1]
    world.publish(others(40), "11/20/2026")
    assert cli("check", "--all")[0] == 0
    new = world.mails[told:]
    assert new
    assert not any("in force since" in mail for mail in new)
    assert any(mail.startswith("[LIFTED] Vinmoor") and "then lifted 20 Nov 2026" in mail for mail in new)
    assert "No restriction" in cli("status", "Vinmoor")[1]


def test_lookup_shows_longer_names_apart(cli: Cli, world: World):
    """A division of a group is another body by its name; whoever asks for the group must still learn that it is listed."""
    division = Body("60", "Norvex Deep Sea Drilling Aeronautics", ())
    world.publish([*others(30), VINMOOR, division, Body("61", "Bank of Testland"), Body("62", "Nor Vexing")])
    cli("lists", "update")
    out = cli("lists", "lookup", "Norvex Ltd")[1]
    assert "is not on the one list in force here" in out
    assert "  Norvex Deep Sea Drilling Aeronautics (ofac-consolidated)" in out
    assert "Vexing" not in out
    assert "hold all its words" not in cli("lists", "lookup", "Vinmoor")[1]
    assert "hold all its words" not in cli("lists", "lookup", "Bank")[1]
    assert cli("lists", "lookup", "Norvex Ltd", "--json")[1] == ""
    assert cli("lists", "lookup", "", "--id", "IMO:9187629")[1].startswith("IMO:9187629 is not on")


def test_what_was_on_an_undated_list_already_is_not_dated(cli: Cli, world: World):
    """The day on which we first read a list is nobody's designation; a name seen to come has the day of that edition."""
    cli("add", "Vinmoor")
    cli("add", "Norvex")
    world.publish([*others(40), VINMOOR], "11/18/2026")
    cli("lists", "update")
    assert "in force · on the list when first read, 2026-11-18" in cli("status", "Vinmoor")[1]
    assert "on the list when first read" in cli("timeline", "Vinmoor")[1]
    world.publish([*others(40), VINMOOR, Body("43", "Norvex")], "11/19/2026")
    cli("lists", "update")
    assert "in force · since 2026-11-19" in cli("status", "Norvex")[1]
    assert "first read" not in cli("timeline", "Norvex")[1]


def test_lists_on_the_command_line(cli: Cli, world: World):
    """State, difference, record, history: what a person looks up, at 80 columns and as JSON."""
    assert "none yet" in cli("lists")[1]
    world.publish([*others(30), VINMOOR])
    cli("lists", "update")
    world.publish([*others(28), Body("50", "Newcomer Works"), VINMOOR], "11/20/2026")
    code, out, _ = cli("lists", "update", "--json")
    assert code == 0
    assert json.loads(out)["changes"] == {"added": 1, "removed": 2}
    code, out, _ = cli("lists", "diff", "ofac-consolidated")
    assert code == 0
    assert "added      Newcomer Works (50)" in out
    rows = [
        json.loads(line)
        for line in cli("lists", "diff", "ofac-consolidated", "--from", "2026-01-01", "--json")[
            1
        ].splitlines()
    ]
    assert sorted(row["change"] for row in rows) == ["added", "removed", "removed"]
    assert "No change" in cli("lists", "diff", "ofac-consolidated", "--to", "2020-01-01")[1]
    out = cli("lists", "show", "42")[1]
    assert "on ofac-consolidated: investment ban" in out
    assert max(map(len, out.splitlines())) <= 80
    gone = others(30)[-1]
    assert "no longer on ofac-consolidated" in cli("lists", "show", gone.uid)[1]
    out = cli("lists", "lookup", "Vinmoor")[1]
    assert "match     Vinmoor" in out
    out = cli("lists", "lookup", gone.name)[1]
    assert "is not on the one list in force here" in out
    assert "Formerly" in out
    assert "Formerly" not in cli("lists", "lookup", gone.name, "--now")[1]
    row = json.loads(cli("lists", "lookup", "Vinmoor", "--json")[1].splitlines()[0])
    assert (row["verdict"], row["now"], row["measures"][0]["action"]) == ("match", True, "investment_ban")
    code, out, _ = cli("add", "Vinmoor")
    assert "Looked up in 1 official list; not mailed" in out
    assert "NS-CMIC" in out
    assert "Looked up in 1 official list: on none of them" in cli("add", "Zebrafish Optics")[1]
    assert "Looked up" in cli("edit", "Zebrafish Optics", "--alias", "Newcomer Works")[1]
    assert json.loads(cli("lists", "show", "42", "--json")[1])["programs"] == ["CMIC-EO13959"]


def test_screening_a_file_against_the_stored_lists(cli: Cli, world: World, tmp_path: Path):
    """A book of clients goes through all lists at once, each hit explained."""
    world.publish([*others(30), VINMOOR])
    cli("lists", "update")
    (tmp_path / "clients.csv").write_text("name,aliases\nAlbatross Tea,\nWenmoor,Vinmoor Technologies\n")
    code, out, err = cli("screen", "clients.csv", "--json", "--fail-on-match")
    assert code == 1
    (row,) = map(json.loads, out.splitlines())
    assert (row["asked"], row["asked_as"], row["id"]) == ("Wenmoor", "Vinmoor Technologies", "42")
    assert row["why"]
    assert "2 names against 31 entities of 1 lists: 1 match, 0 possible" in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["lists", "update", "un"], "watchlist sources add un turns it on"),
        (["lists", "update", "nobodys"], "watchlist lists catalog shows what there is"),
        (["lists", "diff", "un"], "no edition of 'un' is stored"),
        (["lists", "show", "nobody"], "no list has, or had"),
        (["lists", "diff", "un", "one.xml"], "give two files"),
        (["lists", "diff", "ofac-consolidated", "--from", "yesterday"], "--from"),
        (["screen", "names.csv"], "no list has an edition yet"),
        (["lists", "lookup", "Vinmoor"], "no list has an edition yet"),
        (["sources", "add", "un", "--option", "list=unn"], "no list is called 'unn'"),
    ],
)
def test_trouble_is_one_line(cli: Cli, world: World, tmp_path: Path, arguments: list[str], reason: str):
    """Whatever is asked wrongly, the answer says what is there and what to do."""
    (tmp_path / "names.csv").write_text("name\nVinmoor\n")
    code, _, err = cli(*arguments)
    assert code == 2
    assert reason in err
    assert len(err.strip().splitlines()) == 1


def test_a_table_of_ones_own_is_a_list(cli: Cli, world: World, tmp_path: Path):
    """The 1260H list is a PDF behind a wall: a user types it into a table, and it is a list like any other."""
    (tmp_path / "1260h.csv").write_text(
        "Entity,Other names,Listed\nVinmoor Technologies,Vinmoor;文穆尔,2026-06-08\n"
    )
    with (tmp_path / "watchlist.toml").open("a") as config:
        config.write(
            '[[sources]]\nname = "dod-1260h"\nkind = "list"\nurl = "1260h.csv"\n'
            'options = { name = "Entity", aliases = "Other names", listed = "Listed" }\n'
        )
    cli("add", "Vinmoor")
    code, out, err = cli("lists", "update", "dod-1260h")
    assert (code, err) == (0, "")
    assert "military list by US Department of Defense" in out
    assert "since 2026-06-08" in cli("status", "Vinmoor")[1]
    assert "unchanged" in cli("lists", "update", "dod-1260h")[1]


def test_the_catalogue_turns_lists_on(cli: Cli):
    """One command turns on OFAC's lists; what is on is what the overview shows."""
    code, out, _ = cli("sources", "add", "ofac", "un")
    assert code == 0
    assert "watchlist lists update" in out
    overview = cli("lists")[1]
    for name in ("ofac-sdn", "ofac-consolidated", "un"):
        assert name in overview
    assert cli("sources", "pause", "un")[0] == 0
    assert "paused" in cli("lists")[1]


def test_a_listed_owner_is_an_alert_for_what_it_owns(cli: Cli, world: World):
    """Who watches an app must hear that its owner was listed, and how much of it the owner holds."""
    cli("add", "Vinmoor")
    cli("add", "Ferndale Pay", "--kind", "app", "--owner", "Ferndale Holding:62%")
    (world.folder / "reg.csv").write_text(
        "owner,owned,share\nVinmoor,Ferndale Holding,70\n", encoding="utf-8"
    )
    assert cli("owners", "--import", world.folder / "reg.csv")[0] == 0
    world.publish(others(40))
    cli("check")
    world.publish([*others(40), Body("42", VINMOOR.name, ("SDGT",), {"Vinmoor": "strong"})], "11/20/2026")
    assert cli("check", "--all")[0] == 0
    (mail,) = world.mails
    assert "Ferndale Pay (Vinmoor)" in mail
    assert "the owner holds 62 % indirectly" in mail
    world.write(
        "d",
        "Treasury sanctions Vinmoor",
        "Sat, 21 Nov 2026 15:00:00 GMT",
        "The US Treasury on Saturday sanctioned Vinmoor and added the company to its list of Specially Designated "
        "Nationals. All property of Vinmoor in the United States is blocked, the Treasury said.",
    )
    assert cli("check", "--all")[0] == 0
    code, out, _ = cli("status", "Ferndale Pay")
    assert code == 0
    assert "restricted through: Vinmoor (OFAC 50 Percent Rule)" in " ".join(out.split())
    assert "62 % (Ferndale Holding); enough" in out
    code, out, _ = cli("owners", "Ferndale Pay")
    assert "Ferndale Pay: restricted through its owners" in out
    assert "Vinmoor  (" in out
