"""Chaos, in short: daemons killed at random while mail, web, disk, clock and database fail; nothing is lost.

The long run: ``python -m benchmarks.chaos --alerts 2000 --kills 200 [--postgresql]``; its figures are in
docs/running.md.
"""

from pathlib import Path

import pytest
from chaos_world import READERS, Chaos


@pytest.mark.slow
def test_nothing_is_lost_and_only_the_unknown_comes_twice(database_url: str, tmp_path: Path):
    """Each alert reaches each reader in one mail; a mail comes again only where nobody could know, byte for byte."""
    workers = 1 if database_url.startswith("sqlite") else 2
    result = Chaos(database_url, tmp_path, alerts=40, kills=5, workers=workers).run()
    told = "\n".join(result.lines())
    assert (result.lost, result.wrong) == ([], []), told
    assert result.alerts == 10 * len(READERS), told
    assert sum(result.kills.values()) >= 4, told
    assert result.repeated <= result.kills_after_data + result.unanswered, told
