"""Rows in another database are the program's and the package's, each once, whatever happens."""

import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

import offex

DAY = "2026-04-17"
FEATURES = ("short_vol_share", "short_exempt_share", "ats_share_of_total")


NOW = "2026-04-18T16:00:00Z"


@pytest.fixture(autouse=True)
def same_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package's clock is the program's: weeks that come out later are not known yet."""
    monkeypatch.setenv("OFFEX_NOW", NOW)


class Program:
    """The program `offex` on one store."""

    def __init__(self, binary: Path, home: Path) -> None:
        self.binary = binary
        self.home = home
        self.variables = {"OFFEX_NOW": NOW, "PATH": os.environ["PATH"]}
        self.variables["HOME"] = str(home)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.binary, "--home", self.home, *arguments],
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(
            arguments, process.returncode, out.decode(), err.decode()
        )

    def must(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def make_store(binary: Path, folder: Path, symbols: int, days: int) -> Program:
    program = Program(binary, folder / "home")
    program.must(
        "simulate", "--out", str(folder / "market"), "--symbols", str(symbols), "--days", str(days),
        "--tape-days", "0", "--seed", "11", "-q",
    )  # fmt: skip
    program.must("import", str(folder / "market"), "-q")
    return program


@pytest.fixture(scope="module")
def large(offex_bin: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """More than 12,000 symbols, in the files of one session."""
    return make_store(offex_bin, tmp_path_factory.mktemp("large"), symbols=12_450, days=6)


@pytest.fixture(scope="module")
def small(offex_bin: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = make_store(offex_bin, tmp_path_factory.mktemp("small"), symbols=90, days=40)
    program.must("build", "-q")
    return program


@pytest.fixture
def rest(offex_bin: Path, tmp_path: Path):
    """Addresses of servers with PostgREST, started on wish: `rest(*flags)` gives the variables."""
    servers = []

    def start(*flags: str) -> dict[str, str]:
        program = Program(offex_bin, tmp_path / "server")
        process = program.start("simulate", "--serve", "0", "--symbols", "2", "--days", "6", *flags)
        servers.append(process)
        variables = {}
        for line in process.stdout:
            name, _, value = line.decode().strip().partition("=")
            variables[name] = value
            if name == "SUPABASE_SERVICE_ROLE_KEY":
                break
        return {name: variables[name] for name in variables if name.startswith("SUPABASE_")}

    yield start
    for process in servers:
        process.terminate()
        process.wait(timeout=30)


def stored(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT symbol, short_vol_share, short_exempt_share, ats_share_of_total, "
            "provenance->>'hash_sha256' FROM daily_features ORDER BY symbol, trade_date"
        ).fetchall()


def count(url: str, table: str = "daily_features") -> int:
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_features_of_a_whole_market_are_the_same_bytes_everywhere(large, postgres_url):
    lines = large.must("features", "--date", DAY, "-f", "jsonl", "-q").splitlines()
    assert len(lines) > 11_000
    large.must("push", postgres_url, "--migrate", "--date", DAY)
    table = offex.open(large.home).features(DAY)
    assert table.to_text("jsonl").decode().splitlines() == lines
    python = table.to_pylist()
    database = stored(postgres_url)
    assert len(python) == len(database) == len(lines)
    for line, ours, theirs in zip(lines, python, database, strict=True):
        program = json.loads(line, parse_int=float)
        assert program["symbol"] == ours["symbol"] == theirs[0]
        for at, name in enumerate(FEATURES, start=1):
            # Bit for bit: the text with the fewest digits tells two doubles apart.
            assert repr(program[name]) == repr(ours[name]) == repr(theirs[at])


def test_the_hash_is_that_of_the_canonical_row(small, postgres_url):
    lines = small.must("features", "--date", DAY, "-f", "jsonl", "-q").splitlines()
    small.must("push", postgres_url, "--migrate", "--date", DAY)
    for line, row in zip(lines, stored(postgres_url), strict=True):
        canonical = line[: line.index(',"short_source"')] + "}"
        assert hashlib.sha256(canonical.encode()).hexdigest() == row[4]


def test_twelve_thousand_rows_come_back_from_a_server_that_gives_a_thousand(large, rest):
    large.variables |= rest()
    try:
        out = large.must("push", "--date", DAY, "-f", "jsonl", "-q")
        features = json.loads(out.splitlines()[0])
        assert features["rows"] >= 12_000
        assert features["counted"] == features["inserted"] == features["rows"]
        found = json.loads(
            large.must("push", "--date", DAY, "--discover", "-f", "jsonl", "-q").splitlines()[0]
        )
        assert found["rows"] == found["unchanged"] == features["rows"]
    finally:
        for name in [name for name in large.variables if name.startswith("SUPABASE_")]:
            del large.variables[name]


@pytest.mark.parametrize("statement", ["COPY", "WITH moved"])
def test_a_push_that_is_killed_and_repeated_leaves_each_row_once(large, postgres_url, statement):
    large.must("push", postgres_url, "--migrate", "--date", DAY, "--symbols", "SIMX")
    process = large.start("push", postgres_url, "--from", "2026-04-15")
    with psycopg.connect(postgres_url, autocommit=True) as watcher:
        deadline = time.monotonic() + 60
        busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
        while watcher.execute(busy, [statement + "%"]).fetchone()[0] == 0:
            assert time.monotonic() < deadline and process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert count(postgres_url) == 1, "a killed transaction must leave nothing"
    large.must("push", postgres_url, "--from", "2026-04-15")
    with psycopg.connect(postgres_url) as connection:
        total, keys, days = connection.execute(
            "SELECT count(*), count(DISTINCT (symbol, trade_date, feature_version)), "
            "count(DISTINCT trade_date) FROM daily_features"
        ).fetchone()
    assert total == keys > 30_000
    assert days == 3


def test_a_killed_push_over_rest_is_completed_by_the_next(large, rest, postgres_url):
    large.must("push", postgres_url, "--migrate", "--date", DAY, "--symbols", "SIMX")
    variables = rest("--postgres", postgres_url)
    large.variables |= variables
    try:
        process = large.start("push", "--date", DAY)
        deadline = time.monotonic() + 60
        while count(postgres_url) < 2_000 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        part = count(postgres_url)
        assert part >= 2_000
        out = large.must("push", "--date", DAY, "-f", "jsonl", "-q")
        delivery = json.loads(out.splitlines()[0])
        assert delivery["counted"] == delivery["rows"] == count(postgres_url)
        with psycopg.connect(postgres_url) as connection:
            keys = "count(DISTINCT (symbol, trade_date, feature_version))"
            found = connection.execute(f"SELECT {keys} FROM daily_features").fetchone()[0]
        assert found == delivery["rows"]
    finally:
        for name in variables:
            del large.variables[name]


def test_both_ways_write_the_same_rows(small, rest, postgres_url):
    small.must("push", postgres_url, "--migrate", "--table", "all", "--from", "2026-04-13")
    before = stored(postgres_url)
    small.variables |= rest("--postgres", postgres_url)
    try:
        lines = small.must("push", "--from", "2026-04-13", "-f", "jsonl", "-q").splitlines()
        for delivery in map(json.loads, lines):
            assert delivery["unchanged"] == delivery["rows"] > 0, delivery
    finally:
        for name in [name for name in small.variables if name.startswith("SUPABASE_")]:
            del small.variables[name]
    assert stored(postgres_url) == before


def test_all_tables_hold_the_rows_of_the_program(small, postgres_url):
    small.must("push", postgres_url, "--migrate", "--table", "all", "--from", "2026-04-13", "-q")
    asked = {
        "daily_metrics": "symbol, trade_date, short_ratio, offex_share, short_volume",
        "scan_hit": "symbol, trade_date, rank, z_r, q_o",
        "macro_daily": "group_kind, group_name, trade_date, breadth, names",
    }
    views = {"daily_metrics": "daily_metrics_v2", "macro_daily": "macro_daily_rv1"}
    for table, columns in asked.items():
        query = "SELECT {} FROM {} WHERE trade_date >= '2026-04-13' ORDER BY 1, 2, 3"
        ours = offex.open(small.home).sql(query.format(columns, views.get(table, table)))
        with psycopg.connect(postgres_url) as connection:
            theirs = connection.execute(query.format(columns, table)).fetchall()
        expected = [tuple(row.values()) for row in ours.to_pylist(exact=True)]
        assert len(expected) > 0
        assert theirs == expected, table


def test_both_doors_take_the_label_of_the_user(small, monkeypatch):
    monkeypatch.setenv("OFFEX_FEATURE_VERSION", "mine-7")
    monkeypatch.setitem(small.variables, "OFFEX_FEATURE_VERSION", "mine-7")
    text = small.must("features", "--date", DAY, "-f", "csv", "-q")
    assert ",mine-7," in text
    assert offex.open(small.home).features(DAY).to_text("csv").decode() == text


def test_features_come_back_without_credentials(small):
    done = small.run("features", "--date", DAY, "--persist", "-f", "jsonl")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 80
    assert "Supabase credentials missing" in done.stderr


def test_a_push_without_credentials_is_refused(small):
    done = small.run("push")
    assert done.returncode == 8
    assert "SUPABASE_SERVICE_ROLE_KEY" in done.stderr


def test_features_persist_and_come_back(small, postgres_url):
    small.must("push", postgres_url, "--migrate", "--date", DAY, "--symbols", "SIMX", "-q")
    done = small.run("features", "--date", DAY, "--persist", postgres_url, "-f", "jsonl")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == count(postgres_url)
    assert "counted back" in done.stderr
    assert postgres_url.split(":")[2].split("@")[0] not in done.stderr


def test_what_somebody_changed_there_is_mended_without_another_event(small, postgres_url):
    small.must("push", postgres_url, "--migrate", "--date", DAY, "-q")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE daily_features SET short_vol_share = 0.5 WHERE symbol = 'SIMX'")
    lines = small.must("push", postgres_url, "--date", DAY, "-f", "jsonl", "-q").splitlines()
    features, events = map(json.loads, lines)
    assert features["updated"] == 1
    assert events["inserted"] == 0


def test_a_correction_changes_its_rows_and_adds_their_events(offex_bin, postgres_url, tmp_path):
    program = make_store(offex_bin, tmp_path, symbols=20, days=6)
    program.must("push", postgres_url, "--migrate", "--date", DAY, "-q")
    before = dict(row[:2] for row in stored(postgres_url))
    published = tmp_path / "market" / "short" / f"CNMSshvol{DAY.replace('-', '')}.txt"
    lines = published.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if "|SIMX|" in line)
    cells = lines[at].split("|")
    cells[2] = str(int(float(cells[2])) - 1)  # the short volume
    lines[at] = "|".join(cells)
    corrected = tmp_path / "corrected" / published.name
    corrected.parent.mkdir()
    corrected.write_text("\n".join(lines) + "\n")
    program.variables["OFFEX_NOW"] = "2026-04-18T18:00:00Z"
    program.must("import", str(corrected), "-q")
    pushed = program.must("push", postgres_url, "--date", DAY, "-f", "jsonl", "-q").splitlines()
    features, events = map(json.loads, pushed)
    # Every row comes from the new file; only one has another number, and so another hash.
    assert features["updated"] == features["rows"]
    assert events["inserted"] == 2
    after = dict(row[:2] for row in stored(postgres_url))
    assert {name for name in after if after[name] != before[name]} == {"SIMX"}
    with psycopg.connect(postgres_url) as connection:
        observed = connection.execute(
            "SELECT count(*) FROM provenance_events WHERE payload->>'record_id' LIKE '%%SIMX%%'"
        ).fetchone()[0]
    assert observed == 2


def test_the_package_pushes_what_the_program_pushes(small, postgres_url):
    store = offex.open(small.home)
    report = store.push(postgres_url, start=DAY, end=DAY, migrate=True)
    assert report is not None
    lines = small.must("push", postgres_url, "--date", DAY, "-f", "jsonl", "-q").splitlines()
    delivery = json.loads(lines[0])
    assert delivery["unchanged"] == delivery["rows"] == count(postgres_url)
