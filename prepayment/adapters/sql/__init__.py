"""Orders, conversations and the outbox in SQLite (WAL) or PostgreSQL, through SQLAlchemy Core."""
