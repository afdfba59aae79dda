"""What the tests of the Python package share: a simulated market, a server, a database."""

from __future__ import annotations

import itertools
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PLACES = ("build/dev/offex", "build/lead/offex", "build/release/offex")
_SYMBOLS = 120
_SESSIONS = 60


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps settings of the developer's own store and databases away from tests."""
    for name in list(os.environ):
        ours = name.startswith(("OFFEX_", "FINRA_", "POLYGON_", "SUPABASE_", "NEXT_PUBLIC_"))
        kept = name == "OFFEX_BIN" or name.startswith("OFFEX_TEST_")
        if (ours and not kept) or name == "DATABASE_URL":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def offex_bin() -> Path:
    """The program: OFFEX_BIN, else the newest that was built."""
    named = os.environ.get("OFFEX_BIN")
    if named:
        return Path(named).resolve()
    built = [ROOT / place for place in _PLACES if (ROOT / place).is_file()]
    if not built:
        pytest.skip("the program is not built: build/dev/offex, or set OFFEX_BIN")
    return max(built, key=lambda path: path.stat().st_mtime)


def run(offex_bin: Path, *arguments: str | Path) -> bytes:
    """Runs the program and returns what it wrote to standard output."""
    command = [str(offex_bin), *(str(argument) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr.decode()}"
    return done.stdout


@pytest.fixture(scope="session")
def market_files(offex_bin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of simulated published files."""
    folder = tmp_path_factory.mktemp("market") / "files"
    run(offex_bin, "simulate", "--out", folder, "--symbols", str(_SYMBOLS), "--days",
        str(_SESSIONS), "--tape-days", "0", "-q")  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def market_home(offex_bin: Path, market_files: Path) -> Path:
    """A store of 120 symbols x 60 sessions with weekly data, built. Tests only read it."""
    home = market_files.parent / "home"
    run(offex_bin, "--home", home, "-q", "import", market_files)
    run(offex_bin, "--home", home, "-q", "build")
    return home


@pytest.fixture
def store(market_home: Path):
    """The simulated market, opened."""
    import offex

    return offex.open(market_home)


@pytest.fixture
def served(offex_bin: Path) -> Iterator[dict[str, str]]:
    """The variables of a server that lays a small simulated market out as the upstreams do."""
    server = subprocess.Popen(
        [str(offex_bin), "simulate", "--serve", "0", "--symbols", "20", "--days", "32", "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield _variables(server)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _variables(server: subprocess.Popen[bytes]) -> dict[str, str]:
    """Reads the NAME=VALUE lines that the server prints once it is ready, all in one go."""
    assert server.stdout is not None
    text = b""
    patience = 60.0
    while select.select([server.stdout], [], [], patience)[0]:
        part = os.read(server.stdout.fileno(), 65536)
        assert part, f"the server ended with {server.wait()}"
        text += part
        patience = 0.2
    assert text, "the server did not start"
    return dict(line.split("=", 1) for line in text.decode().splitlines() if "=" in line)


_databases = itertools.count(1)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A fresh database of the PostgreSQL server at OFFEX_TEST_POSTGRES (tools/with_postgres.sh)."""
    server = os.environ.get("OFFEX_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: run below tools/with_postgres.sh")
    psycopg = pytest.importorskip("psycopg")
    name = f"offex_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def in_fresh_process(code: str, **environment: str) -> str:
    """Runs Python code in a process of its own and returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
