"""What a dismissal keeps away, so that taking it back brings it again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("delivery_items", sa.Column("dismissal_id", sa.Integer()))
    op.create_index("ix_delivery_items_dismissal_id", "delivery_items", ["dismissal_id"])
