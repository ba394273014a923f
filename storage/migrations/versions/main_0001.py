"""The first tables: datasets, jobs, models, conversations, and what waits to be shown in Slack."""

import sqlalchemy as sa
from alembic import op

revision = "main_0001"
down_revision = None
branch_labels = ("main",)
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric().with_variant(sa.Text(), "sqlite")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "key", name="changes_unique_key"),
    )
    op.create_index("changes_by_is_waiting_id", "changes", ["is_waiting", "id"])
    op.create_table(
        "datasets",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("slack_file_id", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "name", name="datasets_unique_name"),
    )
    op.create_index("datasets_by_slack_file_id", "datasets", ["slack_file_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message_ts", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("claimed_at", _INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "key", name="deliveries_unique_key"),
    )
    op.create_index("deliveries_by_state_due_at", "deliveries", ["state", "due_at"])
    op.create_table(
        "jobs",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("provider_job_id", sa.Text(), nullable=False),
        sa.Column("training_file_id", sa.Text(), nullable=False),
        sa.Column("validation_file_id", sa.Text(), nullable=False),
        sa.Column("fine_tuned_model", sa.Text(), nullable=False),
        sa.Column("hyperparameters", sa.JSON(), nullable=False),
        sa.Column("estimated_tokens", sa.BigInteger(), nullable=True),
        sa.Column("estimated_usd", _MONEY, nullable=True),
        sa.Column("trained_tokens", sa.BigInteger(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("status_since", _INSTANT, nullable=True),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.Column("estimated_finish_at", _INSTANT, nullable=True),
        sa.Column("last_heard_at", _INSTANT, nullable=True),
        sa.Column("is_cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("total_steps", sa.Integer(), nullable=True),
        sa.Column("training_loss", sa.Double(), nullable=True),
        sa.Column("validation_loss", sa.Double(), nullable=True),
        sa.Column("comparison", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "name", name="jobs_unique_name"),
    )
    op.create_index("jobs_by_channel_id_thread_ts", "jobs", ["channel_id", "thread_ts"])
    op.create_index("jobs_by_status", "jobs", ["status"])
    op.create_index("jobs_by_team_id_enterprise_id_created_at", "jobs", ["team_id", "enterprise_id", "created_at"])
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("held_until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "models",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("base_model", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=False),
        sa.Column("prompt_separator", sa.Text(), nullable=False),
        sa.Column("completion_stop", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("deleted_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "name", name="models_unique_name"),
    )
    op.create_index("models_by_channel_id_thread_ts", "models", ["channel_id", "thread_ts"])
    op.create_table(
        "people",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "user_id"),
    )
    op.create_table(
        "provider_files",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "account", "sha256"),
    )
    op.create_table(
        "turns",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("message_ts", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_ts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "channel_id", "message_ts", name="turns_unique_channel_id"),
    )
    op.create_index("turns_by_channel_id_thread_ts", "turns", ["channel_id", "thread_ts"])
    op.create_index("turns_by_state", "turns", ["state"])
    op.create_table(
        "dataset_versions",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "enterprise_id", "dataset_id"], ["datasets.team_id", "datasets.enterprise_id", "datasets.id"]
        ),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id", "id"),
        sa.UniqueConstraint(
            "team_id", "enterprise_id", "dataset_id", "number", name="dataset_versions_unique_dataset_id"
        ),
    )
    op.create_index("dataset_versions_by_sha256", "dataset_versions", ["sha256"])
    op.create_table(
        "job_events",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "enterprise_id", "job_id"], ["jobs.team_id", "jobs.enterprise_id", "jobs.id"]
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "enterprise_id", "job_id", "event_id", name="job_events_unique_job_id"),
    )


def downgrade() -> None:
    op.drop_table("job_events")
    op.drop_table("dataset_versions")
    op.drop_table("turns")
    op.drop_table("provider_files")
    op.drop_table("people")
    op.drop_table("models")
    op.drop_table("leases")
    op.drop_table("jobs")
    op.drop_table("deliveries")
    op.drop_table("datasets")
    op.drop_table("changes")
