"""What the tests of the flows and notebooks share: simulated upstreams, a Prefect server, a table.

A test file imports the fixtures that it needs. Servers start once a test run.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
if str(ROOT) not in sys.path:  # plain `pytest` does not take in the folder that it is called from
    sys.path.insert(0, str(ROOT))

DAY = "2026-04-17"
"""Newest session of the simulated market."""
PUBLISHED_DAY = "2026-03-17"
"""A session whose week is published."""

T = TypeVar("T")
_SHARED = pytest.StashKey[dict[str, Any]]()


def shared(request: pytest.FixtureRequest, name: str, start: Callable[[], Iterator[T]]) -> T:
    """Returns what `start` yields: started once a test run, ended at its end."""
    values = request.config.stash.setdefault(_SHARED, {})
    if name not in values:
        manager = contextlib.contextmanager(start)()
        values[name] = manager.__enter__()
        request.config.add_cleanup(lambda: manager.__exit__(None, None, None))
    return values[name]


def program() -> Path:
    """Returns the program `offex`: OFFEX_BIN, else the newest one that was built here."""
    if given := os.environ.get("OFFEX_BIN"):
        return Path(given)
    built = [path for path in ROOT.glob("build/*/offex") if path.is_file()]
    if not built:
        pytest.skip("no program `offex`: set OFFEX_BIN or build one")
    return max(built, key=lambda path: path.stat().st_mtime)


@dataclass
class Market:
    """A simulated market that is served by a process."""

    variables: dict[str, str]

    @property
    def address(self) -> str:
        """Where the server is, without a slash at the end."""
        return self.variables["OFFEX_UPSTREAM"]

    def control(self, **orders: Any) -> None:
        """Sends orders to the server: faults, now, correction."""
        request = urllib.request.Request(f"{self.address}/control", json.dumps(orders).encode())
        urllib.request.urlopen(request, timeout=10).read()

    def calm(self) -> None:
        """Ends all faults."""
        self.control(faults={"rate": 0})

    def served(self) -> list[Any]:
        """Returns what was answered since the last call."""
        address = f"{self.address}/control/served"
        answers = json.load(urllib.request.urlopen(address, timeout=10))
        forget = urllib.request.Request(address, method="DELETE")
        urllib.request.urlopen(forget, timeout=10).read()
        return answers


def start_market(*options: str) -> Iterator[Market]:
    """Serves a market until the iterator goes on."""
    process = subprocess.Popen(
        [program(), "simulate", "--serve", "0", "--symbols", "60", "--days", "40", "--seed", "3"]
        + list(options),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None and process.stdout is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("serving until"):
                break
        else:
            raise RuntimeError("the simulated market did not start: " + "".join(said))
        variables = {}
        while "SUPABASE_SERVICE_ROLE_KEY" not in variables:
            name, _, value = process.stdout.readline().strip().partition("=")
            variables[name] = value
        yield Market(variables)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away all variables that a flow, the package or the program listens to."""
    for name in list(os.environ):
        if re.match(
            r"(OFFEX_(?!BIN|TEST|SHARED)|FINRA_|POLYGON_|SUPABASE_|NEXT_PUBLIC_|DATABASE_URL"
            r"|TARGET_DATE|FETCH_MODE|BACKFILL_COUNT|TICKERS)",
            name,
        ):
            monkeypatch.delenv(name)


def use_market(market: Market, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Points the variables to the market and to an empty store. No target: see `use_supabase`."""
    forget_settings(monkeypatch)
    market.calm()
    for name, value in market.variables.items():
        if not name.startswith("SUPABASE_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("OFFEX_HOME", str(home))
    monkeypatch.setenv("FINRA_HTTP_TIMEOUT", "1")
    monkeypatch.setenv("OFFEX_SYNC_LONGEST_WAIT", "0.05")


@pytest.fixture
def market(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Market:
    """The simulated market; the variables name it and an empty home, and no target."""
    market = shared(request, "market", start_market)
    use_market(market, monkeypatch, tmp_path / "home")
    return market


@pytest.fixture
def prefect_server(request: pytest.FixtureRequest) -> None:
    """A Prefect server of this test run, on the loopback address, with a database of its own."""

    def start() -> Iterator[None]:
        quiet = {
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in quiet.items():
                patch.setenv(name, value)
            from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings
            from prefect.testing.utilities import prefect_test_harness

            with (
                tempfile.TemporaryDirectory() as results,
                prefect_test_harness(server_startup_timeout=120),
                temporary_settings({PREFECT_LOCAL_STORAGE_PATH: Path(results)}),
            ):
                yield

    shared(request, "prefect", start)


class _Sentences(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.getMessage()}")


@pytest.fixture
def sentences(prefect_server: None) -> Iterator[list[str]]:
    """Fills with what the runs log: "INFO Persisted 3 off-exchange feature rows"."""
    handler = _Sentences()
    loggers = [logging.getLogger(name) for name in ("prefect.flow_runs", "prefect.task_runs")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler.lines
    for logger in loggers:
        logger.removeHandler(handler)


class Database:
    """A database of the PostgreSQL that OFFEX_TEST_POSTGRES names."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, query: str) -> list[list[str]]:
        """Returns the rows as texts; null is an empty text."""
        out = subprocess.run(
            ["psql", self.url, "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", query],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return [line.split("\t") for line in out.splitlines()]

    def number(self, query: str) -> int:
        """Returns the one number of the answer."""
        return int(self.ask(query)[0][0])


@pytest.fixture
def database(market: Market, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """An empty database with our tables, as DATABASE_URL."""
    server = os.environ.get("OFFEX_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: run this with tools/with_postgres.sh")
    name = "flow_" + re.sub(r"\W", "_", tmp_path.name.lower())[:50]
    Database(server).ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    Database(server).ask(f'CREATE DATABASE "{name}"')
    url = server.rsplit("/", 1)[0] + "/" + name
    database = Database(url)
    for step in sorted((ROOT / "migrations").glob("*.sql")):
        subprocess.run(
            ["psql", url, "-Xq", "-v", "ON_ERROR_STOP=1", "-f", step],
            check=True,
            capture_output=True,
        )
    monkeypatch.setenv("DATABASE_URL", url)
    yield database
    Database(server).ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def said(sentences: list[str], pattern: str) -> bool:
    """Says whether a line of the log matches the regular expression."""
    return any(re.search(pattern, line) for line in sentences)
