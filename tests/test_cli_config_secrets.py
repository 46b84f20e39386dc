"""What `config show` must never show."""

SHOWN = """
[mail.smtp]
host = "smtp.example.org"
password_env = "PW"
[run]
ping_url_env = "PING"
[[channels]]
name = "soc"
kind = "webhook"
url_env = "HOOK"
secret_env = "KEY"
"""


def test_no_secret_is_shown(cli, tmp_path, monkeypatch):
    """Passwords, signing keys, and addresses that hold tokens, must be hidden as a whole; the database's place stays."""
    secrets = {
        "PW": "pass-word",
        "KEY": "sign-key",
        "HOOK": "https://soc.example.org/in/tok-en",
        "PING": "https://p/tok-en",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WATCHLIST_DATABASE", "postgresql://ann:pass-word@db.example.org/w")
    file = tmp_path / "w.toml"
    file.write_text(SHOWN)
    for more in ((), ("--json",)):
        code, out, _ = cli("--config", file, "config", "show", *more)
        assert code == 0
        for secret in ("pass-word", "sign-key", "tok-en"):
            assert secret not in out
        assert "db.example.org" in out


def test_config_check_finds_an_address_that_no_database_has(cli, tmp_path):
    """`config check` said "fine", and every other command refused to begin."""
    file = tmp_path / "w.toml"
    file.write_text('database = "mysql://h/d"\n', "utf-8")
    for command in (("config", "check"), ("list",)):
        code, _, told = cli("--config", str(file), *command)
        assert code == 2
        assert "'mysql' are not supported; write sqlite:///" in told
