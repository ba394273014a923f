"""How the tables came to be, step by step: Alembic's migrations, run when a database is opened."""
