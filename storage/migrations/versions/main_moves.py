"""Models that move to another base or provider, and what the old ones were asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "main_moves"
down_revision = "main_trials"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("base_model", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("state_since", _INSTANT, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("n_epochs", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("validation_version_id", sa.Text(), nullable=False),
        sa.Column("prompts_version_id", sa.Text(), nullable=False),
        sa.Column("budget", _MONEY, nullable=True),
        sa.Column("budget_unit", sa.Text(), nullable=False),
        sa.Column("terms_accepted_by", sa.Text(), nullable=False),
        sa.Column("terms_accepted_at", _INSTANT, nullable=True),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error_parameters", sa.JSON(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
    )
    op.create_index("moves_by_state", "moves", ["state"])
    op.create_table(
        "move_samples",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("move_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cost", _MONEY, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "move_id", "number"),
        sa.ForeignKeyConstraint(
            ["team_id", "enterprise_id", "move_id"],
            ["moves.team_id", "moves.enterprise_id", "moves.id"],
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("move_samples")
    op.drop_table("moves")
