"""Render sample mails and pages in a headless Chromium: 320 and 800 px wide, light and dark, and measure them.

    python tools/render_pictures.py [FOLDER]

Fails when a mail is wider than its frame, when an element's content sticks out of it, when a text has less contrast to
what is behind it than WCAG 2 AA asks for (4.5:1; 3:1 from 24 px, or 18.66 px bold), when anything is loaded from
elsewhere, or when the HTML of a mail is larger than 80 kB. Each stands in a frame of the wanted width, since a window
cannot be narrower than 500 px. Look at the pictures all the same.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mail_samples import LONG_ARABIC, LONG_CHINESE, STORIES, digest, item, left_behind, report

from alerts.digest import counts_of, rows_of
from alerts.model import Digest, MailKind, Reader
from alerts.render import LARGEST_HTML, Renderer
from watchlist.cli.timeline_page import page as timeline_page
from watchlist.model import ActionKind, Event, Stage
from watchlist.status import Step, Telling

WIDTHS = (320, 800)
SCHEMES = {"light": 1, "dark": 0}
HEIGHT = 1600

MEASURE = """
const frame = document.getElementById("f"), view = frame.contentWindow, page = frame.contentDocument;
const channels = text => (text.match(/[\\d.]+/g) || []).map(Number);
const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map(n => top[n] * a + below[n] * (1 - a)); };
const light = colour => { const [r, g, b] = colour.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b; };
const behind = element => { const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(channels(view.getComputedStyle(at).backgroundColor));
  let colour = DARK ? [18, 18, 18] : [255, 255, 255];
  for (const layer of layers.reverse()) colour = over(layer.length == 3 ? [...layer, 1] : layer, colour);
  return colour; };
const wrong = [];
let least = 99;
const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
for (let node; node = walker.nextNode();) {
  const element = node.parentElement, style = view.getComputedStyle(element);
  if (!node.data.trim() || style.display == "none" || !element.getClientRects().length) continue;
  const ground = behind(element), ink = over(channels(style.color), ground);
  const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a), ratio = (high + .05) / (low + .05);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  least = Math.min(least, ratio);
  if (ratio < (large ? 3 : 4.5)) wrong.push("contrast " + ratio.toFixed(2) + ": " + node.data.trim().slice(0, 40));
  const range = page.createRange(); range.selectNodeContents(node);
  for (const box of range.getClientRects())
    if (box.right > WIDTH + .5 || box.left < -.5) { wrong.push("sticks out: " + node.data.trim().slice(0, 40)); break; }
}
for (const element of page.body.querySelectorAll("*"))
  if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && !element.closest(".pre"))
    wrong.push("overflows: <" + element.tagName.toLowerCase() + " class=" + element.className + "> " + element.scrollWidth + " > " + element.clientWidth);
for (const element of page.querySelectorAll("img, script, iframe, object, [background]")) wrong.push("holds <" + element.tagName + ">");
document.getElementById("o").textContent = JSON.stringify({wide: page.documentElement.scrollWidth, least, wrong: [...new Set(wrong)]});
"""

FRAME = """<!DOCTYPE html><meta charset="utf-8"><style>body{{margin:0}}iframe{{border:0;width:{width}px;height:{height}px}}</style>
<iframe id="f" src="{name}.html"></iframe><p id="o"></p>
<script>const WIDTH={width}, DARK={dark}; onload=()=>{{{measure}}}</script>"""


def samples() -> dict[str, tuple[str, Digest]]:
    """Return what is looked at: the template ("mail", or a page's) and the content, by name."""
    chinese = Reader("王芳", "wang@example.org", "Asia/Shanghai", "zh")
    german = Reader("Jörg Müller", "joerg.mueller@example.org", "Europe/Berlin", "de")
    long_names = [story for story in STORIES if story[0] in (LONG_CHINESE, LONG_ARABIC)]
    rows = rows_of(item(report(n, story)) for n, story in enumerate(long_names, 1))
    noted = digest(3)
    return {
        "0": ("mail", digest(0, kind=MailKind.QUIET)),
        "1": ("mail", digest(1, kind=MailKind.ALERT)),
        "12": ("mail", digest(12)),
        "300": ("mail", digest(300)),
        "12-zh": ("mail", digest(12, chinese)),
        "12-de": ("mail", digest(12, german)),
        "long-names": ("mail", replace(noted, rows=rows, possible=(), mentions=(), counts=counts_of(rows))),
        "long-name-alert": ("mail", replace(noted, kind=MailKind.ALERT, rows=rows[-1:], possible=(), mentions=())),
        "notes": ("mail", replace(noted, notes=("Your own template digest.html could not be used.",), undelivered=("x: y",))),
        "past": ("mail", replace(digest(0, german, MailKind.ALERT), rows=left_behind())),
        "trouble": ("mail", replace(digest(0, kind=MailKind.QUIET), undelivered=("x: y",), trouble=True)),
        "page": ("page.html", digest(1, kind=MailKind.ALERT)),
        "index": ("index.html", digest(12)),
    }  # fmt: skip


def chromium(*arguments: str) -> str:
    """Run Chromium headless in a profile of its own and return what it printed."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--allow-file-access-from-files", "--virtual-time-budget=2000",
             f"--user-data-dir={profile}", *arguments],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    return done.stdout


def main() -> int:
    """Render and measure all samples; return 1 when anything is wrong with one."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="watchlist-pictures-"))
    folder.mkdir(parents=True, exist_ok=True)
    renderer = Renderer(base_url="https://watchlist.example.org")
    failures = 0
    for name, (template, mail) in samples().items():
        html = renderer.render(mail).html if template == "mail" else renderer.page(template, mail)
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
        size = len(html.encode())
        if template == "mail" and size > LARGEST_HTML:
            failures += 1
            print(f"{name}: {size:,} bytes of HTML, more than {LARGEST_HTML:,}")
        failures += looked_at_all(folder, name, size)
    html = timeline()
    (folder / "timeline.html").write_text(html, encoding="utf-8")
    failures += looked_at_all(folder, "timeline", len(html.encode()))
    print(f"pictures in {folder}" + (f"; {failures} are not right" if failures else ""))
    return 1 if failures else 0


def looked_at_all(folder: Path, name: str, size: int) -> int:
    """Look at one page in every width and scheme; return how often something was wrong."""
    return sum(
        not looked_at(folder, name, size, width, scheme, number)
        for width in WIDTHS
        for scheme, number in SCHEMES.items()
    )


def timeline() -> str:
    """Return a timeline page with every stage, a long name and a case that lies ahead."""
    day, seen = date(2024, 3, 1), datetime(2024, 3, 1, tzinfo=UTC)
    steps = []
    for number, stage in enumerate([*Stage, Stage.ADOPTED]):
        begins = day + timedelta(days=900) if number == len(Stage) else None
        event = Event(
            number, LONG_CHINESE, ActionKind.EXPORT_CONTROL, stage, ("US-BIS", "IN-MeitY")[number % 2], begins, None,
            1 + number // 3, seen,
        )  # fmt: skip
        told = day + timedelta(days=97 * number)
        telling = Telling(
            told,
            f"{LONG_CHINESE}: " + "a long title " * 6,
            "https://example.org/x",
            "register",
            official=True,
        )
        quote = "The ministry said of the company what ministries say. " * 3
        steps.append(Step(event, told, "", None, "register", quote, False, True, 1, tellings=(telling,)))
    return timeline_page(LONG_CHINESE, steps, date(2026, 1, 1), date(2026, 1, 1))


def looked_at(folder: Path, name: str, size: int, width: int, scheme: str, number: int) -> bool:
    """Take a picture and measure; say what is wrong, and whether all is right."""
    frame = folder / f"frame-{name}-{width}-{scheme}.html"
    dark = "true" if scheme == "dark" else "false"
    frame.write_text(FRAME.format(width=width, height=HEIGHT, name=name, dark=dark, measure=MEASURE))
    printed = chromium(
        "--dump-dom", f"--window-size={max(width, 500)},{HEIGHT}", f"--blink-settings=preferredColorScheme={number}",
        f"--screenshot={folder / f'{name}-{width}-{scheme}.png'}", frame.as_uri(),
    )  # fmt: skip
    found = re.search(r'<p id="o">(.*?)</p>', printed, re.DOTALL)
    if not found or not found[1]:
        print(f"{name}, {width} px, {scheme}: not measured")
        return False
    told = json.loads(unescape(found[1]))
    right = told["wide"] <= width and not told["wrong"]
    print(
        f"{name}, {width} px, {scheme}: {told['wide']} px wide, contrast {told['least']:.1f} or more, {size:,} bytes"
    )
    for problem in told["wrong"][:8]:
        print(f"    {problem}")
    return right


if __name__ == "__main__":
    sys.exit(main())
