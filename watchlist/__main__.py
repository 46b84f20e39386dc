"""Entry point of the ``watchlist`` command."""


def main() -> None:
    """Run the command line. Ctrl-C ends it quietly from the first import on."""
    try:
        from watchlist.cli.main import run

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
