"""The root of the command line: the table of commands, and what becomes of an error.

Each command lives in a module beside this one and is imported on use (``watchlist.cli.lazy``). To add one:
write the module with ``app = typer.Typer()`` and its command, and add a row here.
"""

import errno
import gc
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from watchlist.cli.lazy import Row, app_for
from watchlist.cli.terminal import say
from watchlist.errors import UsageError, WatchlistError

DAILY, KEEP, RUN, CARE = "Every day", "Your watchlist", "Sources, mail and schedule", "Set up and look after"

COMMANDS = (
    Row("check", "check", "Read files, pages or mails; without arguments: one full round.", DAILY),
    Row("explain", "explain", "Show why a document does or does not name an entry.", DAILY),
    Row("status", "status", "Show the present restrictions on your names.", DAILY),
    Row("timeline", "status", "Tell what was done to one name, in order.", DAILY),
    Row("owners", "owners", "Who owns a name, and is it restricted through them?", DAILY),
    Row("compare", "compare", "Compare two names, or a file of pairs: the same company or person?", DAILY),
    Row("screen", "screen", "Screen a file of names against official lists.", DAILY),
    Row("lists", "lists", "Official lists: what can be read, what changed, who is on them.", RUN, group=True),
    Row(
        "actions", "actions", "See why a text was read as it was; test rules of your own.", DAILY, group=True
    ),
    Row("add", "entries", "Put a company or an app on your watchlist.", KEEP),
    Row("list", "entries", "Show your watchlist.", KEEP),
    Row("show", "entries", "Show all that is kept on one name.", KEEP),
    Row("edit", "entries", "Change what is kept on one name.", KEEP),
    Row("remove", "entries", "Take names off your watchlist.", KEEP),
    Row("import", "entry_files", "Add the names of a CSV, TOML or JSON file.", KEEP),
    Row("export", "entry_files", "Write your watchlist to a file.", KEEP),
    Row("sources", "sources", "Where news comes from: feeds, pages, folders, publishers.", RUN, group=True),
    Row("demo", "demo", "Show the whole road in a few seconds, in a folder of its own.", CARE),
    Row("init", "init", "Write a first configuration, by a few questions.", CARE),
    Row("config", "config", "See the configuration in force, and find mistakes in it.", CARE, group=True),
    Row("db", "db", "The database as a whole: move it to PostgreSQL, back it up.", CARE, group=True),
    Row(
        "audit", "audit", "What was fetched, decided and mailed; how long things are kept.", CARE, group=True
    ),
    Row("doctor", "doctor", "Examine configuration, database, mail, sources and clock.", CARE),
    Row("health", "health", "Does it keep watch, and is it well? With an exit code for monitors.", CARE),
    Row("run", "run", "Keep watch: fetch and mail on schedule until told to stop.", RUN),
    Row("digest", "digest", "See the next digest, and what earlier ones told.", RUN, group=True),
    Row(
        "alerts",
        "alerts",
        "What was found, why it was mailed or not, and what you say to it.",
        RUN,
        group=True,
    ),
    Row("recipients", "recipients", "Who is mailed, when, in which language.", RUN, group=True),
    Row("rules", "rules", "Who hears of what: at once, in a digest, or not at all.", RUN, group=True),
    Row("mail", "mail", "Test the way out, and see what waits or failed.", RUN, group=True),
)

_CANNOT_HOLD_IT = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What a full disk says when a result is redirected into a file; the database reports its own as a StoreError."""

app = app_for(
    COMMANDS,
    name="watchlist",
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=True,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("watchlist")
        except PackageNotFoundError:
            number = "(not installed)"
        typer.echo(f"watchlist {number}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="FILE",
            help="Configuration to use; else WATCHLIST_CONFIG, ./watchlist.toml, your configuration folder.",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Tracks sanctions and investment bans on the companies and apps you watch.

    Says who is named, what is done to them, how far it is, and mails you when something is new.
    New here? Try [bold]watchlist demo[/bold].
    """
    context.obj = config
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run() -> NoReturn:
    """Run the command line and leave with the documented exit code (docs/commands.md)."""
    if sys.stdout is None:  # closed by who started us (`>&-`): there is nobody to read it
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (until the end of the process)
    gc.set_threshold(50_000, 20, 100)  # nearly all that a command builds is used until its end
    code = call(sys.argv[1:])
    gc.freeze()  # all that is left goes with the process: it need not be searched for garbage once more
    sys.exit(code)


def call(arguments: list[str]) -> int:
    """Run one command; print an expected failure as one line on standard error. Returns the exit code."""
    try:
        code = get_command(app)(args=arguments, prog_name="watchlist", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _reader_left()
    except SystemExit as leaving:
        # Typer and rich leave with 1 when the pipe breaks; 1 says "a match" here.
        if isinstance(leaving.__context__, BrokenPipeError):
            return _reader_left()
        raise
    except WatchlistError as error:
        say(str(error))
        return 2 if isinstance(error, UsageError) else 3
    except OSError as error:
        if error.errno not in _CANNOT_HOLD_IT:
            return _explain(error)
        say(f"the output could not be written whole: {error.strerror}; make room and run it again")
        _no_more_output()
        return 3
    except Exception as error:  # noqa: BLE001 (the last resort: a person gets one line and a file to send us)
        return _explain(error)
    return code if isinstance(code, int) and not isinstance(code, bool) else 0


def _reader_left() -> int:
    """The reader (head, less) has left: say so as a shell does of a program that SIGPIPE ended."""
    _no_more_output()
    return 141


def _no_more_output() -> None:
    """Point standard output elsewhere, so that the flush at exit is quiet."""
    sys.stdout = sys.__stdout__ or sys.stdout
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: Any) -> int:
    """Print what the command-line library, or nobody, expected."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
            return 2
        hint = f" (see: {context.command_path} --help)" if context is not None else ""
        say(error.format_message().rstrip(".") + hint)
        return int(error.exit_code)
    if type(error).__name__ == "Abort":
        if not isinstance(error.__context__, EOFError):
            return 130
        print(file=sys.stderr)  # noqa: T201 (ends the line of the question)
        say("the input ended before every question was answered; --yes asks none")
        return 2
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="watchlist-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    say(f"internal error: {type(error).__name__}: {error} (details: {log.name}; please report it)")
    return 70
