"""How each version of a dataset was derived, and the names that people give to versions."""

import sqlalchemy as sa
from alembic import op

revision = "main_lineage"
down_revision = "main_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dataset_versions", sa.Column("lineage", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "dataset_tags",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "dataset_id", "name"),
        sa.ForeignKeyConstraint(
            ["team_id", "enterprise_id", "dataset_id"],
            ["datasets.team_id", "datasets.enterprise_id", "datasets.id"],
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("dataset_tags")
    op.drop_column("dataset_versions", "lineage")
