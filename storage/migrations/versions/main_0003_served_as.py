"""The name under which a model was deployed, for hosts where it doesn't answer by its id."""

import sqlalchemy as sa
from alembic import op

revision = "main_0003"
down_revision = "main_preferences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("models", sa.Column("served_as", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("models", "served_as")
