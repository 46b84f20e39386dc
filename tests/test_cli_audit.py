"""The audit trail as a user exports and prunes it."""

import json
import os
import subprocess
import sys
from pathlib import Path


def test_export_and_prune(cli, tmp_path):
    """What the user did to his watchlist must be in the trail; pruning must ask for leave, and say what it would do."""
    cli("add", "Alipay")
    cli("edit", "Alipay", "--alias", "支付宝")
    cli("remove", "Alipay")
    code, out, _ = cli("audit", "export", "--jsonl")
    assert code == 0
    assert [json.loads(line)["what"] for line in out.splitlines()] == [
        "entry.added",
        "entry.changed",
        "entry.removed",
    ]
    assert cli("audit", "export", tmp_path / "a.jsonl")[0] == 0
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 3
    assert cli("audit", "export", "--since", "2999-01-01")[1] == ""
    assert cli("audit", "export", "--since", "yesterday")[0] == 2
    code, _, err = cli("audit", "prune")
    assert (code, "--documents" in err) == (2, True)
    assert "would be forgotten" in cli("audit", "prune", "--trail", "30")[1]
    assert "was forgotten" in cli("audit", "prune", "--trail", "30", "--yes")[1]


def test_a_reader_that_leaves_is_no_error(cli, tmp_path):
    """`audit export | head -1` must end quietly, not blame a file called None."""
    assert cli("add", "Vinmoor")[0] == 0
    command = [sys.executable, "-m", "watchlist", "audit", "export"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as made:
        made.stdout.close()
        assert made.stderr.read() == ""
    assert made.returncode == 141


def test_who_stopped_whose_mails_is_in_the_trail(cli):
    """ "Why did nobody tell Ann?" must have an answer: because somebody paused her, then."""
    assert cli("recipients", "add", "ann", "ann@example.org")[0] == 0
    assert cli("recipients", "pause", "ann")[0] == 0
    assert cli("recipients", "resume", "ann")[0] == 0
    trail = [json.loads(line) for line in cli("audit", "export")[1].splitlines()]
    assert [(line["what"], line["ref"]) for line in trail] == [
        ("recipient.added", "ann"),
        ("recipient.paused", "ann"),
        ("recipient.resumed", "ann"),
    ]


def test_retention_in_the_configuration(cli, tmp_path):
    """The word "keep" and a number of days are the two forms; anything else is named with the right form."""
    file = tmp_path / "w.toml"
    file.write_text('[retention]\ndocuments_days = "keep"\naudit_days = 400\n')
    assert "would be forgotten" in cli("--config", file, "audit", "prune")[1]
    file.write_text("[retention]\ndocuments_days = 1\n")
    code, _, err = cli("--config", file, "config", "check")
    assert (code, "from 7 to 36,500 days" in err) == (2, True)
