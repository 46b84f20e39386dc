"""What a document is compared by when stories are formed, kept so that it is worked out once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("finding_id", sa.Integer(), sa.ForeignKey("findings.id"), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_reports_story_id", "reports", ["story_id"])
