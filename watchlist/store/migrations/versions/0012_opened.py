"""When a digest was begun by the clock that says when a mail was given up: no such mail falls between two digests."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("digests", sa.Column("opened_at", sa.DateTime(timezone=True)))
