"""Render sample mails as pictures in a headless Chromium: 320 and 800 px, light and dark; fails when anything overflows.

    python tools/render_pictures.py [FOLDER]

Each mail stands in a frame of the wanted width, since a window cannot be narrower than 500 px.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mail_samples import digest

from alerts.model import MailKind
from alerts.render import Renderer

SAMPLES = {
    "0": (0, MailKind.QUIET),
    "1": (1, MailKind.ALERT),
    "12": (12, MailKind.DIGEST),
    "300": (300, MailKind.DIGEST),
}
FRAME = """<!DOCTYPE html><meta charset="utf-8"><style>body{{margin:0}}iframe{{border:0;width:{width}px;height:{height}px}}</style>
<iframe id="f" src="{name}.html"></iframe><p id="o"></p>
<script>onload=()=>{{const d=document.getElementById("f").contentDocument.documentElement;
document.getElementById("o").textContent="wide="+d.scrollWidth}}</script>"""


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
    """Render all samples; return 1 when one is wider than its frame."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="watchlist-pictures-"))
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    renderer = Renderer()
    for name, (count, kind) in SAMPLES.items():
        (folder / f"{name}.html").write_text(renderer.render(digest(count, kind=kind)).html)
        for width in (320, 800):
            height = 1600
            frame = folder / f"frame-{name}-{width}.html"
            frame.write_text(FRAME.format(width=width, height=height, name=name))
            found = re.search(r"wide=(\d+)", chromium("--dump-dom", frame.as_uri()))
            wide = int(found[1]) if found else 0
            bad = not 0 < wide <= width
            wrong += bad
            print(f"{name} stories at {width} px: {'OVERFLOWS, ' if bad else ''}{wide} px wide")
            for scheme, dark in (("light", 1), ("dark", 0)):
                chromium(
                    f"--window-size={max(width, 500)},{height}", f"--blink-settings=preferredColorScheme={dark}",
                    f"--screenshot={folder / f'{name}-{width}-{scheme}.png'}", frame.as_uri(),
                )  # fmt: skip
    print(f"pictures in {folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
