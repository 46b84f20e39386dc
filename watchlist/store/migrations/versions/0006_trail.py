"""An append-only trail: what pages came, documents emptied by retention, and triggers that refuse changes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

APPEND_ONLY = ("audit", "decisions", "fetches")


def upgrade() -> None:
    op.add_column("fetches", sa.Column("pages", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("revisions", sa.Column("pruned_at", sa.DateTime(timezone=True)))
    op.create_index("ix_revisions_first_seen_at", "revisions", ["first_seen_at"])
    op.create_table("pruning", sa.Column("id", sa.Integer(), primary_key=True))
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _on_sqlite() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_loses_none BEFORE DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM pruning)"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _on_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM pruning) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
