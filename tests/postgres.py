"""The plugin's PostgreSQL server, with what the tests of engines ask of it besides."""

from __future__ import annotations

from nbjob_clean.testing import postgres


class PostgresServer(postgres.PostgresServer):
    """Its one database is emptied between tests, and its connections can be cut."""

    def empty(self) -> None:
        """Nothing is left of the test before, nor does it hold a lock; sooner than a database."""
        self.kill_others()
        self.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def kill_others(self) -> None:
        """End the server's side of all connections."""
        self.query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def query(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []
