"""What was decided, by whom: rows that the database itself lets nobody change or delete."""

import sqlalchemy as sa
from alembic import op

revision = "main_audits"
down_revision = "main_lineage"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SQLITE = """
CREATE TRIGGER audits_{word}_refused BEFORE {word} ON audits
BEGIN SELECT RAISE(ABORT, 'audits are append-only'); END
"""
_POSTGRESQL = """
CREATE FUNCTION refuse_change_of_audits() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audits are append-only'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "key", name="audits_unique_key"),
    )
    op.create_index("audits_by_team_id_enterprise_id_created_at", "audits", ["team_id", "enterprise_id", "created_at"])
    if op.get_bind().dialect.name == "sqlite":
        for word in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(word=word))
        return
    op.execute(_POSTGRESQL)
    op.execute(
        "CREATE TRIGGER audits_change_refused BEFORE UPDATE OR DELETE ON audits "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audits()"
    )


def downgrade() -> None:
    op.drop_table("audits")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audits()")
