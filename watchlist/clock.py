"""The one place that reads the wall clock; everything else takes ``now`` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return datetime.now(UTC)  # noqa: TID251 (this is the one permitted place)
