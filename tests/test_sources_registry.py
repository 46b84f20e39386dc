"""Settings become sources; a wrong one is told with what would be right."""

from datetime import UTC, datetime

import pytest

from watchlist.config import SourceSettings
from watchlist.errors import ConfigError
from watchlist.model import SourceState
from watchlist.sources import REGISTRY, build, default_sources
from watchlist.sources.address import canonical, shown, split


def test_the_default_sources_are_official_and_can_be_built():
    """A fresh installation reads the Federal Register and official feeds, over https only."""
    sources = default_sources()
    assert "federal-register" in {settings.kind for settings in sources}
    assert len({settings.name for settings in sources}) == len(sources) >= 3
    for settings in sources:
        assert settings.official
        for request in build(settings).plan(SourceState(), datetime(2026, 11, 24, tzinfo=UTC)):
            assert request.url.startswith("https://")


@pytest.mark.parametrize(
    ("kind", "url", "options", "words"),
    [
        ("fede", "https://a.test/", {}, "there are:"),
        ("feed", None, {}, "url must be"),
        ("feed", "a.test", {}, "url must be"),
        ("feed", "https://a.test/", {"fulltext": "x"}, "it has full_text"),
        ("feed", "https://a.test/", {"full_text": "yes"}, "auto, feed, follow"),
        ("page", "https://a.test/", {"follow": "("}, "no regular expression"),
        ("folder", "https://a.test/", {}, "path of a folder"),
        ("federal-register", None, {"types": "LAW"}, "RULE, PRORULE, NOTICE, PRESDOCU"),
        ("federal-register", None, {"days": "-1"}, "1 to 3660"),
    ],
)
def test_a_wrong_setting_is_told_with_the_right_form(
    kind: str, url: str | None, options: dict[str, str], words: str
):
    """The line names the source, the key and what it may be."""
    with pytest.raises(ConfigError, match="source 'mine'") as caught:
        build(SourceSettings("mine", kind, url, tuple(options.items())))
    assert words in str(caught.value)


def test_every_kind_is_reachable():
    """A kind in the registry that cannot be built is a dead line."""
    for kind in REGISTRY:
        url = {"folder": "/data", "mailbox": "imaps://me@a.test/INBOX"}.get(kind, "https://a.test/x")
        options = {"gdelt": (("query", "x"),), "mailbox": (("password_env", "X"),)}.get(kind, ())
        assert build(SourceSettings("mine", kind, url, options)).name == "mine"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://A.test/x?utm_source=rss&b=1#top", "https://a.test:443/x?b=1"),
        ("https://a.test", "http://a.test/"),
        ("https://a.test/é", "https://a.test/%C3%A9"),
    ],
)
def test_addresses_of_one_page_are_equal(one: str, other: str):
    """Tracking parameters, fragments and the scheme do not make another article."""
    assert canonical(one) == canonical(other)
    assert canonical(one) != canonical(one.replace("a.test", "b.test").replace("A.test", "b.test"))


@pytest.mark.parametrize("secret", ["token", "api_key", "access-token", "sig", "X-Amz-Signature", "password"])
def test_secrets_in_addresses_are_not_shown(secret: str):
    """Addresses go into logs, tables and mails."""
    text = shown(f"https://me:pw@a.test/x?{secret}=hush&q=1")
    assert text == f"https://a.test/x?{secret}=…&q=1"


def test_an_address_is_shown_on_one_short_line():
    """A stranger's link may hold line breaks or a novel."""
    assert "\n" not in shown("https://a.test/x\r\nSet-Cookie: 1")
    assert len(shown("https://a.test/" + "x" * 9999)) < 400
    assert split("https://a.test/") is not None
