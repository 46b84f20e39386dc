"""Mails as a reader (and his mail program) gets them: content, form, headers; nothing of a feed can break them."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.headerregistry import UnstructuredHeader
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mail_samples import LONG_ARABIC, LONG_CHINESE, NOW, STORIES, digest, item, left_behind, report

from alerts.digest import blind_spots_of, counts_of, rows_of, safe_url
from alerts.message import compose_message
from alerts.model import Digest, MailKind, Outgoing, Reader, Section
from alerts.render import LARGEST_HTML, Renderer, columns, shipped_templates, wrap
from alerts.template_check import problems
from watchlist.model import ReportChange, SourceHealth, Stage, Verdict

GOLDEN = Path(__file__).parent / "golden"
RENDERER = Renderer()


def made(mail: Digest, renderer: Renderer = RENDERER) -> Outgoing:
    cases = tuple(row.case_id for row in mail.all_rows if row.case_id is not None)
    return compose_message(
        mail, renderer.render(mail), sender="Watch <watch@example.org>", domain="lists.example.org",
        dedupe_key="mail:x:1", cases=cases,
    )  # fmt: skip


def parsed(mail: Digest) -> EmailMessage:
    message = message_from_bytes(made(mail).mime, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class Page(HTMLParser):
    """Collects tags, link targets and text of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.attributes: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [
            value or "" for name, value in attrs if name in ("href", "src", "background", "action")
        ]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.mark.parametrize(
    ("name", "mail"),
    [
        ("alert-en", digest(1, kind=MailKind.ALERT)),
        ("digest-en", digest(12)),
        ("digest-zh", digest(5, Reader("王芳", "wang@example.org", "Asia/Shanghai", "zh"))),
        ("digest-de", digest(5, Reader("Jörg", "joerg@example.org", "Europe/Berlin", "de"))),
        ("quiet-en", digest(0, kind=MailKind.QUIET)),
        ("test-en", digest(0, kind=MailKind.TEST)),
    ],
)
def test_golden_mails(name, mail, request):
    """The bytes of a mail change only on purpose: look at the difference, then run with WATCHLIST_GOLDEN=write."""
    import os

    path = GOLDEN / f"{name}.eml"
    mime = made(mail).mime
    if os.environ.get("WATCHLIST_GOLDEN") == "write":
        path.write_bytes(mime)
    assert mime == path.read_bytes()


def test_the_headers_of_an_alert():
    """An alert must be threaded to its case, marked as automatic, unsubscribable, and carry its facts."""
    message = parsed(digest(1, kind=MailKind.ALERT))
    assert (
        message["Subject"]
        == "[BANNED] Alipay (Ant Group) — transaction ban by US President, effective 5 Jan 2027"
    )
    assert message["In-Reply-To"] == message["References"] == "<case.101@lists.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"] == "<alerts.lists.example.org>"
    assert message["List-Unsubscribe"] == "<mailto:watch@example.org?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None
    assert message["X-Watchlist-Severity"] == "severe"
    assert message["X-Watchlist-Entity"] == "Alipay"
    assert message["To"] == "Ada Lovelace <ada@example.org>"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert re.fullmatch(r"<wl\.[0-9a-f]{24}@lists\.example\.org>", str(message["Message-ID"]))


def test_id_headers_are_never_folded_or_encoded():
    """Long References and List-Unsubscribe must stay on one line, byte for byte; a long subject must fold to 78."""
    mail = digest(300)
    alert = replace(mail, kind=MailKind.ALERT, rows=mail.rows[:10], mentions=(), possible=())
    head = made(alert).mime.split(b"\r\n\r\n")[0].decode("ascii")
    references = next(line for line in head.split("\r\n") if line.startswith("References:"))
    assert len(references) > 200
    assert references.count("<case.") == 10
    others = [
        line
        for line in head.split("\r\n")
        if not line.startswith(("References:", "List-", "Message-ID", "In-Reply"))
    ]
    assert max(map(len, others)) <= 78
    chinese = replace(digest(5), kind=MailKind.ALERT)
    words = re.findall(rb"=\?utf-8\?[^?]*\?[^?]*\?=", made(chinese).mime.split(b"\r\n\r\n")[0])
    assert words
    assert max(map(len, words)) <= 75


def test_worst_first_and_possible_apart():
    """A reader who reads one line must read the worst; a possible match must not be counted in the subject."""
    items = [
        item(report(1, STORIES[3])), item(report(2, STORIES[1])), item(report(3, STORIES[0])),
        item(report(4, STORIES[4], verdict=Verdict.POSSIBLE)), item(report(5, STORIES[7], mention=True)),
    ]  # fmt: skip
    rows = rows_of(items)
    assert [(row.section, row.entries[0]) for row in rows] == [
        (Section.ACTION, "Alipay"), (Section.ACTION, "Huawei"), (Section.ACTION, "Xiaomi"),
        (Section.MENTION, "SHAREit"), (Section.POSSIBLE, LONG_CHINESE),
    ]  # fmt: skip
    assert counts_of(rows) == (("ban", 1), ("restriction", 1), ("lifted", 1), ("mention", 1))


def test_a_row_is_a_story():
    """Eight apps in one order are one row and one step, and its documents are its sources, the official one first."""
    eight = [
        item(
            report(
                n,
                (f"App {n}", None, *STORIES[0][2:6], f"The order names App {n}.", n == 8),
                story_id=1,
                outlets=6,
            )
        )
        for n in range(1, 9)
    ]
    (row,) = rows_of(eight)
    assert len(row.lines) == 1
    assert row.entries == tuple(f"App {n}" for n in range(1, 9))
    assert row.sources[0].official
    assert counts_of([row]) == (("ban", 8),)
    mail = replace(digest(0, kind=MailKind.ALERT), rows=(row,))
    assert parsed(mail)["Subject"].startswith("[BANNED] App 1, App 2 +6 — ")
    assert "+2 outlets" in part(parsed(mail), "plain")


def test_an_event_told_as_new_and_confirmed_is_one_line():
    """A reader must not read the same step twice in one mail; a correction must stand out."""
    twice = [
        item(report(1, event_id=7, story_id=1)),
        item(report(2, event_id=7, story_id=1, change=ReportChange.CONFIRMED)),
    ]
    (row,) = rows_of(twice)
    assert [(line.kind, line.alert_ids) for line in row.lines] == [(ReportChange.NEW, (1, 2))]
    corrected = rows_of([item(report(3, change=ReportChange.CORRECTED))])
    mail = replace(digest(0, kind=MailKind.ALERT), rows=corrected)
    assert parsed(mail)["Subject"].startswith("[CORRECTED] Alipay")
    assert "taken back" in part(parsed(mail), "plain")


@pytest.mark.parametrize("n", [0, 1, 12, 300])
def test_both_parts_tell_the_same_and_stay_small(n):
    """HTML under 80 kB whatever the number of stories; every name and command of the HTML is in the text as well."""
    mail = digest(n, kind=MailKind.QUIET if n == 0 else MailKind.DIGEST)
    message = parsed(mail)
    html, text = part(message, "html"), part(message, "plain")
    assert len(html.encode()) <= LARGEST_HTML
    page = Page(html)
    commands = set(re.findall(r"watchlist alerts \w+ \d+", page.text))
    assert commands <= set(re.findall(r"watchlist alerts \w+ \d+", text))
    if n == 300:
        assert "more: watchlist digest show 42" in " ".join(page.text.split())
        assert "more: watchlist digest show 42" in text
    if n:
        assert "OFAC recent actions: not read for 26 h (503 Service Unavailable)" in " ".join(
            page.text.split()
        )
        assert "OFAC recent actions: not read for 26 h (503 Service Unavailable)" in text
    assert "not legal advice" in text
    assert not any(link for link in page.links if not link.startswith("https://news.example/"))


def test_text_lines_fit_a_terminal():
    """The text part must be readable at 80 columns, with wide Chinese letters counted twice; addresses stay whole."""
    text = part(parsed(digest(12)), "plain")
    long = [line for line in text.splitlines() if columns(line) > 80 and "http" not in line]
    assert long == []
    assert max(columns(line) for line in wrap("中文" * 100 + " x" * 90, 3).splitlines()) <= 76


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\r\n\0\x1b<>&\"'{}%:@\u202e\u2028\ud800\u200f")), max_size=80
)


@settings(max_examples=40, deadline=None)
@given(
    HOSTILE, HOSTILE, HOSTILE, st.one_of(HOSTILE, HOSTILE.map(lambda t: f"https://x.example/{t}")), HOSTILE
)
@example(
    "\r\nBcc: victim@example.org",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "\u202eevil",
)
@example(
    "A" * 10_000,
    "<img src=x onerror=alert(1)>",
    "x\r\n\r\nbody",
    'https://x.example/"onmouseover="alert(1)',
    "",
)
def test_nothing_of_a_feed_gets_out_of_its_place(entry, title, reason, url, authority):
    """No field can add a header, a tag, an attribute or a link that is not http(s), or make a mail fail."""
    entry = entry or "x"
    made_report = report(
        1,
        (entry, authority, *STORIES[0][2:4], authority, None, f"About {entry} it is.", False),
        title=title,
        url=url,
    )
    made_report = replace(
        made_report,
        match=replace(made_report.match, why=(reason,)),  # type: ignore[type-var]
        document=replace(made_report.document, source=title, text=f"{made_report.document.text}{title}"),
    )
    mail = replace(
        digest(0, kind=MailKind.ALERT), rows=rows_of([item(made_report)]), undelivered=(title,),
        threads=(title, f"<{title}@example.org>", "<ok.1@example.org>"),
        blind_spots=blind_spots_of([SourceHealth(title, "feed", url, NOW, NOW, None, None, failures=1, problem=reason)], NOW),
    )  # fmt: skip
    outgoing = made(mail)
    plain_mail = made(digest(1, kind=MailKind.ALERT))
    head, names = outgoing.mime.split(b"\r\n\r\n")[0], plain_mail.mime.split(b"\r\n\r\n")[0]
    assert _header_names(head) == _header_names(names)
    assert b"\n" not in outgoing.subject.encode("utf-8")
    message = message_from_bytes(outgoing.mime, policy=default)
    assert message.defects == []
    assert isinstance(message["Subject"], UnstructuredHeader)
    assert message["To"].addresses[0].addr_spec == "ada@example.org"
    assert re.fullmatch(r"<[A-Za-z0-9.]+@[A-Za-z0-9.-]+>", str(message["In-Reply-To"]))
    pages = [RENDERER.page(name, mail) for name in ("page.html", "index.html", "entry.html")]
    for html in (part(message, "html"), *pages):  # type: ignore[arg-type]
        page = Page(html)
        assert not {"script", "img", "iframe", "form", "input", "svg", "object", "base"} & set(page.tags)
        assert not [name for name in page.attributes if name.startswith("on")]
        own = ("alerts.atom", "alerts.json", "../index.html", "alerts/1.html")
        assert not [link for link in page.links if not link.lower().startswith(("http://", "https://", *own))]
    assert "\x1b" not in part(message, "plain")  # type: ignore[arg-type]
    assert "49" not in outgoing.subject or "49" in entry + title + authority


def _header_names(head: bytes) -> list[bytes]:
    return [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]


@given(st.text(max_size=60))
def test_only_web_addresses_become_links(text):
    """A link must be http(s), without blanks, quotes or controls."""
    url = safe_url(text)
    assert url is None or re.fullmatch(r"https?://[^\s<>\"'\\^`{|}\x00-\x20\x7f]*", url, re.IGNORECASE)


@pytest.mark.parametrize(
    "name", [LONG_CHINESE, LONG_ARABIC, "Ünïcödé & <b>Söns</b> GmbH", "💥" * 40, 'Quote"d', "x" * 10_000]
)
def test_any_name_is_shown(name):
    """Long, right-to-left, marked-up and emoji names must be in subject and both parts, cut where they are endless."""
    mail = replace(
        digest(0, kind=MailKind.ALERT),
        rows=rows_of([item(report(1, (name, None, *STORIES[0][2:6], f"They named {name} today.", False)))]),
    )
    message = parsed(mail)
    start = name[:30]
    for shown in (
        str(message["Subject"]),
        Page(part(message, "html")).text,
        part(message, "plain").replace("\n   ", " "),
    ):
        assert start in shown
    assert len(str(message["Subject"])) <= 190


def test_blind_spots_are_what_could_not_be_seen():
    """A silent, failing, gone or never read source is told, longest first; a paused or healthy one is not."""

    def health(name, hours, **more):
        last = NOW - timedelta(hours=hours) if hours is not None else None
        return SourceHealth(name, "feed", None, NOW, NOW, last, None, **more)

    spots = blind_spots_of(
        [
            health("ok", 1), health("paused", 99, paused=True, silent=True), health("silent", 30, silent=True),
            health("failing", 2, failures=3, problem="503"), health("gone", 50, gone=True), health("never", None, failures=1),
            health("just added", None),
        ],
        NOW,
    )  # fmt: skip
    assert [(spot.source, spot.hours) for spot in spots] == [
        ("just added", None),
        ("never", None),
        ("gone", 50),
        ("silent", 30),
        ("failing", 2),
    ]


def test_an_own_template_is_used(tmp_path):
    """A user's own template, by the shipped name, must take the place of the shipped one; the others stay."""
    (tmp_path / "digest.subject.txt").write_text("Mine: {{ phrases.counts() }}")
    outgoing = made(digest(1), Renderer(tmp_path))
    assert outgoing.subject == "Mine: 1 ban"
    assert outgoing.notes == ()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("digest.html", "{{ nothing.like.this }}", "'nothing' is undefined"),
        ("digest.txt", "{% if %}", "digest.txt"),
        ("digest.subject.txt", "{{ 1/0 }}", "division by zero"),
        ("digest.html", "{{ mail.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_broken_own_template_costs_no_mail(tmp_path, file, text, said):
    """A template that cannot be used must be replaced by the shipped one, and the mail and the log must say so."""
    (tmp_path / file).write_text(text)
    outgoing = made(digest(1), Renderer(tmp_path))
    assert said in outgoing.notes[0]
    message = message_from_bytes(outgoing.mime, policy=default)
    assert "Your own template" in part(message, "plain")  # type: ignore[arg-type]
    assert "Alipay" in part(message, "html")  # type: ignore[arg-type]


def test_own_templates_are_tried_before_they_are_needed(tmp_path, cli):
    """A template that would fail in a mail, or that nobody asks for, must be named by `config check`."""
    assert problems(shipped_templates()) == []
    config = tmp_path / "w.toml"
    config.write_text('templates_dir = "own"\n')
    (tmp_path / "own").mkdir()
    assert cli("--config", config, "config", "check")[0] == 0
    for name, text, said in (
        ("alert.html", "{{ mail.rows[0].nothing }}", "alert.html"),
        ("digest.txt", "{% if %}", "digest.txt"),
        ("digset.html", "x", "no template of that name"),
    ):
        (tmp_path / "own" / name).write_text(text)
        code, _, err = cli("--config", config, "config", "check")
        assert (code, said in err) == (2, True), err
        (tmp_path / "own" / name).unlink()


@pytest.mark.parametrize("language", ["en", "zh", "de"])
def test_every_language_says_everything(language):
    """A missing or misspelt word of a language must not break its mails: every kind renders, with nothing left to fill."""
    reader = Reader("r", "r@example.org", "Europe/Berlin", language)
    for kind in MailKind:
        mail = replace(digest(12, reader), kind=kind, undelivered=("x: y",))
        rendered = RENDERER.render(mail)
        for text in (rendered.subject, rendered.text, Page(rendered.html).text):
            assert not re.search(r"\{\w*\}", text)


def test_languages_have_the_same_words():
    """Placeholders of a translation must be those of English, or a fact would be missing from a mail."""
    import tomllib

    folder = Path(__file__).parents[1] / "alerts/data/words"
    english = tomllib.loads((folder / "en.toml").read_text())

    def holes(form):
        return set(re.findall(r"\{(\w+)\}", form["other"] if isinstance(form, dict) else str(form)))

    for language in ("zh", "de"):
        other = tomllib.loads((folder / f"{language}.toml").read_text())
        for group, words in other.items():
            for key, form in words.items():
                if group not in ("date", "authority"):
                    assert holes(form) <= holes(english[group][key]) | {"n"}, (language, group, key)
        assert set(english) == set(other) - {"authority"}
        for group in english:
            assert set(english[group]) == set(other[group]), (language, group)


def test_translated_authorities_are_those_of_the_directory():
    """An authority's id has one home; a translation of an id that nobody carries would never be shown."""
    import tomllib

    from watchlist.actions.authorities import directory

    folder = Path(__file__).parents[1] / "alerts/data/words"
    for language in ("zh", "de"):
        translated = tomllib.loads((folder / f"{language}.toml").read_text())["authority"]
        assert set(translated) <= directory().ids, language
    assert directory().short("US-OFAC") == "US Treasury (OFAC)"
    assert directory().name("US") == "United States"


def test_every_word_that_templates_and_code_ask_for_is_there():
    """A key that no language has ends in an error while a mail is composed."""
    import tomllib

    root = Path(__file__).parents[1]
    english = tomllib.loads((root / "alerts/data/words/en.toml").read_text())
    sources = [*(root / "templates").iterdir(), *(root / "alerts").glob("*.py")]
    asked = {
        key
        for path in sources
        for key in re.findall(
            r"""(?:\bt|say|todo|command_line)\(\s*"([a-z]+\.[a-z_]+)["']""", path.read_text()
        )
    }
    assert len(asked) > 40
    for key in asked:
        group, word = key.split(".")
        assert word in english[group], key


@pytest.mark.parametrize(
    ("language", "tag", "said"),
    [
        ("en", "PAST", "effective 1 Feb 2004, then lifted 22 Nov 2026"),
        ("de", "ÜBERHOLT", "wirksam ab 1. Feb. 2004, danach aufgehoben 22. Nov. 2026"),
        ("zh", "已变更", "2004年2月1日生效，其后解除 2026年11月22日"),
    ],
)
def test_a_step_that_was_left_behind_says_so_in_every_language(language, tag, said):
    """ "In force" of a ban that is over would be a wrong fact in any language."""
    reader = Reader("ada", "ada@example.org", "Europe/Berlin", language)
    rows = left_behind()
    rendered = Renderer().render(replace(digest(0, reader, MailKind.ALERT), rows=rows))
    text = " ".join(rendered.text.split())
    assert tag in text
    assert said in text
    assert rows[0].lines[0].stage is Stage.LIFTED
    assert counts_of(rows) == (("lifted", 1),)


def test_readers_who_share_rendered_stories_each_get_their_own_words():
    """A story is rendered once for all who are told alike: never in another's language, time zone or day."""
    shared = Renderer(base_url="https://w.example.org")
    readers = [
        Reader("ada", "ada@example.org", "Europe/Berlin"),
        Reader("bob", "bob@example.org", "Europe/Berlin"),
        Reader("eve", "eve@example.org", "America/New_York"),
        Reader("jörg", "joerg@example.org", "Europe/Berlin", "de"),
        Reader("王芳", "wang@example.org", "Asia/Shanghai", "zh"),
    ]
    for reader in readers * 2:
        for now in (NOW, NOW + timedelta(days=60)):  # by then, what was to come is in force
            mail = replace(digest(12, reader), now=now)
            assert shared.render(mail) == Renderer(base_url="https://w.example.org").render(mail)
