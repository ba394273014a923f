"""What Alembic runs for each migration command: our open connection, inside its own transaction."""

from alembic import context

from storage.tables import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
