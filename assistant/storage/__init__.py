"""Storage: tables, migrations and repositories over SQLite or PostgreSQL."""
