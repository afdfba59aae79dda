"""Rows per second into PostgreSQL: `Store.push` beside a bare COPY and beside pandas' `to_sql`.

    tools/with_postgres.sh build/venv/bin/python python/benchmarks/push.py [--symbols 11000] [--days 10]

Everything is measured in one run on one server, on the features of a simulated market. COPY fills an empty table without an
index and checks nothing: it is what the server can take. `to_sql` appends to such a table, which is no upsert either. The
push upserts by key, writes provenance and its events, and counts the rows back; the second push finds all rows there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas
import psycopg
import sqlalchemy

import offex

COLUMNS = ["symbol", "trade_date", "short_vol_share", "short_exempt_share", "ats_share_of_total"]
PLAIN = """
CREATE TABLE {} (symbol text, trade_date date, short_vol_share double precision,
  short_exempt_share double precision, ats_share_of_total double precision)
"""


def say(name: str, rows: int, seconds: float, reference: float | None = None) -> float:
    """Prints one line and returns the rows per second."""
    rate = rows / seconds
    ratio = "" if reference is None else f"   {rate / reference:6.2f} x COPY"
    print(f"{name:<34} {rows:>9,} rows {seconds:>8.2f} s {rate:>12,.0f} rows/s{ratio}")
    return rate


def make_home(program: str, folder: Path, symbols: int, days: int) -> Path:
    home = folder / "home"
    market = folder / "market"
    size = ["--symbols", str(symbols), "--days", str(days), "--tape-days", "0"]
    base = [program, "--home", str(home), "-q"]
    subprocess.run([*base, "simulate", "--out", str(market), *size], check=True)
    subprocess.run([*base, "import", str(market)], check=True)
    return home


def features_of(store: offex.Store) -> pandas.DataFrame:
    days = store.sql("SELECT DISTINCT trade_date FROM finra_short_daily ORDER BY 1").to_pylist()
    frames = [store.features(row["trade_date"]).to_pandas()[COLUMNS] for row in days]
    return pandas.concat(frames, ignore_index=True)


def bare_copy(url: str, frame: pandas.DataFrame) -> float:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(PLAIN.format("bare_copy"))
        rows = list(frame.astype(object).where(frame.notna(), None).itertuples(index=False))
        start = time.perf_counter()
        with cursor.copy(f"COPY bare_copy ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["text", "date", "float8", "float8", "float8"])
            for row in rows:
                copy.write_row(row)
        connection.commit()
        return time.perf_counter() - start


def to_sql(url: str, frame: pandas.DataFrame) -> float:
    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(PLAIN.format("to_sql")))
    start = time.perf_counter()
    frame.to_sql("to_sql", engine, if_exists="append", index=False, method="multi", chunksize=1000)
    seconds = time.perf_counter() - start
    engine.dispose()
    return seconds


def push(store: offex.Store, url: str, first: str, last: str, events: bool) -> tuple[int, float]:
    start = time.perf_counter()
    report = store.push(url, start=first, end=last, events=events)
    seconds = time.perf_counter() - start
    assert report is not None
    return sum(delivery.rows for delivery in report.deliveries), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--symbols", type=int, default=11_000)
    parser.add_argument("--days", type=int, default=10)
    arguments = parser.parse_args()
    url = os.environ.get("OFFEX_TEST_POSTGRES")
    if url is None:
        sys.exit("run me by tools/with_postgres.sh")
    program = os.environ.get("OFFEX_BIN", "build/release/offex")
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(program, Path(folder), arguments.symbols, arguments.days)
        store = offex.open(home)
        start = time.perf_counter()
        frame = features_of(store)
        say("features to pandas", len(frame), time.perf_counter() - start)
        reference = say("COPY (psycopg, binary)", len(frame), bare_copy(url, frame))
        say("to_sql (pandas, multi)", len(frame), to_sql(url, frame), reference)
        first, last = str(frame["trade_date"].min())[:10], str(frame["trade_date"].max())[:10]
        store.push(url, start=last, end=last, symbols=["SIMX"], migrate=True)
        for name, events in (
            ("push, features alone", False),
            ("push, again", False),
            ("push, events too", True),
        ):
            rows, seconds = push(store, url, first, last, events)
            say(name, rows, seconds, reference)
        with psycopg.connect(url) as connection:
            start = time.perf_counter()
            rows = connection.execute("SELECT * FROM daily_features").fetchall()
            say("read back (psycopg)", len(rows), time.perf_counter() - start)


if __name__ == "__main__":
    main()
