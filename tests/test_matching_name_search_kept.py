"""Names filed for searching, kept on disk for the next process."""

from pathlib import Path

from watchlist.index_files import IndexFolder
from watchlist.matching.name_search import NameIndex
from watchlist.matching.shelf import WORTH_KEEPING

NAMES = [
    f"{first}{second} Works" for first in ("Nor", "Vel", "Ost", "Kar") for second in range(WORTH_KEEPING // 4)
]


def test_what_was_kept_finds_the_same(tmp_path: Path) -> None:
    """An index out of a file must not find other names than the one that was built."""
    shelf = IndexFolder(tmp_path)
    names = [*NAMES, "Ванмур ООО", "文穆尔", "...", "\ud800", "Two\nLines"]
    built = NameIndex.build(names)
    first, again = (NameIndex.build(names, shelf=shelf) for _ in range(2))
    (kept,) = tmp_path.iterdir()
    for name in (*names[:20], *names[-5:], "Nor 12 Work", ""):
        assert built.search(name) == first.search(name) == again.search(name)
    kept.write_bytes(kept.read_bytes()[:-9])
    assert NameIndex.build(names, shelf=shelf).search("Nor12 Works") == built.search("Nor12 Works")
    NameIndex.build([*names, "One More"], shelf=shelf)
    assert len(list(tmp_path.iterdir())) == 2


def test_few_names_are_not_kept(tmp_path: Path) -> None:
    """A file for each name that is looked up would push out what is worth keeping."""
    NameIndex.build(NAMES[:20], shelf=IndexFolder(tmp_path))
    assert list(tmp_path.iterdir()) == []
