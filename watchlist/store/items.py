"""Items and their revisions: which document is which item, and which wording is new."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, col, select

from watchlist.model import Completeness, Document
from watchlist.store.identity import content_sha, same_title, uid_hash, url_hash
from watchlist.store.tables import ItemRow, RevisionRow

_T = TypeVar("_T")
_BATCH = 400
"""Ids a query; SQLite's limit on parameters is 999 in old builds."""
_LEAST_CHANGED_IDS = 3


@dataclass(frozen=True, slots=True)
class Recognised:
    """A fetched document beside what the store holds of it.

    ``item_id`` and ``revision_id`` (the revision in force) are None for an item never seen. ``changed`` says that
    the wording is not the one in force. ``prior`` is the wording in force, given only when it changed.
    ``partial``: the article could not be read this time though we hold it: what is missing has not vanished.
    ``completed``: a mere summary until now, the whole text from now on: completed, not edited. ``renamed``: the
    publisher gave the item another id.
    """

    document: Document
    sha: str
    item_id: int | None = None
    revision_id: int | None = None
    changed: bool = True
    prior: Document | None = None
    partial: bool = False
    completed: bool = False
    renamed: bool = False


def recognise(
    session: Session, source_id: int, documents: Sequence[Document], *, by_id_only: bool = False
) -> list[Recognised]:
    """Find each document's item: by its id; else by address and title; else, when many ids changed, by wording.

    Publishers change the ids of all their items at once (a new system, a new domain), and nobody wants to hear
    old news again. An address alone is not enough: some feeds link every item to one page. ``by_id_only`` is for
    sources whose ids are ours.
    """
    shas = [content_sha(document) for document in documents]
    uids = [uid_hash(document.id) for document in documents]
    urls = [url_hash(document.url) for document in documents]
    by_uid = {row.uid_hash: row for row in _items(session, source_id, ItemRow.uid_hash, uids)}
    found: list[ItemRow | None] = [by_uid.get(uid) for uid in uids]
    unknown = [n for n, row in enumerate(found) if row is None]
    if unknown and not by_id_only:
        taken = {row.id for row in found if row is not None}
        alike = _by_address(session, source_id, documents, urls, unknown, taken)
        left = [n for n in unknown if n not in alike]
        taken |= {row.id for row in alike.values()}
        same = _by_wording(session, source_id, shas, left, taken)
        if len(alike) + len(same) >= _LEAST_CHANGED_IDS and 2 * (len(alike) + len(same)) >= len(unknown):
            alike |= same
        for n, row in alike.items():
            found[n] = row
    heads = _heads(session, (row.revision_id for row in found if row and row.revision_id))
    changed = [
        row.revision_id
        for row, sha in zip(found, shas, strict=True)
        if row and row.revision_id in heads and heads[row.revision_id].sha != sha
    ]
    priors = _revisions(session, changed)
    return [
        _beside(document, sha, row, heads, priors)
        for document, sha, row in zip(documents, shas, found, strict=True)
    ]


def all_stand(session: Session, source_id: int, recognised: Sequence[Recognised]) -> bool:
    """Say whether what was recognised still holds: nobody stored these items, or another wording of them, meanwhile."""
    known = {one.item_id: one.revision_id for one in recognised if one.item_id is not None}
    for batch in in_batches(list(known)):
        statement = select(ItemRow.id, ItemRow.revision_id).where(col(ItemRow.id).in_(batch))
        found = dict(session.exec(statement).all())
        if any(found.get(id_) != known[id_] for id_ in batch):
            return False
    new = [uid_hash(one.document.id) for one in recognised if one.item_id is None]
    return not _items(session, source_id, ItemRow.uid_hash, new)


def document_of(revision: RevisionRow, uid: str, source: str) -> Document:
    """Give a stored wording back as the document it was."""
    return Document(
        id=uid,
        title=revision.title,
        text=revision.text,
        url=revision.url,
        published=revision.published_at,
        lang=revision.lang,
        source=source,
        official=revision.official,
        completeness=Completeness(revision.completeness),
        facts=revision.facts,
    )


def _beside(
    document: Document,
    sha: str,
    row: ItemRow | None,
    heads: Mapping[int, "_Head"],
    priors: Mapping[int, RevisionRow],
) -> Recognised:
    if row is None or row.revision_id is None:
        return Recognised(document, sha, item_id=row.id if row else None)
    if row.revision_id not in priors:
        return Recognised(
            document, sha, row.id, row.revision_id, changed=False, renamed=row.uid != document.id
        )
    held_in_full = heads[row.revision_id].completeness == Completeness.FULL
    is_full = document.completeness is Completeness.FULL
    return Recognised(
        document,
        sha,
        row.id,
        row.revision_id,
        prior=_prior(priors[row.revision_id], row.uid, document.source or ""),
        partial=held_in_full and not is_full,
        completed=not held_in_full and is_full,
        renamed=row.uid != document.id,
    )


def _prior(revision: RevisionRow, uid: str, source: str) -> Document | None:
    """Return the former wording, or None when retention has emptied it: what it said is not known any more."""
    return None if revision.pruned_at else document_of(revision, uid, source)


def _by_address(
    session: Session,
    source_id: int,
    documents: Sequence[Document],
    urls: Sequence[str | None],
    unknown: Sequence[int],
    taken: set[int | None],
) -> dict[int, ItemRow]:
    """Match documents to items that had the same address and title under another id."""
    here = Counter(urls)
    wanted = {urls[n]: n for n in unknown if urls[n] and here[urls[n]] == 1}
    rows = _items(session, source_id, ItemRow.url_hash, [url for url in wanted if url])
    there = Counter(row.url_hash for row in rows)
    free = [row for row in rows if there[row.url_hash] == 1 and row.id not in taken]
    heads = _heads(session, (row.revision_id for row in free if row.revision_id))
    return {
        wanted[row.url_hash]: row
        for row in free
        if row.revision_id in heads
        and same_title(heads[row.revision_id].title, documents[wanted[row.url_hash]].title)
    }


def _by_wording(
    session: Session, source_id: int, shas: Sequence[str], left: Sequence[int], taken: set[int | None]
) -> dict[int, ItemRow]:
    """Match documents to items whose wording in force is the same."""
    here = Counter(shas)
    wanted = {shas[n]: n for n in left if here[shas[n]] == 1}
    found: dict[int, ItemRow] = {}
    for batch in in_batches(list(wanted)):
        statement = (
            select(ItemRow, RevisionRow.content_sha)
            .join(RevisionRow, col(RevisionRow.id) == ItemRow.revision_id)
            .where(ItemRow.source_id == source_id, col(RevisionRow.content_sha).in_(batch))
            .order_by(col(ItemRow.id).desc())
        )
        for row, sha in session.exec(statement):
            if row.id not in taken:
                found[wanted[sha]] = row
    return found


def _items(session: Session, source_id: int, column: object, keys: Sequence[str]) -> list[ItemRow]:
    rows: list[ItemRow] = []
    for batch in in_batches(keys):
        statement = select(ItemRow).where(ItemRow.source_id == source_id, col(column).in_(batch))
        rows += session.exec(statement)
    return rows


@dataclass(frozen=True, slots=True)
class _Head:
    """A revision without its text."""

    sha: str
    title: str
    completeness: str


def _heads(session: Session, ids: Iterable[int]) -> dict[int, _Head]:
    heads: dict[int, _Head] = {}
    for batch in in_batches(list(ids)):
        statement = select(
            RevisionRow.id, RevisionRow.content_sha, RevisionRow.title, RevisionRow.completeness
        ).where(col(RevisionRow.id).in_(batch))
        heads |= {id_: _Head(sha, title, kept) for id_, sha, title, kept in session.exec(statement) if id_}
    return heads


def _revisions(session: Session, ids: Iterable[int]) -> dict[int, RevisionRow]:
    rows: dict[int, RevisionRow] = {}
    for batch in in_batches(list(ids)):
        found = session.exec(select(RevisionRow).where(col(RevisionRow.id).in_(batch)))
        rows |= {row.id: row for row in found if row.id is not None}
    return rows


def in_batches(keys: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield as many at a time as one statement may ask for."""
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]
