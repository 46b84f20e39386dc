"""Official lists: which edition is in force, every edition that came, every change between them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Integer()),
        sa.Column("screened_at", MOMENT),
        sa.UniqueConstraint("name", name="uq_lists_name"),
    )
    op.create_table(
        "list_editions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("list_id", sa.Integer(), sa.ForeignKey("lists.id"), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("raw", sa.LargeBinary()),
    )
    op.create_index("ix_list_editions_list_id_fetched_at", "list_editions", ["list_id", "fetched_at"])
    op.create_table(
        "list_changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("list_id", sa.Integer(), sa.ForeignKey("lists.id"), nullable=False),
        sa.Column("edition_id", sa.Integer(), sa.ForeignKey("list_editions.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
    )
    op.create_index("ix_list_changes_list_id_entity_id", "list_changes", ["list_id", "entity_id"])
    op.create_index("ix_list_changes_edition_id", "list_changes", ["edition_id"])
