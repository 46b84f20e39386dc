"""Compiled watchlists on disk: taken when whole and of this list, else built anew."""

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.articles import articles, names
from watchlist.index_files import IndexFolder
from watchlist.matching import name_index
from watchlist.matching.form_patterns import Patterns
from watchlist.matching.forms import in_line, summed
from watchlist.matching.matcher import Matcher
from watchlist.model import Entry, Mention

NAMES = names(1200)
ENTRIES = [Entry(name) for name in NAMES]
TEXT = next(articles(1, NAMES)) + f" {NAMES[7]} and {NAMES[1100]} said."


class Counting(IndexFolder):
    """Counts how often patterns were built for want of a good file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.kept = 0

    def keep(self, key: str, body: bytes) -> None:
        self.kept += 1
        super().keep(key, body)


def compiled(folder: Path, entries: list[Entry] = ENTRIES) -> tuple[list[Mention], int]:
    """Compile with a folder; return what is found and how often patterns were built."""
    shelf = Counting(folder)
    return Matcher.compile(entries, shelf=shelf).find(TEXT), shelf.kept


def file_in(folder: Path) -> Path:
    """Return the only file."""
    [path] = folder.iterdir()
    return path


def test_the_second_process_takes_what_the_first_compiled(tmp_path: Path) -> None:
    """A hundred thousand names take seconds to compile: once is enough."""
    first, built = compiled(tmp_path)
    again, rebuilt = compiled(tmp_path)
    assert (built, rebuilt) == (1, 0)
    assert again == first == Matcher.compile(ENTRIES).find(TEXT) != []


@pytest.mark.parametrize(
    "harm",
    [
        lambda found: found[: len(found) // 2],
        lambda found: b"",
        lambda found: found[:-1],
        lambda found: found + b"x",
        lambda found: found[:2000] + bytes([found[2000] ^ 1]) + found[2001:],
        lambda found: found[:25] + bytes([found[25] ^ 1]) + found[26:],
        lambda found: b"SQLite format 3\0" + found[16:],
        lambda found: found.replace(b"watchlist names 1", b"watchlist names 2", 1),
    ],
    ids=["half", "empty", "a byte less", "a byte more", "a bit flipped", "the key's", "foreign", "other version"],
)  # fmt: skip
def test_a_damaged_file_is_never_trusted(tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]
    """A damaged index would miss names without a word; it is built anew instead, and the file mended."""
    compiled(tmp_path)
    path = file_in(tmp_path)
    path.write_bytes(harm(path.read_bytes()))
    found, rebuilt = compiled(tmp_path)
    assert rebuilt == 1
    assert found == Matcher.compile(ENTRIES).find(TEXT)
    assert compiled(tmp_path)[1] == 0


def test_a_file_of_another_list_under_this_name_is_not_taken(tmp_path: Path) -> None:
    """A copied or renamed file is whole, but answers for other names."""
    compiled(tmp_path / "one")
    compiled(tmp_path / "two", ENTRIES[1:])
    file_in(tmp_path / "one").write_bytes(file_in(tmp_path / "two").read_bytes())
    assert compiled(tmp_path / "one") == (Matcher.compile(ENTRIES).find(TEXT), 1)


def test_other_names_and_other_rules_are_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alias more, or folding rules of another release, and the kept patterns would miss names."""
    compiled(tmp_path)
    more = [*ENTRIES[:-1], Entry(NAMES[-1], aliases=("Zyqqat Brothers",))]
    assert compiled(tmp_path, more)[1] == 1
    monkeypatch.setattr(name_index, "rules_version", lambda: "another release")
    assert compiled(tmp_path)[1] == 1


def test_a_short_list_leaves_no_file(tmp_path: Path) -> None:
    """A few hundred names are compiled sooner than a file is read."""
    compiled(tmp_path, ENTRIES[:100])
    assert list(tmp_path.iterdir()) == []


def test_old_files_are_dropped(tmp_path: Path) -> None:
    """Every edit of a long watchlist leaves a file behind; they must not fill the disk."""
    for at in range(16):
        compiled(tmp_path, ENTRIES[at:])
    assert len(list(tmp_path.iterdir())) <= 12


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A read-only home costs time, not answers."""
    (tmp_path / "file").write_text("in the way")
    assert compiled(tmp_path / "file" / "index")[0] == Matcher.compile(ENTRIES).find(TEXT)


def _one(folder: Path) -> int:
    return len(compiled(folder)[0])


def test_processes_may_compile_at_once(tmp_path: Path) -> None:
    """Two checks from cron at one moment read and write one folder: whole files only, the same answers."""
    with ProcessPoolExecutor(3) as pool:
        assert len(set(pool.map(_one, [tmp_path] * 6))) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """All kinds of patterns survive the way to disk, also where there are none."""
    folder = IndexFolder(tmp_path)
    line = b" the acme  oil |"
    forms = [(("acme",), 0), (("acme",), 4_000_000_000), (("acme", "oil"), 4), (("oil",), 7)]
    stems = [(" acme", 0), (" acme", 4_000_000_000), (" oi", 7)]
    made = [Patterns.of_forms(forms[:count]) for count in (0, 4)] + [
        Patterns.of_stems(stems[:count]) for count in (0, 3)
    ]
    for patterns, is_stems in zip(made, (False, False, True, True), strict=True):
        folder.keep("key", patterns.to_bytes())
        again = folder.load("key")
        assert again is not None
        assert Patterns.from_bytes(again, stems=is_stems).find(line) == patterns.find(line)
    assert set(made[1].find(line)) == {(0, 5, 9), (4_000_000_000, 5, 9), (4, 5, 14), (7, 11, 14)}
    assert set(made[3].find(line)) == {(0, 5, 9), (4_000_000_000, 5, 9), (7, 11, 13)}
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir() if os.name == "posix")


def test_bytes_that_are_no_patterns_are_refused() -> None:
    """What is whole, but of another form, must not be half read."""
    made = Patterns.of_forms([(("acme", "oil"), 1), (("oil",), 2)]).to_bytes()
    for bad in (b"", made[:-3], made + b"x", made[:40] + b"junk" + made[44:], b"\xff" * 64):
        with pytest.raises(ValueError):
            Patterns.from_bytes(bad, stems=False)


def test_words_of_any_length_and_many_names_of_one_word_are_found() -> None:
    """Only so much of a form is compared, and crowds of names are looked up another way: none may be lost."""
    long = "z" * 300
    forms = [
        (long,),
        (long, "oil"),
        ("oil", *["gas"] * 40),
        *(("common", f"x{n}") for n in range(40)),
        *((f"x{n}", "common") for n in range(40)),
        ("common",),
        tuple("中国银行"),
        tuple("银行"),
    ]
    patterns = Patterns.of_forms((form, n) for n, form in enumerate(forms))
    for number, form in enumerate(forms):
        line = f" before{in_line(form)}after |".encode()
        found = {here: line[start:end] for here, start, end in patterns.find(line)}
        assert found[number].decode() == in_line(summed(form)).strip()
    crowd = Patterns.of_forms(((f"common{n % 7}",), n) for n in range(70))
    assert crowd.find(b" a common3 b |") == [(n, 3, 10) for n in range(3, 70, 7)]


def test_common_words_are_found_beside_commas() -> None:
    """Of a long list, names of common words are looked for with what follows the word: also after two spaces."""
    forms = [("central", "bank", f"x{n}") for n in range(1200)] + [("central", "bank"), ("bank",)]
    patterns = Patterns.of_forms((form, n) for n, form in enumerate(forms))
    for line in (b" the central bank x7 |", b" the central  bank    x7 |", b" the  central   bank x7  |"):
        assert {number for number, _, _ in patterns.find(line)} == {7, 1200, 1201}


def test_threads_unpack_a_crowd_whole() -> None:
    """Many names of one word are sorted when a text first has it; a thread beside must not see half of them."""
    forms = [(("common", f"x{n}"), n) for n in range(900)] + [(("common",), 3000 + n) for n in range(3000)]
    for _ in range(5):
        patterns = Patterns.of_forms(forms)
        with ThreadPoolExecutor(8) as pool:
            assert all(len(found) == 3000 for found in pool.map(patterns.find, [b" a common b |"] * 16))
