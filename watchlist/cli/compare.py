"""``watchlist compare``: two names, or a file of pairs: the same company, body or person?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.matching.names import Comparison

app = typer.Typer()


@app.command()
def compare(
    left: Annotated[str | None, typer.Argument(metavar="LEFT", help="A name.", show_default=False)] = None,
    right: Annotated[
        str | None, typer.Argument(metavar="RIGHT", help="Another name.", show_default=False)
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs", metavar="FILE", help="Compare each row of a CSV (or -) with the columns left,right."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a pair a line.")] = False,
) -> None:
    """Say whether two names are the same company, body or person, and why.

    Knows legal forms, word order, acronyms, spelling, and names in Latin, Cyrillic, Chinese, Japanese, Korean and
    Arabic script. It judges the names alone: an alias that is another word altogether (Alipay, Zhifubao) is not
    known to it.
    """
    from watchlist.cli.terminal import say
    from watchlist.errors import UsageError
    from watchlist.matching.names import compare as compare_names

    if pairs is None:
        if left is None or right is None:
            raise UsageError('give two names: watchlist compare "Huawei" "华为技术有限公司"; or --pairs FILE')
        if not left.strip() or not right.strip():
            raise UsageError('one of the names is empty: watchlist compare "Huawei" "华为技术有限公司"')
        found = compare_names(left, right)
        _print_json(found) if as_json else _print(found)
        return
    if left is not None:
        raise UsageError("give either two names or --pairs FILE, not both")
    rows = _read_pairs(pairs)
    if not rows:
        say(f"{pairs}: no pair in it")
    for one, two in rows:
        found = compare_names(one, two)
        _print_json(found) if as_json else _print_line(found)


def _read_pairs(path: Path) -> list[tuple[str, str]]:
    import csv
    import sys

    from watchlist.errors import InputError

    csv.field_size_limit(10_000_000)
    try:
        with (
            open(sys.stdin.fileno(), newline="", encoding="utf-8-sig", closefd=False)
            if str(path) == "-"
            else path.open(newline="", encoding="utf-8-sig")
        ) as handle:
            rows = csv.DictReader(handle)
            if not {"left", "right"} <= set(rows.fieldnames or ()):
                has = f"has {', '.join(rows.fieldnames)}" if rows.fieldnames else "is empty"
                raise InputError(f"{path}, line 1: needs the columns left and right, but {has}")
            return [(row["left"] or "", row["right"] or "") for row in rows]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"{path}: not a CSV file ({error})") from error


def _print_json(found: "Comparison") -> None:
    import json

    from watchlist.cli.terminal import out

    record = {
        "left": found.left,
        "right": found.right,
        "score": found.score,
        "same": found.same,
        "why": list(found.why),
    }
    text = json.dumps(record, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: JSON can hold it escaped, UTF-8 cannot
        text = json.dumps(record)
    out(text)


def _print_line(found: "Comparison") -> None:
    from watchlist.cli.terminal import clean, out, styled

    verdict = "same     " if found.same else "different"
    names = f"{clean(found.left)}  /  {clean(found.right)}"
    out(f"{found.score:4.2f}  {styled(verdict, '32' if found.same else '2')}  {names}")


def _print(found: "Comparison") -> None:
    """Explain one pair: the names, the verdict, then what spoke for and against, within the terminal's width."""
    import textwrap

    from watchlist.cli.terminal import BOLD, DIM, GREEN, YELLOW, clean, out, styled, width
    from watchlist.matching.names import threshold

    columns = max(40, min(width(), 100))
    out(f"left   {styled(clean(found.left), BOLD)}")
    out(f"right  {styled(clean(found.right), BOLD)}")
    out()
    verdict = styled("the same", BOLD, GREEN) if found.same else styled("different", BOLD, YELLOW)
    out(f"{verdict}, score {found.score:.2f} {styled(f'(the same from {threshold():.2f})', DIM)}")
    out()
    for item in found.evidence:
        weight = f"{item.weight:+5.1f}" if abs(item.weight) >= 0.05 else "    ·"
        lines = textwrap.wrap(clean(item.text), columns - 8) or [""]
        out(f"{weight}  {lines[0]}")
        for line in lines[1:]:
            out(f"       {line}")
    if any(abs(item.weight) >= 0.05 for item in found.evidence):
        out()
        out(styled("Weights are log-odds: +1 makes “the same” about 2.7 times as likely.", DIM))
