"""What one fetch of a source adds to the store, a batch a transaction.

Items, revisions, findings, events and reports commit together, the source's validators with the last of them: were the
validators saved before, a later "not modified" would hide for ever what a crash kept from being stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from watchlist.matching.lookup import Words, words_of
from watchlist.model import Finding, ReportChange
from watchlist.signatures import Signature
from watchlist.store import entries, words
from watchlist.store.codec import action_to_json, match_to_json, signature_to_json
from watchlist.store.events import Teller, Told, change_of, find, place, told_by
from watchlist.store.identity import outlet, uid_hash, url_hash
from watchlist.store.items import Recognised
from watchlist.store.stories import story_for
from watchlist.store.tables import FindingRow, ItemRow, ReportRow, RevisionRow, SignatureRow, TellingRow


@dataclass(frozen=True, slots=True)
class Reading:
    """A new or changed document as the analyst reads it, beside its former wording as the *same* analyst does.

    The comparison tells what the edit changed; a name that stood there before, and is watched only since, is no
    news of this edit.
    """

    recognised: Recognised
    finding: Finding
    prior: Finding | None = None
    signature: Signature | None = None
    words: Words | None = None

    @classmethod
    def of(
        cls, recognised: Recognised, finding: Finding, seen: datetime, prior: Finding | None = None
    ) -> "Reading":
        """Work out, before any transaction, what its story is found by, and the words of a new wording."""
        document = recognised.document
        tells = finding.matches or finding.actions
        signature = Signature.of(document, finding, seen) if tells else None
        indexed = words_of(document.title, document.text) if recognised.changed else None
        return cls(recognised, finding, prior, signature, indexed)


@dataclass(slots=True)
class Stored:
    """What storing a fetch changed."""

    new: int = 0
    revised: int = 0
    matched: int = 0
    reports: int = 0

    def __add__(self, more: "Stored") -> "Stored":
        """Return both together."""
        return Stored(
            self.new + more.new,
            self.revised + more.revised,
            self.matched + more.matched,
            self.reports + more.reports,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings of one source to be stored together. ``baseline``: its first fetch, so old news but for what was
    published (or, undated, seen) since ``since``."""

    source_id: int
    source_name: str
    readings: Sequence[Reading]
    fingerprint: str
    at: datetime
    baseline: bool = False
    since: datetime | None = None


def store_readings(session: Session, batch: Batch) -> Stored:
    """Store new and changed documents of one fetch. The caller has taken its turn and commits."""
    stored = Stored()
    findings = [one.finding for one in batch.readings]
    findings += [one.prior for one in batch.readings if one.prior]
    names = {match.entry for finding in findings for match in finding.matches}
    names |= {action.target for finding in findings for action in finding.actions}
    ids = entries.ids_by_name(session, names)
    for reading in batch.readings:
        _store_reading(session, batch, reading, ids, stored)
    session.flush()
    return stored


def rename_items(session: Session, recognised: Iterable[Recognised]) -> None:
    """Note the ids that a publisher changed on items whose wording is the same."""
    for one in recognised:
        item = session.get(ItemRow, one.item_id) if one.renamed and not one.changed else None
        if item is not None:
            _identify(item, one)
            session.add(item)


def _store_reading(
    session: Session, batch: Batch, reading: Reading, ids: Mapping[str, int], stored: Stored
) -> None:
    recognised = reading.recognised
    told = told_by(reading.finding, ids)
    item = _item(session, batch, recognised)
    former = _tellings(session, item) if recognised.item_id else {}
    revision = _revision(session, batch, item, recognised, reading.words)
    if told or former:
        _assign_story(session, batch, item, revision, reading.signature, told)
    finding = _finding(session, batch, revision, reading.finding)
    assert finding.id is not None
    if told and reading.signature and session.get(SignatureRow, finding.id) is None:
        session.add(SignatureRow(finding_id=finding.id, body=signature_to_json(reading.signature)))
    if not recognised.partial:
        item.revision_id = revision.id
        session.add(item)
    stored.new += recognised.revision_id is None
    stored.revised += recognised.revision_id is not None
    stored.matched += bool(told)
    if told or former:
        stored.reports += _Reporter(session, batch, item, revision, finding, former).report(
            reading, told, ids
        )


def _item(session: Session, batch: Batch, recognised: Recognised) -> ItemRow:
    item = session.get(ItemRow, recognised.item_id) if recognised.item_id else None
    if item is None:
        item = ItemRow(
            source_id=batch.source_id,
            uid="",
            uid_hash="",
            first_seen_at=batch.at,
            baseline=_is_old(batch, recognised),
        )
    _identify(item, recognised)
    session.add(item)
    session.flush()
    return item


def _identify(item: ItemRow, recognised: Recognised) -> None:
    document = recognised.document
    item.uid, item.uid_hash, item.url_hash = document.id, uid_hash(document.id), url_hash(document.url)


def _is_old(batch: Batch, recognised: Recognised) -> bool:
    """Say whether an item of a first fetch is old news."""
    if not batch.baseline:
        return False
    return batch.since is None or (recognised.document.published or batch.at) < batch.since


def _revision(
    session: Session, batch: Batch, item: ItemRow, recognised: Recognised, indexed: Words | None
) -> RevisionRow:
    """Return the row of this wording; a publisher may go back to an old one."""
    document = recognised.document
    assert item.id is not None
    revision = None
    if recognised.item_id:
        same = (RevisionRow.item_id == item.id, RevisionRow.content_sha == recognised.sha)
        revision = session.exec(select(RevisionRow).where(*same)).first()
    if revision is None:
        revision = RevisionRow(
            item_id=item.id,
            content_sha=recognised.sha,
            title=document.title,
            text=document.text,
            url=document.url,
            published_at=document.published,
            lang=document.lang,
            official=document.official,
            completeness=document.completeness.value,
            facts=dict(document.facts),
            outlet=outlet(document, batch.source_name),
            first_seen_at=batch.at,
        )
        session.add(revision)
        session.flush()
        assert revision.id is not None
        told = indexed or words_of(document.title, document.text)
        words.add(session.connection(), revision.id, told)
    return revision


def _assign_story(
    session: Session,
    batch: Batch,
    item: ItemRow,
    revision: RevisionRow,
    signature: Signature | None,
    told: Sequence[Told],
) -> None:
    """Put a revision into its item's story, else into the one its words or events belong to."""
    if revision.story_id is not None:
        return
    former = session.exec(
        select(RevisionRow.story_id)
        .where(RevisionRow.item_id == item.id, col(RevisionRow.story_id).is_not(None))
        .order_by(col(RevisionRow.id).desc())
    ).first()
    revision.story_id = former or story_for(session, signature, revision.content_sha, told, batch.at)
    session.add(revision)
    session.flush()


def _finding(session: Session, batch: Batch, revision: RevisionRow, finding: Finding) -> FindingRow:
    assert revision.id is not None
    row = session.exec(
        select(FindingRow).where(
            FindingRow.revision_id == revision.id, FindingRow.fingerprint == batch.fingerprint
        )
    ).first()
    if row is None:
        row = FindingRow(
            revision_id=revision.id,
            fingerprint=batch.fingerprint,
            made_at=batch.at,
            matches=[match_to_json(match) for match in finding.matches],
            actions=[action_to_json(action) for action in finding.actions],
            error=finding.error,
        )
        session.add(row)
        session.flush()
    return row


def _tellings(session: Session, item: ItemRow) -> dict[int, TellingRow]:
    return {
        row.event_id: row for row in session.exec(select(TellingRow).where(TellingRow.item_id == item.id))
    }


class _Reporter:
    """Writes the reports of one revision: what it tells, and what its edit took back."""

    def __init__(
        self,
        session: Session,
        batch: Batch,
        item: ItemRow,
        revision: RevisionRow,
        finding: FindingRow,
        tellings: dict[int, TellingRow],
    ) -> None:
        self._session, self._batch = session, batch
        self._item, self._revision, self._finding = item, revision, finding
        self._tellings = tellings
        self._teller = Teller(batch.source_id, tellings)
        self._written = 0

    def report(self, reading: Reading, told: Sequence[Told], ids: Mapping[str, int]) -> int:
        """Write the reports; return how many."""
        prior = told_by(reading.prior, ids) if reading.prior else []
        stood_there = {one.identity for one in prior}
        standing = set()
        for one in told:
            old = self._is_old_news(reading.recognised, one.identity in stood_there)
            standing.add(self._tell(one, old=old))
        if not reading.recognised.partial:
            self._take_back(prior, told, standing)
        return self._written

    def _is_old_news(self, recognised: Recognised, stood_there: bool) -> bool:
        if recognised.revision_id is None or recognised.completed:
            return self._item.baseline
        return stood_there  # watched only since, or found only since: no news of this edit

    def _tell(self, told: Told, *, old: bool) -> int:
        placed = place(self._session, told, self._story, self._batch.at, self._teller)
        event = placed.event
        assert event.id is not None
        telling = self._tellings.get(event.id)
        repeats_itself = telling is not None and telling.stands
        change = change_of(
            placed,
            told,
            official=self._revision.official,
            live=not old and not repeats_itself,
            now=self._batch.at,
        )
        self._session.add(event)
        if telling is not None and telling.corrected and change is ReportChange.REPEATED:
            change = ReportChange.AMENDED  # it was taken back, and is told again
        if not repeats_itself or change is not ReportChange.REPEATED:
            self._write(event.id, change, old, told)
        self._note(event.id, stands=True, baseline=old)
        return event.id

    def _note(self, event_id: int, *, stands: bool, corrected: bool = False, baseline: bool = True) -> None:
        assert self._item.id is not None
        telling = self._tellings.get(event_id)
        if telling is None:
            telling = TellingRow(item_id=self._item.id, event_id=event_id, stands=stands, baseline=baseline)
            self._tellings[event_id] = telling
        telling.stands, telling.corrected = stands, corrected
        telling.baseline = telling.baseline and baseline
        self._session.add(telling)

    def _take_back(self, prior: Sequence[Told], told: Sequence[Told], standing: set[int]) -> None:
        """Correct the events that the former wording told and this one does not.

        Not where the entry only moved on (another stage, or from a mention to an action), nor where somebody
        else still tells it.
        """
        for one in prior:
            event = find(self._session, one, self._story, self._batch.at, self._teller)
            if event is None or event.id is None or event.id in standing:
                continue
            telling = self._tellings.get(event.id)
            if telling is None or not telling.stands:
                continue
            moved_on = any(
                now.entry_id == event.entry_id and event.action in ("", now.identity[1]) for now in told
            )
            corrected = not moved_on and not self._stands_elsewhere(event.id)
            self._note(event.id, stands=False, corrected=corrected)
            if corrected:
                self._write(event.id, ReportChange.CORRECTED, telling.baseline, None)

    def _stands_elsewhere(self, event_id: int) -> bool:
        statement = select(TellingRow.item_id).where(
            TellingRow.event_id == event_id,
            TellingRow.item_id != self._item.id,
            col(TellingRow.stands).is_(True),
        )
        return self._session.exec(statement).first() is not None

    def _write(self, event_id: int, change: ReportChange, baseline: bool, told: Told | None) -> None:
        assert self._revision.id is not None
        assert self._finding.id is not None
        there = self._session.exec(
            select(ReportRow.id).where(
                ReportRow.event_id == event_id,
                ReportRow.revision_id == self._revision.id,
                ReportRow.change == change.value,
            )
        ).first()
        if there is not None:  # the publisher swings between two wordings: once told is enough
            return
        self._session.add(
            ReportRow(
                event_id=event_id,
                revision_id=self._revision.id,
                finding_id=self._finding.id,
                story_id=self._story,
                change=change.value,
                baseline=baseline,
                first_seen_at=self._batch.at,
                match=match_to_json(told.match) if told and told.match else None,
                action=action_to_json(told.action) if told and told.action else None,
            )
        )
        self._session.flush()
        self._written += 1

    @property
    def _story(self) -> int:
        assert self._revision.story_id is not None
        return self._revision.story_id
