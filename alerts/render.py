"""From a mail's content to its form: Jinja templates -> subject, text, HTML.

Templates are found in the user's folder first, then among the shipped ones. A template of the user that
cannot be used (missing variable, syntax) never costs a mail: the shipped one takes its place, and the mail says so.
"""

import math
import shlex
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from alerts.model import Digest, Passage, Row
from alerts.phrases import Phrases, one_line, piece, plain
from alerts.words import Words

LARGEST_HTML = 80_000
"""Bytes of HTML a mail may have; Gmail clips near 102 kB."""

LARGEST_TEXT = 200_000

TEXT_WIDTH = 76

_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's three texts. ``notes`` say which of the user's templates could not be used, and why."""

    subject: str
    text: str
    html: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """How many rows a mail shows in each part; what is beyond is told in one line each."""

    glance: int
    rows: int
    possible: int
    mentions: int


_CAPS = tuple(
    Cap(glance=min(60, 3 * n) if n else 40, rows=n, possible=min(n, 20), mentions=min(n, 20) if n else 5)
    for n in (40, 30, 22, 16, 12, 8, 5, 3, 1, 0)
)
"""Tried in order until the mail is small enough."""

Stories = OrderedDict[tuple[object, ...], str]
_MOST_STORIES = 2_000
"""Rendered stories that are kept, some kilobytes each."""

_SMALLEST = Cap(glance=5, rows=0, possible=0, mentions=0)


def shipped_templates() -> Path:
    """Return the folder of the templates that came with the program: in a wheel, else in the checkout."""
    packaged = Path(str(resources.files("alerts"))) / "templates"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[1] / "templates"


class Renderer:
    """The templates, loaded once. ``folder`` holds the user's own ones, by the same file names.

    ``base_url`` is where the pages of alerts are served (``alerts.publish``), or None: mails then carry no link to them.
    """

    def __init__(self, folder: Path | None = None, base_url: str | None = None) -> None:
        self._pages = base_url.rstrip("/") if base_url else None
        self._shipped = _environment(Environment, shipped_templates())
        self._stories: Stories = OrderedDict()
        self._own = None
        if folder and folder.is_dir():
            self._own = _environment(ImmutableSandboxedEnvironment, folder, shipped_templates())
        self._own_names = {path.name for path in folder.iterdir()} if self._own and folder else set()

    def render(self, mail: Digest) -> Rendered:
        """Render a mail. Never fails on any content; a broken template of the user is replaced and named."""
        words = Words(mail.reader.language, ZoneInfo(mail.reader.timezone))
        if self._own is None or not self._own_names:
            return _render(self._shipped, mail, words, self._pages, self._stories)
        try:
            return _render(self._own, mail, words, self._pages, OrderedDict())
        except Exception as problem:  # noqa: BLE001 (a template is a program: anything can come out of it)
            where = _where(problem) or next(iter(sorted(self._own_names)))
            reason = plain(str(problem) or type(problem).__name__, 160)
            note = words.say("text.template_broken", name=where, problem=reason)
            noted = replace(mail, notes=(*mail.notes, note))
            rendered = _render(self._shipped, noted, words, self._pages, self._stories)
            return replace(rendered, notes=(f"template {where}: {reason}; the shipped one was used",))

    def page(self, template: str, mail: Digest, **names: object) -> str:
        """Render one of the shipped pages (``page.html``, ``index.html``, ``entry.html``) for a mail's content."""
        words = Words(mail.reader.language, ZoneInfo(mail.reader.timezone))
        phrases = Phrases(words, mail)
        known = _names(mail, words, phrases, self._pages) | {"subject": phrases.subject(), **names}
        made = self._shipped.get_template(template).render(
            known, cap=_CAPS[0], html=True, **_commands(True, words)
        )
        return _INLINER.inline(made) if template != "entry.html" else made


def _environment(kind: type[Environment], *folders: Path) -> Environment:
    """Make an environment that escapes .html, refuses undefined names and finds templates in the folders' order."""
    env = kind(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "plain": plain,
        "piece": piece,
        "shell": shlex.quote,
        "wrap": wrap,
        "hang": hang,
        "marked": marked,
        "heading": heading,
        "chain": chain,
    }
    return env


def _render(env: Environment, mail: Digest, words: Words, pages: str | None, stories: Stories) -> Rendered:
    phrases = Phrases(words, mail)
    names = _names(mail, words, phrases, pages) | {"once": _once(mail, words, stories)}
    subject = one_line(env.get_template(f"{mail.kind}.subject.txt").render(names, html=False), 250)
    names["subject"] = subject

    def html_of(cap: Cap) -> str:
        made = env.get_template(f"{mail.kind}.html")
        return _INLINER.inline(made.render(names, cap=cap, html=True, **_commands(True, words)))

    def text_of(cap: Cap) -> str:
        made = env.get_template(f"{mail.kind}.txt")
        return made.render(names, cap=cap, html=False, **_commands(False, words))

    html = _fitting(mail, html_of, LARGEST_HTML)
    text = _fitting(mail, text_of, LARGEST_TEXT)
    return Rendered(subject, text, html)


def _once(mail: Digest, words: Words, stories: Stories) -> Callable[..., str]:
    """Return what renders a story by its macro, once for all caps that are tried and all readers who are told alike."""
    same = (words, mail.now.astimezone(words.zone).date())

    def once(macro: Callable[..., str], row: Row, number: int | None = None) -> str:
        key = (*same, row, number)  # in text a story has a number
        made = stories.pop(key, None)
        if made is None:
            made = macro(row) if number is None else macro(row, number)
        stories[key] = made
        if len(stories) > _MOST_STORIES:
            stories.popitem(last=False)
        return made

    return once


def _fitting(mail: Digest, render: Callable[[Cap], str], largest: int) -> str:
    """Render with the widest cap that fits into ``largest`` bytes.

    What is not a story has a size, too, so a mail shrinks less than its stories: a cap beyond the share that would
    fit if it were all stories need not be tried.
    """
    made, most = "", math.inf
    for cap in _caps(mail):
        if cap.rows > most:
            continue
        made = render(cap)
        size = len(made.encode("utf-8", "replace"))
        if size <= largest:
            break
        most = cap.rows * largest / size
    return made


def _caps(mail: Digest) -> Iterator[Cap]:
    most = max(len(mail.rows), len(mail.possible), len(mail.mentions), 1)
    fitting = [cap for cap in _CAPS if cap.rows <= most]
    first = next((cap for cap in reversed(_CAPS) if cap.rows >= most), None)
    yield from ([first] if first else []) + [cap for cap in fitting if cap is not first]
    yield _SMALLEST


def _names(mail: Digest, words: Words, phrases: Phrases, pages: str | None) -> dict[str, object]:
    """Return what templates may use besides the filters (documented in docs/mails.md)."""
    return {
        "mail": mail,
        "phrases": phrases,
        "language": words.language,
        "t": words.say,
        "day": words.day,
        "today": mail.now.astimezone(words.zone).date(),
        "moment": words.moment,
        "preheader": phrases.preheader(),
        "page_of": lambda alert: f"{pages}/alerts/{alert}.html" if pages else None,
        "show_command": f"watchlist digest show {mail.number}" if mail.number else "watchlist alerts list",
    }


def _commands(html: bool, words: Words) -> dict[str, object]:
    """Return how a command stands in a sentence: as <code> in HTML, plainly in text."""

    def code(command: str) -> str:
        return Markup("<code>{}</code>").format(command) if html else command

    def command_line(key: str, command: str, **values: object) -> str:
        before, _, after = words.say(key, command="\0", **values).partition("\0")
        if html:
            return Markup("").join((escape(before), code(command), escape(after)))
        return f"{before}{command}{after}"

    def todo(key: str, verb: str, alert: int, entries: Sequence[str] = ()) -> str:
        name = f" --name {words.say('text.name_here')}" if len(entries) > 1 else ""
        return command_line_of(f"{words.say(key)}: ", f"watchlist alerts {verb} {alert}{name}")

    def command_line_of(before: str, command: str) -> str:
        return Markup("").join((escape(before), code(command))) if html else f"{before}{command}"

    return {"command_line": command_line, "todo": todo}


def _where(problem: Exception) -> str | None:
    """Return the file name of the template in which rendering failed."""
    name = getattr(problem, "name", None)
    if isinstance(problem, TemplateError) and name:
        return str(name)
    place = problem.__traceback__
    found = None
    while place is not None:
        path = place.tb_frame.f_code.co_filename
        if path.endswith((".html", ".txt", ".css")):
            found = Path(path).name
        place = place.tb_next
    return found


# ----- text -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=16_384)
def columns(text: str) -> int:
    """Return how many terminal columns a text takes (wide characters two, combining marks none)."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(
        0 if unicodedata.combining(ch) or unicodedata.category(ch) == "Cf"
        else 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        for ch in text
    )  # fmt: skip


def wrap(text: str, indent: int = 0, mark: str = "") -> str:
    """Break a text into lines of at most TEXT_WIDTH columns, indented; a long word is broken, an address is not."""
    lead = " " * indent + mark
    room = TEXT_WIDTH - columns(lead)
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        for part in _parts(word, room):
            width = columns(part)
            if line and used + 1 + width > room:
                lines.append(line)
                line, used = part, width
            else:
                line, used = (f"{line} {part}", used + 1 + width) if line else (part, width)
    lines.append(line)
    return "\n".join(f"{lead}{line}".rstrip() for line in lines)


def _parts(word: str, room: int) -> list[str]:
    """Cut a word that is wider than the line (Chinese has no blanks); an address stays whole."""
    if columns(word) <= room or word.startswith(("http://", "https://")):
        return [word]
    parts, part, width = [], "", 0
    for ch in word:
        if width + columns(ch) > room:
            parts.append(part)
            part, width = "", 0
        part += ch
        width += columns(ch)
    return [*parts, part]


def hang(text: str, label: str, indent: int) -> str:
    """Wrap a text beside a label: the label stands in the indentation of the first line (or above, if wider)."""
    lines = wrap(text, indent).splitlines() or [""]
    gap = indent - columns(label)
    if gap < 1:
        return "\n".join([label, *lines])
    return "\n".join([label + " " * gap + lines[0].lstrip(), *lines[1:]])


def marked(passage: Passage) -> str:
    """Return the quoted sentence with the names between asterisks."""
    return "".join(f"*{plain(p)}*" if at % 2 else piece(p) for at, p in enumerate(passage.pieces))


def heading(text: str) -> str:
    """Return a heading with its underline."""
    return f"{text}\n{'-' * columns(text)}"


def chain(steps: Iterable[tuple[str, bool]]) -> str:
    """Return the steps of a case in a line, those of this mail between asterisks."""
    return " → ".join(f"*{step}*" if current else step for step, current in steps)
