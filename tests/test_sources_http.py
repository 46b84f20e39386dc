"""The fetcher against a real server on loopback, well-behaved and hostile."""

import contextlib
import gzip
import ipaddress
import socket
import ssl
import threading
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
import trustme
from http_server import Answer, Site, bomb, drip, endless, wait_until
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_socket import SocketConnectBlockedError

from watchlist.config import FetchSettings
from watchlist.errors import FetchError
from watchlist.model import Request, SourceState
from watchlist.sources.failures import LONGEST_WAIT, retry_after
from watchlist.sources.http import Fetcher
from watchlist.sources.inflate import Inflater

QUICK = FetchSettings(
    user_agent="watchlist-test (+https://watchlist.test)",
    connect_timeout=2.0,
    read_timeout=2.0,
    total_timeout=5.0,
    max_page_bytes=200_000,
    max_feed_bytes=200_000,
    allow_private_addresses=True,
)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def fetcher():
    """A fetcher that may speak to loopback."""
    made = Fetcher(QUICK, clock=lambda: NOW)
    yield made
    made.close()


def failure(fetcher: Fetcher, url: str, **request: object) -> FetchError:
    """Fetch what must be refused; its message must be one line."""
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(Request(url, **request))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(url[:4])
    return caught.value


# ----- the usual answers ------------------------------------------------------------------------------------


def test_a_page_comes_as_sent_and_we_say_who_we_are(site: Site, fetcher: Fetcher):
    """Publishers judge us by the User-Agent; the body must be byte for byte what they sent."""
    url = site.serve("/a", "grüße\r\n", media="text/plain; charset=utf-8", etag='"1"')
    page = fetcher.fetch(Request(url))
    assert (page.status, page.body, page.media_type) == (200, "grüße\r\n".encode(), "text/plain")
    assert (page.url, page.final_url, page.moved_to, page.fetched_at) == (url, url, None, NOW)
    assert page.headers["etag"] == '"1"'
    assert site.asked[0][1]["user-agent"] == QUICK.user_agent


def test_validators_are_sent_back_verbatim_and_a_304_is_nothing_new(site: Site, fetcher: Fetcher):
    """A weak or oddly quoted ETag must come back as it was, else every poll is a full download."""
    etag = 'W/"x-1;y", odd'
    url = site.serve_conditional("/feed", b"<rss/>", etag)
    when = "Tue, 24 Nov 2026 08:00:00 GMT"
    state = SourceState(validators={url: {"etag": etag, "last-modified": when}})
    page = fetcher.fetch(Request(url), state)
    assert page.not_modified
    assert page.body == b""
    asked = site.asked[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == (etag, when)
    assert not fetcher.fetch(Request(url, conditional=False), state).not_modified


def test_a_stored_validator_cannot_inject_headers(site: Site, fetcher: Fetcher):
    """An ETag is a stranger's text; one with CR/LF is not sent at all."""
    url = site.serve("/feed", "x")
    fetcher.fetch(Request(url), SourceState(validators={url: {"etag": '"a"\r\nX-Evil: 1'}}))
    assert "x-evil" not in site.asked[-1][1]
    assert "if-none-match" not in site.asked[-1][1]


def test_a_304_nobody_asked_for_is_an_error(site: Site, fetcher: Fetcher):
    """Else a broken cache would look like a healthy, silent source."""
    site.routes["/a"] = Answer(status=304)
    assert failure(fetcher, site.url("/a")).status == 304


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "x-gzip"])
def test_compressed_answers_are_unpacked(site: Site, fetcher: Fetcher, encoding: str):
    """Most of the web answers in gzip."""
    packed = zlib.compress(b"hello" * 99) if encoding == "deflate" else gzip.compress(b"hello" * 99)
    site.routes["/z"] = Answer(packed, headers={"Content-Encoding": encoding})
    assert fetcher.fetch(Request(site.url("/z"))).body == b"hello" * 99


@pytest.mark.parametrize(
    ("status", "moved"), [(301, True), (308, True), (302, False), (303, False), (307, False)]
)
def test_redirects_are_followed_and_only_permanent_ones_reported(
    site: Site, fetcher: Fetcher, status: int, moved: bool
):
    """A temporary redirect saved as the new address would lose the source."""
    target = site.serve("/new", "here")
    page = fetcher.fetch(Request(site.redirect("/old", "/new", status)))
    assert (page.body, page.final_url) == (b"here", target)
    assert page.moved_to == (target if moved else None)


def test_a_temporary_redirect_after_a_permanent_one_is_not_saved(site: Site, fetcher: Fetcher):
    """Only the leading permanent hops are the publisher's promise (storage links expire)."""
    site.serve("/store?sig=1", "here")
    site.redirect("/api", "/store?sig=1", 302)
    page = fetcher.fetch(Request(site.redirect("/old", "/api", 301)))
    assert page.moved_to == site.url("/api")


def test_a_circle_of_redirects_ends(site: Site, fetcher: Fetcher):
    """Two pages that point at each other must not hold a round."""
    site.redirect("/a", "/b")
    assert "redirected more than" in str(failure(fetcher, site.redirect("/b", "/a")))


def test_credentials_do_not_follow_to_another_host(site: Site, fetcher: Fetcher):
    """A redirect to a stranger must not hand him our password."""
    other = site.serve("/b", "x").replace("127.0.0.1", "localhost")
    fetcher.fetch(Request(site.redirect("/a", other), headers={"Authorization": "Bearer s3cret"}))
    assert [headers.get("authorization") for _, headers in site.asked] == ["Bearer s3cret", None]


# ----- refusals and failures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (503, "120", 120.0),
        (429, "7", 7.0),
        (503, None, None),
        (503, "soon", None),
        (429, "999999999", LONGEST_WAIT),
        (404, "5", None),
    ],
)
def test_a_refusal_carries_its_status_and_retry_after(
    site: Site, fetcher: Fetcher, status: int, header: str | None, wait: float | None
):
    """The pipeline sets the next visit by these; nobody may silence a source for more than a day."""
    site.serve("/x", "no", status=status, **({"Retry_After": header} if header else {}))
    error = failure(fetcher, site.url("/x"))
    assert (error.status, error.retry_after, error.local) == (status, wait, False)
    assert str(status) in str(error)


def test_retry_after_may_be_a_date():
    """RFC 9110 allows both forms; a date in the past says nothing."""
    later = format_datetime(datetime(2026, 11, 24, 9, 10, tzinfo=UTC), usegmt=True)
    assert retry_after(later, NOW) == 600.0
    assert retry_after("Tue, 24 Nov 2020 09:00:00 GMT", NOW) is None


@given(st.text(max_size=40))
def test_retry_after_takes_any_text(text: str):
    """A header is a stranger's text; whatever it is gives a wait within a day, or none."""
    wait = retry_after(text, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


def test_a_host_that_answered_429_is_left_alone_for_a_while(site: Site, fetcher: Fetcher):
    """Asking on after 429 is how one gets banned: the next request to that host is not sent."""
    site.serve("/a", "no", status=429, Retry_After="60")
    site.serve("/b", "yes")
    failure(fetcher, site.url("/a"))
    error = failure(fetcher, site.url("/b"))
    assert 0 < (error.retry_after or 0) <= 60
    assert site.count("/b") == 0


def test_gone_is_told_as_gone(site: Site, fetcher: Fetcher):
    """410 is the one answer that ends a source."""
    site.serve("/x", "", status=410)
    error = failure(fetcher, site.url("/x"))
    assert error.status == 410
    assert "not be asked again" in str(error)


def test_an_empty_answer_is_no_answer(site: Site, fetcher: Fetcher):
    """A 0-byte download with status 200 has happened to official lists; it must not pass for "no news"."""
    assert "0 bytes" in str(failure(fetcher, site.serve("/x", b"")))


def test_too_large_is_refused_by_its_announced_length_alone(site: Site, fetcher: Fetcher):
    """50 MB need not be downloaded to be refused."""
    site.routes["/big"] = Answer(stream=drip(b"x", 60), length=50_000_000)
    assert "larger than 200 kB" in str(failure(fetcher, site.url("/big")))


def test_an_endless_stream_is_cut_at_the_cap(site: Site, fetcher: Fetcher):
    """Without a Content-Length only counting helps."""
    site.routes["/endless"] = Answer(stream=endless(b"x" * 10_000))
    assert "larger than" in str(failure(fetcher, site.url("/endless")))


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_cut_at_the_cap(site: Site, fetcher: Fetcher, layers: int):
    """60 kB on the line, 60 MB in memory; twice packed is refused unread."""
    body = bomb(60) if layers == 1 else gzip.compress(bomb(60))
    assert len(body) < QUICK.max_page_bytes
    site.routes["/bomb"] = Answer(body, headers={"Content-Encoding": ", ".join(["gzip"] * layers)})
    expected = "larger than 200 kB" if layers == 1 else "not asked for"
    assert expected in str(failure(fetcher, site.url("/bomb")))


def test_a_truncated_answer_is_not_a_short_one(site: Site, fetcher: Fetcher):
    """Half a list taken for a whole one would delist the other half."""
    site.routes["/plain"] = Answer(b"half", length=1000)
    assert "ended early" in str(failure(fetcher, site.url("/plain")))
    site.routes["/gzip"] = Answer(
        gzip.compress(bytes(range(256)) * 40)[:-30], headers={"Content-Encoding": "gzip"}
    )
    assert "ended early" in str(failure(fetcher, site.url("/gzip")))


def test_bad_gzip_and_unknown_packing_are_refused(site: Site, fetcher: Fetcher):
    """What cannot be unpacked must not be parsed as if it were text."""
    site.routes["/bad"] = Answer(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert "cannot be unpacked" in str(failure(fetcher, site.url("/bad")))
    site.routes["/br"] = Answer(b"xx", headers={"Content-Encoding": "br"})
    assert "'br'" in str(failure(fetcher, site.url("/br")))


def test_a_slow_drip_ends_at_the_total_deadline(site: Site):
    """A byte now and then keeps every socket time-out happy; only a deadline for the whole ends it."""
    fetcher = Fetcher(FetchSettings(read_timeout=5, total_timeout=0.3, allow_private_addresses=True))
    site.routes["/drip"] = Answer(stream=drip(b"x", 0.02))
    assert "not whole after 0.3 s" in str(failure(fetcher, site.url("/drip")))


def test_dripping_headers_end_at_the_total_deadline():
    """The same trick before the body: a header line that never ends."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                    while not stop.wait(0.02):
                        connection.sendall(b"x")
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        fetcher = Fetcher(FetchSettings(read_timeout=5, total_timeout=0.3, allow_private_addresses=True))
        error = failure(fetcher, f"http://127.0.0.1:{server.getsockname()[1]}/")
        stop.set()
        thread.join()
    assert "not whole after 0.3 s" in str(error)


def test_a_silent_server_ends_at_the_read_timeout(site: Site):
    """Connected, and then nothing."""
    fetcher = Fetcher(FetchSettings(read_timeout=0.2, total_timeout=30, allow_private_addresses=True))
    site.routes["/mute"] = Answer(stream=drip(b"", 0.5))
    assert "silent for 0.2 s" in str(failure(fetcher, site.url("/mute")))


def test_closing_ends_a_fetch_under_way(site: Site, fetcher: Fetcher):
    """SIGTERM must not wait for a slow publisher."""
    site.routes["/drip"] = Answer(stream=drip(b"x", 0.01))
    caught: list[FetchError] = []
    thread = threading.Thread(target=lambda: caught.append(failure(fetcher, site.url("/drip"))))
    thread.start()
    wait_until(lambda: site.at_once == 1)
    fetcher.close()
    thread.join(timeout=5)
    assert "stopping" in str(caught[0])
    assert caught[0].local
    assert "stopping" in str(failure(fetcher, site.url("/drip")))


def test_nobody_listening_and_unknown_hosts_are_told_apart(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch):
    """A name that does not resolve may be our own line's fault (local); a refused connection is not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = failure(fetcher, f"http://127.0.0.1:{port}/")
    assert "nobody listens" in str(error)
    assert not error.local

    def unresolved(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    error = failure(fetcher, "http://no-such-host.test/feed")
    assert "no such host" in str(error)
    assert error.local


def test_one_request_a_host_at_a_time(site: Site, fetcher: Fetcher):
    """Threads share hosts; a small publisher must never see us twice at once."""
    url = site.serve("/a", "x")
    threads = [threading.Thread(target=fetcher.fetch, args=[Request(url)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.count("/a") == 8
    assert site.most_at_once == 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h/x",
        "file:///etc/passwd",
        "//h/x",
        "javascript:1",
        "",
        "http://",
        "http://[::1",
        "http://h:99999/",
        "gopher://127.0.0.1/",
    ],
)
def test_only_web_addresses_are_read(fetcher: Fetcher, url: str):
    """Above all no file:// by way of a feed's link."""
    with pytest.raises(FetchError, match="refused"):
        fetcher.fetch(Request(url))


def test_a_redirect_cannot_leave_the_web(site: Site, fetcher: Fetcher):
    """Each hop is checked as the first one."""
    assert "refused" in str(failure_any(fetcher, site.redirect("/a", "file:///etc/passwd")))


def failure_any(fetcher: Fetcher, url: str) -> FetchError:
    """Return the refusal of whatever address it ended at."""
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(Request(url))
    return caught.value


def test_passwords_and_tokens_stay_out_of_errors(site: Site, fetcher: Fetcher):
    """Errors are stored, logged and mailed."""
    url = site.serve("/x", "no", status=403).replace("http://", "http://me:s3cret@") + "?api_key=s3cret&q=1"
    message = str(failure(fetcher, url))
    assert "s3cret" not in message
    assert "q=1" in message


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_as_an_address_is_refused_with_one_line(text: str):
    """An address comes out of a stranger's feed: it may be anything, and nothing may be asked for it."""
    fetcher = Fetcher(FetchSettings())
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(Request("http:/" + text.replace("/", "")))
    assert len(str(caught.value).splitlines()) == 1


# ----- private addresses ------------------------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "127.1", "0.0.0.0", "0", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.0.0.1.",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "localhost",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]",
    "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_a_private_address_is_reached(site: Site, host: str):
    """A stranger's link must not make us speak to the user's own network or the cloud's metadata."""
    port = site.address.rpartition(":")[2]
    guarded = Fetcher(FetchSettings(connect_timeout=1, total_timeout=3))
    with pytest.raises(FetchError, match=r"refused|no such host"):
        guarded.fetch(Request(f"http://{host}:{port}/"))
    assert site.asked == []


def test_a_name_that_resolves_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch):
    """The name looks public, its address is not."""
    port = int(site.address.rpartition(":")[2])
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    guarded = Fetcher(FetchSettings())
    assert "127.0.0.1" in str(failure(guarded, f"http://innocent.test:{port}/x"))
    assert site.asked == []


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_the_address_that_was_checked_is_the_one_that_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch):
    """DNS rebinding: public when checked, private when connected. The connection must be pinned."""
    port = int(site.address.rpartition(":")[2])
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    asked: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        try:
            address = str(ipaddress.ip_address(host))
        except ValueError:
            address = next(answers)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    guarded = Fetcher(FetchSettings(connect_timeout=0.3, total_timeout=1))
    with pytest.raises(SocketConnectBlockedError, match=r"93\.184\.215\.14"):  # out of reach in a test
        guarded.fetch(Request(f"http://rebinding.test:{port}/x"))
    assert asked.count("rebinding.test") == 1
    assert site.asked == []


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:1/", "http://[::ffff:10.0.0.1]/"]
)
def test_a_redirect_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, target: str):
    """The first address is public, the second is not: each hop is checked anew."""
    hop = Fetcher(QUICK)
    public = hop._adapters  # the first hop may reach loopback, as if it were public
    guarded = Fetcher(FetchSettings(connect_timeout=1, total_timeout=3))
    monkeypatch.setattr(guarded, "_adapters", {site.address: public["http://"], **dict(guarded._adapters)})
    error = failure_any(guarded, site.redirect("/a", target))
    assert "refused" in str(error)
    assert len(site.asked) == 1


# ----- TLS --------------------------------------------------------------------------------------------------


def tls_site(authority: trustme.CA, name: str) -> tuple[socket.socket, threading.Thread]:
    """Serve one answer over TLS with a certificate for ``name``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as tls:
                tls.recv(65536)
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except OSError:
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return server, thread


@pytest.mark.parametrize(
    ("name", "trusted"), [("127.0.0.1", True), ("127.0.0.1", False), ("elsewhere.test", True)]
)
def test_certificates_are_verified(
    tmp_path, monkeypatch: pytest.MonkeyPatch, fetcher: Fetcher, name: str, trusted: bool
):
    """An unknown issuer and a wrong name are refused; a known one with the right name is read."""
    authority = trustme.CA()
    if trusted:
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    server, thread = tls_site(authority, name)
    url = f"https://127.0.0.1:{server.getsockname()[1]}/"
    with server:
        if trusted and name == "127.0.0.1":
            assert fetcher.fetch(Request(url)).body == b"ok"
        else:
            assert "certificate" in str(failure(fetcher, url))
    thread.join(timeout=5)


# ----- lists, robots, unpacking -----------------------------------------------------------------------------


def test_a_list_is_streamed_from_disk_within_its_own_cap(site: Site, fetcher: Fetcher):
    """127 MB files must not lie in memory; they have their own cap, not that of pages."""
    url = site.serve("/list", b"y" * 1_000_000, etag='"e"')
    with fetcher.open(Request(url, max_bytes=2_000_000)).stream as stream:
        assert stream.read(3) == b"yyy"
        assert sum(len(piece) for piece in iter(lambda: stream.read(65536), b"")) == 999_997
    with pytest.raises(FetchError, match="larger than 500 kB"):
        fetcher.open(Request(url, max_bytes=500_000))


def test_robots_txt_is_obeyed_and_asked_once(site: Site, fetcher: Fetcher):
    """For article pages: the group of our name, else of *; one request a host."""
    site.serve(
        "/robots.txt",
        "User-agent: *\nDisallow: /private/\n\nUser-agent: other\nDisallow: /\n",
        media="text/plain",
    )
    assert fetcher.allowed(site.url("/news/1"))
    assert not fetcher.allowed(site.url("/private/1"))
    assert site.count("/robots.txt") == 1


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (503, False), (429, False)])
def test_a_missing_robots_txt_allows_an_unreachable_one_forbids(
    site: Site, fetcher: Fetcher, status: int, allowed: bool
):
    """RFC 9309, 2.3.1: 4xx means no rules; 5xx means no permission."""
    site.serve("/robots.txt", "x", status=status)
    assert fetcher.allowed(site.url("/a")) is allowed


@settings(max_examples=60)
@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "identity"]), st.integers(1, 700))
def test_unpacking_in_any_pieces_gives_the_same(data: bytes, coding: str, step: int):
    """The network cuts where it likes."""
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[coding](data)
    inflater = Inflater(coding)
    out = b"".join(b"".join(inflater.feed(packed[at : at + step])) for at in range(0, len(packed), step))
    assert out == data
    assert inflater.finish()


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_unpacking_garbage_fails_in_the_expected_way(data: bytes, coding: str):
    """Only zlib.error may come out, however the bytes fall."""
    with contextlib.suppress(zlib.error):
        list(Inflater(coding).feed(data))
