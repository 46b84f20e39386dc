"""Indices for what is asked every few seconds: who waits for a mail, and what went out in the last minute."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(
        "ix_delivery_items_state_delivery_reader", "delivery_items", ["state", "delivery", "reader"]
    )
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"])
