"""Entry point of the ``watchlist`` command."""


def main() -> None:
    """Run the command line."""
    from watchlist.cli.main import run

    run()


if __name__ == "__main__":
    main()
