"""The root of the command line; each command group is a module beside this one."""

import typer

app = typer.Typer(name="watchlist", no_args_is_help=True, help="Tracks sanctions and investment bans.")


@app.callback()
def root() -> None:
    """Tracks sanctions and investment bans on the names you keep on your watchlist."""


def run() -> None:
    """Run the command line."""
    app()
