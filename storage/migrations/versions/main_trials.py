"""Prompts that were tried on datasets before anybody trains on them."""

import sqlalchemy as sa
from alembic import op

revision = "main_trials"
down_revision = "main_audits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trials",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
        sa.ForeignKeyConstraint(
            ["team_id", "enterprise_id", "dataset_id"],
            ["datasets.team_id", "datasets.enterprise_id", "datasets.id"],
            ondelete="CASCADE",
        ),
    )
    op.create_index("trials_by_team_id_enterprise_id_dataset_id", "trials", ["team_id", "enterprise_id", "dataset_id"])


def downgrade() -> None:
    op.drop_table("trials")
