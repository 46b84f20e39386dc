"""A folder of files as a source: each file once, changes noticed, bad files rows."""

from datetime import UTC, datetime
from pathlib import Path

from source_visits import Visitor, article, ids

from watchlist.sources.folder import FolderSource

MAIL = (
    b"From: alerts@agency.test\r\nTo: me@example.org\r\nSubject: =?utf-8?q?Huawei_listed_=E2=80=93_notice?=\r\n"
    b"Message-ID: <1@agency.test>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>The agency <b>listed</b> it.</p><img src='https://spy.test/p.gif'>"
)


def test_every_kind_of_file_is_read(tmp_path: Path):
    """Text, Markdown, pages, mails and JSON lines, in folders below too; hidden and other files are left alone."""
    (tmp_path / "a.txt").write_bytes("Grüße an Huawei".encode("cp1252"))
    (tmp_path / "b.html").write_text(article(title="Page title"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c d.eml").write_bytes(MAIL)
    (tmp_path / "rows.jsonl").write_text(
        '{"id": "r1", "title": "T", "text": "x", "published": "2026-11-20"}\n\n{"text": "y"}\n'
    )
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    read = Visitor(FolderSource("notices", tmp_path, official=True)).visit()
    found = {document.id: document for document in read.documents}
    assert read.errors == ()
    assert sorted(found) == ["a.txt", "b.html", "r1", "rows.jsonl:3", "sub/c d.eml"]
    assert found["a.txt"].text == "Grüße an Huawei"
    assert found["b.html"].title == "Page title"
    mail = found["sub/c d.eml"]
    assert (mail.title, mail.text) == ("Huawei listed – notice", "The agency listed it.")
    assert mail.published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert all(document.source == "notices" and document.official for document in found.values())


def test_only_new_and_changed_files_come_again(tmp_path: Path):
    """A folder of ten thousand notices must not be read through every hour."""
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    visitor = Visitor(FolderSource("notices", tmp_path))
    assert ids(visitor.visit()) == ["a.txt", "b.txt"]
    assert ids(visitor.visit()) == []
    (tmp_path / "a.txt").write_text("one, edited")
    (tmp_path / "c.txt").write_text("three")
    (tmp_path / "b.txt").unlink()
    assert ids(visitor.visit()) == ["a.txt", "c.txt"]


def test_bad_files_are_rows_and_the_rest_comes(tmp_path: Path):
    """Empty, binary, not permitted, a row that is no document: each one line, and read again when mended."""
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "binary.txt").write_bytes(b"MZ\0\0")
    (tmp_path / "rows.jsonl").write_text('{"text": "x"}\nnot json\n[1]\n')
    (tmp_path / "good.txt").write_text("fine")
    visitor = Visitor(FolderSource("notices", tmp_path))
    read = visitor.visit()
    assert ids(read) == ["good.txt", "rows.jsonl:1"]
    assert len(read.errors) == 4
    assert all(len(str(error).splitlines()) == 1 for error in read.errors)
    (tmp_path / "empty.txt").write_text("now")
    assert "empty.txt" in ids(visitor.visit())


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path):
    """Whoever may write into a watched folder must not thereby read the rest of the disk."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert Visitor(FolderSource("notices", folder)).visit().documents == ()


def test_a_missing_folder_is_one_line(tmp_path: Path):
    """An unmounted share: told, and nothing forgotten."""
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "a.txt").write_text("one")
    visitor = Visitor(FolderSource("notices", folder))
    visitor.visit()
    folder.rename(tmp_path / "away")
    read = visitor.visit()
    assert read.failed
    assert str(read.errors[0]) == f"{folder}: no such folder"


def test_our_own_mails_and_automatic_answers_start_no_loop(tmp_path: Path):
    """An alert filed into a watched folder must not be read as news, nor a bounce or an out-of-office reply to it."""
    for golden in (Path(__file__).parent / "golden").glob("*.eml"):
        (tmp_path / golden.name).write_bytes(golden.read_bytes())
    (tmp_path / "away.eml").write_bytes(b"Auto-Submitted: Auto-Replied (vacation)\r\n" + MAIL)
    (tmp_path / "bounce.eml").write_bytes(b"Return-Path: <>\r\n" + MAIL)
    (tmp_path / "newsletter.eml").write_bytes(b"Auto-Submitted: auto-generated\r\n" + MAIL)
    (tmp_path / "quoted.eml").write_bytes(MAIL + b"<p>X-Watchlist-Reason: digest</p>")
    read = Visitor(FolderSource("inbox", tmp_path)).visit()
    assert ids(read) == ["newsletter.eml", "quoted.eml"]
    assert read.errors == ()
