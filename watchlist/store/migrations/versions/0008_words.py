"""The index of stored wordings by their words."""

import sqlalchemy as sa
from alembic import op

from watchlist.store import words

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE revision_words"
            " USING fts5(running, beside, content='', columnsize=0, tokenize='ascii')"
        )
    else:
        from sqlalchemy.dialects.postgresql import TSVECTOR

        op.create_table(
            "revision_words",
            sa.Column("revision_id", sa.Integer(), sa.ForeignKey("revisions.id"), nullable=False),
            sa.Column("part", sa.Integer(), nullable=False),
            sa.Column("words", TSVECTOR(), nullable=False),
            sa.PrimaryKeyConstraint("revision_id", "part"),
        )
        op.create_index("ix_revision_words_words", "revision_words", ["words"], postgresql_using="gin")
    words.fill(connection)
