"""What a person hands to ``check``: every kind of file, sound and broken, becomes documents or one clear line."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist import documents
from watchlist.documents import Unread, read_inputs
from watchlist.errors import FetchError
from watchlist.model import Document, Page


def no_web(url: str) -> Page:
    raise FetchError(url, "no web here")


def read(*paths: Path | str) -> list[Document | Unread]:
    return list(read_inputs(map(str, paths), fetch=no_web))


def one(path: Path) -> Document:
    (document,) = read(path)
    assert isinstance(document, Document), document
    return document


def refused(path: Path | str) -> str:
    (unread,) = read(path)
    assert isinstance(unread, Unread), unread
    assert unread.whole
    assert "\n" not in unread.error
    return unread.error


def test_line_ends_and_blanks_stay_as_given(tmp_path: Path):
    """Offsets index the file as given: nothing may be normalised away."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"\r\n  Huawei\r\n\r")
    assert one(path).text == "\r\n  Huawei\r\n\r"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Alipay 支付宝"),
        ("utf-16", "Alipay 支付宝"),
        (
            "cp1251",
            "Министерство торговли сообщило, что Huawei включена в список. Решение вступает в силу сегодня.",
        ),
        ("gb18030", "商务部宣布，对支付宝实施新的限制措施，该决定自公布之日起生效。华为没有评论。"),
    ],
)
def test_text_in_another_encoding_is_read_and_a_guess_is_said(tmp_path: Path, encoding: str, text: str):
    """A name in an old encoding must not be missed; a guess must not be silent."""
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    doubts: list[str] = []
    (document,) = read_inputs([str(path)], fetch=no_web, doubt=doubts.append)
    assert isinstance(document, Document)
    assert document.text == text
    assert bool(doubts) is not encoding.startswith("utf")


def test_a_broken_byte_does_not_turn_the_rest_into_rubbish(tmp_path: Path):
    """One bad byte in Chinese UTF-8 must not make the whole file read as something else."""
    path = tmp_path / "a.txt"
    path.write_bytes(("华为和支付宝" * 50).encode() + b"\xff" + "腾讯".encode())
    assert one(path).text == "华为和支付宝" * 50 + "\ufffd腾讯"


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("empty.txt", b" \n", "empty, nothing to read"),
        ("empty.jsonl", b"\n\n", "empty, nothing to read"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "a picture, not a text"),
        ("data.txt", bytes(range(256)) * 20, "a binary file, not a text"),
        ("paper.pdf", b"%PDF-1.7 ...", "a PDF file: convert it to text first"),
        ("report.docx", b"PK\x03\x04....", "a zip or Office file"),
        ("cut.txt.gz", gzip.compress(b"Alipay" * 100, mtime=0)[:-12], "damaged gzip file"),
        ("mail.eml", b"Content-Type: image/png\n\nxx", "a mail without subject and text part"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_is_no_text_is_refused_in_one_line(tmp_path: Path, name: str, body: bytes, said: str):
    """A wrong file must say what it is; matching rubbish would look like an all-clear."""
    path = tmp_path / name
    path.write_bytes(body)
    assert said in refused(path)


def test_a_missing_path_and_an_empty_folder_are_refused(tmp_path: Path):
    """Checking nothing must not look like finding nothing."""
    assert "no such file or folder" in refused(tmp_path / "nope")
    assert "holds no file to read" in refused(tmp_path)
    assert refused("") == "an empty file name"


def test_a_document_above_the_cap_is_refused_also_when_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A gzip bomb must not fill the memory."""
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 1_000_000)
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(gzip.compress(b"a" * 5_000_000, mtime=0))
    assert "larger than 1 MB" in refused(path)


def test_lines_are_read_one_by_one_and_a_bad_one_stands_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """One broken line of a million must cost one document."""
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 1_000)
    rows = [
        json.dumps({"id": "a", "title": "T", "text": "x", "url": "https://e.org", "published": "2021-01-05"}),
        "not json",
        json.dumps({"id": "c", "text": 5}),
        "[1]",
        json.dumps({"id": "e"}),
        json.dumps({"text": "y" * 2_000}),
        json.dumps({"title": "only a title"}),
    ]
    path = tmp_path / "d.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    found = read(path)
    assert found[0] == Document("a", "T", "x", "https://e.org", datetime(2021, 1, 5, tzinfo=UTC))
    assert [item.id for item in found if isinstance(item, Unread)] == [
        f"{path}:2",
        "c",
        f"{path}:4",
        "e",
        f"{path}:6",
    ]
    assert isinstance(found[6], Document)
    assert not any(item.whole for item in found if isinstance(item, Unread))


def test_a_folder_is_read_in_order_and_its_bad_files_stand_apart(tmp_path: Path):
    """Order must not depend on the file system; hidden and foreign files are left alone."""
    for name, body in (
        ("b.txt", b"B"),
        ("a.txt", b"A"),
        ("x.bin", b"\x00"),
        ("e.txt", b""),
        (".h.txt", b"H"),
    ):
        (tmp_path / name).write_bytes(body)
    found = read(tmp_path)
    assert [Path(item.id).name for item in found] == ["a.txt", "b.txt", "e.txt"]
    assert isinstance(found[2], Unread)
    assert not found[2].whole


def test_an_address_of_another_kind_is_no_missing_file() -> None:
    """`check ftp://…` said "no such file or folder", as if a file were meant."""
    assert (
        refused("ftp://example.org/a") == "ftp://example.org/a: only http:// and https:// addresses are read"
    )


def test_a_folder_says_what_it_leaves_out(tmp_path: Path):
    """A PDF among the articles that is passed over in silence is a notice that nobody has read."""
    for name in ("a.txt", "p.pdf", "q.pdf", "sub.docx", "z", ".hidden"):
        (tmp_path / name).write_bytes(b"Huawei")
    told: list[str] = []
    found = list(read_inputs([str(tmp_path)], fetch=no_web, doubt=told.append))
    assert len(found) == 1
    assert told == [
        f"{tmp_path}: 4 files left out, not of a kind that is read in a folder: p.pdf, q.pdf, sub.docx and 1 more"
    ]


def test_a_mail_gives_subject_body_and_date(tmp_path: Path):
    """Newsletters are read like articles, also with a charset that does not exist."""
    path = tmp_path / "m.eml"
    path.write_bytes(
        b"Subject: =?utf-8?b?5Y2O5Li6?= news\nDate: Tue, 5 Jan 2021 10:00:00 +0100\nMessage-ID: <x@y>\n"
        b"Content-Type: text/plain; charset=nonsense\n\nHuawei was named.\n"
    )
    mail = one(path)
    assert (mail.id, mail.title, mail.text) == (str(path), "华为 news", "Huawei was named.")
    assert mail.published == datetime(2021, 1, 5, 9, tzinfo=UTC)


def test_an_address_that_fails_is_one_line():
    """The fetcher's own words reach the person."""
    assert refused("https://example.org/x") == "https://example.org/x: no web here"


def test_a_feed_given_as_a_document_points_to_the_right_command():
    """A feed's markup must not be matched as if it were prose."""

    def fetch(url: str) -> Page:
        return Page(
            url, url, 200, {}, b"<?xml version='1.0'?><rss><channel/></rss>", datetime(2021, 1, 5, tzinfo=UTC)
        )

    (item,) = read_inputs(["https://e.org/f"], fetch=fetch)
    assert isinstance(item, Unread)
    assert "a feed, not a document: watchlist sources test https://e.org/f" in item.error


def test_a_page_gives_its_article_not_its_menu(tmp_path: Path):
    """A name in a menu or footer is not news."""
    paragraph = (
        "The ministry said on Tuesday that it would add Huawei to the list of entities next month. " * 6
    )
    path = tmp_path / "p.html"
    path.write_text(
        "<html><head><title>Ministry acts</title></head><body><nav><a href='/'>Alipay login</a></nav>"
        f"<article><h1>Ministry acts</h1><p>{paragraph}</p><p>{paragraph}</p></article></body></html>"
    )
    page = one(path)
    assert page.title == "Ministry acts"
    assert "Huawei" in page.text
    assert "Alipay login" not in page.text


@given(st.binary(max_size=300))
def test_any_bytes_become_documents_or_one_line(tmp_path_factory: pytest.TempPathFactory, body: bytes):
    """No file, whatever is in it, may end in a traceback."""
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    for name in ("a.txt", "a.jsonl", "a.eml", "a"):
        (folder / name).write_bytes(body)
        for item in read(folder / name):
            assert isinstance(item, Document) or "\n" not in item.error


def test_one_json_document_is_read_as_text_and_said_to_be(tmp_path: Path):
    """Who writes one object to a .json file would else not learn why title and date are not told."""
    path = tmp_path / "a.json"
    path.write_text('{"title": "Huawei", "text": "Huawei was listed."}')
    told: list[str] = []
    (document,) = read_inputs([str(path)], fetch=no_web, doubt=told.append)
    assert isinstance(document, Document)
    assert document.title == ""
    assert "a.json" in told[0]
    assert ".jsonl" in told[0]
