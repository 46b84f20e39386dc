"""What a publisher may serve on a bad day in place of what is asked for: shared by the tests of lists and of news."""

from collections.abc import Callable

from http_server import Answer, bomb, drip


def _cut(data: bytes) -> Answer:
    return Answer(data[: len(data) // 2], length=len(data))


BAD_DAYS: dict[str, tuple[Callable[[bytes], Answer], str]] = {
    "0 bytes": (lambda _: Answer(b""), "empty|0 bytes"),
    "another format": (lambda _: Answer(b'{"error": "try later"}'), "."),
    "HTML in its place": (lambda _: Answer(b"<!DOCTYPE html><html><body><p>Sign in</p></body></html>"), "."),
    "redirect to an expired link": (lambda _: Answer(status=302, headers={"Location": "/expired"}), "403"),
    "403": (lambda _: Answer(b"no", 403), "403"),
    "429": (lambda _: Answer(b"no", 429, {"Retry-After": "7200"}), "429"),
    "503": (lambda _: Answer(b"no", 503, {"Retry-After": "7200"}), "503"),
    "slow drip": (lambda _: Answer(stream=drip(b" ", 0.05)), "."),
    "cut on the way": (_cut, "ended early"),
    "cut by the publisher": (lambda data: Answer(data[: len(data) // 2 - 7]), "."),
    "gzip bomb": (lambda _: Answer(bomb(300), headers={"Content-Encoding": "gzip"}), "larger than"),
}
"""Failure -> the answer in place of the good one, and what its one-line reason says (a regular expression)."""
