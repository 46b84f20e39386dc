"""``watchlist init``: write a first configuration."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.cli.first_config import Answers

app = typer.Typer()


@app.command()
def init(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the defaults.")] = False,
    here: Annotated[
        bool, typer.Option("--here", help="Write ./watchlist.toml, with the data beside it.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration that is there.")] = False,
    address: Annotated[
        str | None, typer.Option("--address", metavar="MAIL", help="Where your digests go.")
    ] = None,
) -> None:
    """Write a first configuration, by a few questions or silently with --yes.

    It goes into your configuration folder, to --config FILE, or with --here into the working directory. Without a
    mail server every mail is put into a local mailbox folder, so nothing else is needed to begin.
    """
    import os

    from watchlist.cli.first_config import Answers, local_timezone, written
    from watchlist.cli.terminal import out
    from watchlist.config_file import FILE_NAME, parse_settings, user_folder
    from watchlist.errors import UsageError
    from watchlist.files import write_whole

    named: Path | None = context.find_root().obj
    path = named or (Path(FILE_NAME) if here else user_folder() / FILE_NAME)
    if path.exists() and not force:
        raise UsageError(
            f"{path} is there already; --force replaces it, `watchlist config check` examines it"
        )
    answers = Answers(address=address or "me@localhost", timezone=local_timezone())
    if not yes:
        answers = _ask(answers, asked_address=address is None)
    text = written(answers, data_dir="watchlist-data" if here or named else None)
    settings = parse_settings(
        text, path, {**os.environ, **({answers.password_env: "x"} if answers.host else {})}
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    out(f"Wrote {path}")
    if settings.mail.smtp:
        out(
            f"Put the password into the environment variable {answers.password_env}, then try: watchlist mail test"
        )
    else:
        out(f"Mails go into the mailbox folder {settings.mail.maildir} until you name a mail server.")
    out('Next: watchlist add "Alipay" --kind app --owner "Ant Group"; watchlist check')


def _ask(answers: "Answers", *, asked_address: bool) -> "Answers":
    from dataclasses import replace
    from typing import get_args, get_type_hints

    from watchlist.config import MailSettings, RecipientSettings, Shaped, SmtpSettings

    hints = {
        cls: get_type_hints(cls, include_extras=True)
        for cls in (RecipientSettings, MailSettings, SmtpSettings)
    }

    def ask(question: str, default: str, hint: object, *, show: bool = True) -> str:
        constraint = get_args(hint)[1]
        while True:
            given: str = typer.prompt(question, default=default, show_default=show, err=True).strip()
            if constraint.accepts(given):
                return given
            typer.echo(f"That must be {constraint.form}.", err=True)

    recipient, smtp = hints[RecipientSettings], hints[SmtpSettings]
    if asked_address:
        answers = replace(answers, address=ask("Your mail address", answers.address, recipient["address"]))
    answers = replace(
        answers,
        timezone=ask("Your time zone", answers.timezone, recipient["timezone"]),
        digest=ask("When a digest should come (HH:MM)", answers.digest, get_args(recipient["digests"])[0]),
    )
    server = Shaped(rf"|{get_args(smtp['host'])[1].pattern}", get_args(smtp["host"])[1].form)
    host = ask("Your mail server (empty: a local mailbox folder)", "", Annotated[str, server], show=False)
    if not host:
        return answers
    answers = replace(
        answers,
        host=host,
        security=ask("Encryption: starttls (port 587), tls (port 465) or none", "starttls", smtp["security"]),
    )
    return replace(
        answers,
        sender=ask("Mails are from", answers.address, hints[MailSettings]["sender"]),
        username=typer.prompt("User name there (empty: none)", default=answers.address, err=True).strip(),
    )
