"""Indexes by which a mail finds what its reader was told of a case, and an alert its readers."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_alerts_case_id", "alerts", ["case_id"])
    op.create_index("ix_delivery_items_alert_id", "delivery_items", ["alert_id"])
