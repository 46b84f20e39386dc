"""The index of stored wordings by their words: who was named before we watched them, in a moment.

Neither SQLite's nor PostgreSQL's own reading of text will do: they segment no Chinese and know none of our folds.
So both get words that are ready (``watchlist.matching.lookup``): SQLite an FTS5 table without content, whose rowid is
the revision's id, PostgreSQL rows of ``tsvector``, several a long document, for one holds 16,383 places at most. A change of how words are made needs a migration that empties the
index and fills it anew.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, text
from sqlmodel import Session

from watchlist.matching.lookup import Query, Words, words_of

TABLE = "revision_words"
_ANSWERS = "SELECT revision_id FROM revision_words WHERE words @@ CAST(:{} AS tsquery)"
_PART = 2_000
"""Words a row on PostgreSQL: it keeps at most 255 places of one word."""
_OVERLAP = 64
"""Words that the next row repeats, so that a name at the seam is whole in one of them."""
_BATCH = 500


def add(connection: Connection, revision_id: int, words: Words) -> None:
    """Index one new wording. A wording never changes; it is emptied at most (``remove``)."""
    if connection.dialect.name == "sqlite":
        insert = "INSERT INTO revision_words (rowid, running, beside) VALUES (:id, :running, :beside)"
        connection.execute(text(insert), {"id": revision_id, **_lines(words)})
        return
    rows = [{"id": revision_id, "part": part, "words": vector} for part, vector in _vectors(words)]
    if rows:
        insert = "INSERT INTO revision_words (revision_id, part, words) VALUES (:id, :part, CAST(:words AS tsvector))"
        connection.execute(text(insert), rows)


def remove(connection: Connection, revision_ids: Sequence[int]) -> None:
    """Forget the words of wordings that are about to be emptied; their texts must still be there.

    SQLite's index keeps no texts, so it must be told the very words that it was given.
    """
    if connection.dialect.name != "sqlite":
        statement = text("DELETE FROM revision_words WHERE revision_id = ANY(:ids)")
        connection.execute(statement, {"ids": list(revision_ids)})
        return
    for id_ in revision_ids:
        stored = text("SELECT title, text FROM revisions WHERE id = :id")
        title, body = connection.execute(stored, {"id": id_}).one()
        statement = text(
            "INSERT INTO revision_words (revision_words, rowid, running, beside)"
            " VALUES ('delete', :id, :running, :beside)"
        )
        connection.execute(statement, {"id": id_, **_lines(words_of(title, body))})


def find(session: Session, queries: Sequence[Query], first: int, limit: int) -> list[int]:
    """Return the ids of wordings, from ``first`` on, that answer one of the queries: the latest first."""
    if not queries:
        return []
    connection = session.connection()
    bounds = {"first": first, "limit": limit}
    if connection.dialect.name == "sqlite":
        statement = text(
            "SELECT rowid FROM revision_words WHERE revision_words MATCH :query AND rowid >= :first"
            " ORDER BY rowid DESC LIMIT :limit"
        )
        query = _plain(" OR ".join(map(_match, queries)))
        return list(connection.execute(statement, {"query": query, **bounds}).scalars())
    hits, asked = _hits(queries)
    statement = text(
        f"WITH hits AS MATERIALIZED ({hits})"  # noqa: S608 (our own words; what is asked for is bound)
        " SELECT DISTINCT revision_id FROM hits WHERE revision_id >= :first ORDER BY revision_id DESC LIMIT :limit"
    )
    return list(connection.execute(statement, {**asked, **bounds}).scalars())


def fill(connection: Connection) -> None:
    """Index all wordings of a store whose index is empty."""
    statement = text(
        "SELECT id, title, text FROM revisions WHERE id > :last AND pruned_at IS NULL ORDER BY id LIMIT :limit"
    )  # many short reads: the driver of SQLite would otherwise hold a cursor open while it writes
    last = 0
    while rows := connection.execute(statement, {"last": last, "limit": _BATCH}).all():
        for id_, title, body in rows:
            add(connection, id_, words_of(title, body))
        last = rows[-1][0]


def _lines(words: Words) -> dict[str, str]:
    return {"running": _plain(" ".join(words.running)), "beside": _plain(" ".join(words.beside))}


def _plain(words: str) -> str:
    return words.encode("utf-8", "replace").decode("utf-8")


def _match(query: Query) -> str:
    """Return a query in FTS5's language. Words hold letters, digits and ``_`` only, so nothing needs escaping."""
    if query.anywhere:
        every = "(" + " AND ".join(f'"{word}"' for word in query.words) + ")"
        return f"beside : {every}" if query.changed else every
    return f'running : "{" ".join(query.words)}"' + (" *" if query.begins else "")


def _hits(queries: Sequence[Query]) -> tuple[str, dict[str, str]]:
    """Return PostgreSQL's select and its parameters: words that stand anywhere may lie in several rows."""
    phrases = [_tsquery(query) for query in queries if not query.anywhere]
    asked = {"phrases": _plain(" | ".join(phrases))} if phrases else {}
    parts = [_ANSWERS.format("phrases") + " AND part >= 0"] if phrases else []
    for n, query in enumerate(queries):
        if query.anywhere:
            names = [f"words{n}_{m}" for m in range(len(query.words))]
            asked |= {name: _plain(f"'{word}'") for name, word in zip(names, query.words, strict=True)}
            place = " AND part < 0" if query.changed else ""
            parts.append("(" + " INTERSECT ".join(_ANSWERS.format(name) + place for name in names) + ")")
    return " UNION ".join(parts), asked


def _tsquery(query: Query) -> str:
    last = ":*" if query.begins else ""
    return "(" + " <-> ".join(f"'{word}'" for word in query.words) + last + ")"


def _vectors(words: Words) -> Iterator[tuple[int, str]]:
    """Yield a document's words as literals of ``tsvector``, numbered: with places the running ones from 0 on.

    Those beside are without, from -1 downwards.
    """
    for part, start in enumerate(range(0, len(words.running), _PART - _OVERLAP)):
        places: dict[str, list[int]] = {}
        for at, word in enumerate(words.running[start : start + _PART], start=1):
            places.setdefault(word, []).append(at)
        yield part, _literal(f"'{word}':{','.join(map(str, at))}" for word, at in places.items())
    for part, start in enumerate(range(0, len(words.beside), _PART), start=1):
        yield -part, _literal(f"'{word}'" for word in words.beside[start : start + _PART])


def _literal(lexemes: Iterable[str]) -> str:
    return _plain(" ".join(lexemes))
