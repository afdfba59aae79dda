"""What the package costs, beside what other libraries of Python take for the same.

    build/venv/bin/python python/benchmarks/bench.py [--home DIR] [--symbols 3000] [--sessions 250]

Without --home it simulates a market and imports it with the program (OFFEX_BIN, or build/*/offex).
Every number is the best of several runs; rows are counted before they are timed. `--json FILE` also
writes the numbers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 5
IMPORTS = 15
ROOT = Path(__file__).resolve().parents[2]


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """Returns the seconds of the quickest run; the first one warms up and does not count."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def import_seconds(module: str) -> list[float]:
    """Returns the time of an import in fresh processes, sorted, without that of starting Python."""
    code = (
        "import time; start = time.perf_counter(); "
        f"import {module}; print(time.perf_counter() - start)"
    )
    command = [sys.executable, "-c", code]
    runs = [float(subprocess.check_output(command, text=True)) for _ in range(IMPORTS)]
    return sorted(runs)


def program() -> Path:
    """Returns the program that simulates and imports."""
    if named := os.environ.get("OFFEX_BIN"):
        return Path(named)
    built = [path for path in ROOT.glob("build/*/offex") if path.is_file()]
    if not built:
        raise SystemExit("bench: no program; set OFFEX_BIN, or run make")
    return max(built, key=lambda path: path.stat().st_mtime)


def simulated(folder: Path, symbols: int, sessions: int) -> Path:
    """Makes a store of daily files and returns its home."""
    offex = str(program())
    files, home = folder / "files", folder / "home"
    size = ["--symbols", str(symbols), "--days", str(sessions), "--daily-only"]
    subprocess.run([offex, "-q", "simulate", "--out", str(files), *size], check=True)
    subprocess.run([offex, "-q", "--home", str(home), "import", str(files)], check=True)
    subprocess.run([offex, "-q", "--home", str(home), "build"], check=True)
    return home


class Bench:
    """Collects numbers and prints each as it comes."""

    def __init__(self) -> None:
        """Starts without a number."""
        self.numbers: dict[str, float] = {}

    def tell(self, name: str, value: float, unit: str) -> None:
        """Prints and keeps a number."""
        self.numbers[f"{name} [{unit}]"] = value
        print(f"{name:<58} {value:>14,.1f} {unit}", flush=True)

    def rate(self, name: str, rows: int, work: Callable[[], object]) -> None:
        """Times work that is about some rows."""
        self.tell(name, rows / best(work) / 1e6, "million rows/s")


def bench_imports(bench: Bench, _home: Path) -> None:
    """Imports of the package, and of what one of the others takes."""
    for module in ("offex", "numpy", "duckdb", "polars", "pandas"):
        seconds = import_seconds(module)
        bench.tell(f"import {module}, median", 1e3 * seconds[len(seconds) // 2], "ms")
        if module == "offex":
            bench.tell("import offex, worst", 1e3 * seconds[-1], "ms")


def bench_reads(bench: Bench, home: Path) -> None:
    """Reads of the same rows by the package and by others."""
    import duckdb
    import offex
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    store = offex.open(home)
    facts = store.short_volume()
    rows = len(facts)
    print(f"\n{rows:,} rows of daily short-sale volume, {facts.num_columns} columns")
    bench.rate("offex: short_volume", rows, store.short_volume)
    bench.rate("offex: to pyarrow, of a table", rows, facts.to_pyarrow)
    bench.rate("offex: to polars, of a table", rows, facts.to_polars)
    bench.rate("offex: to pandas, of a table", rows, facts.to_pandas)
    bench.rate("offex: to csv, of a table", rows, lambda: facts.to_text("csv"))

    snapshot = home / "snapshot" / "offex.duckdb"
    query = "SELECT * FROM finra_short_consolidated ORDER BY trade_date, symbol"
    with duckdb.connect(str(snapshot), read_only=True) as connection:

        def by_duckdb() -> pa.Table:
            return connection.sql(query).to_arrow_table()

        assert by_duckdb().num_rows == rows
        bench.rate("duckdb: the same view, to arrow", rows, by_duckdb)
        bench.rate("duckdb: the same view, to pandas", rows, lambda: connection.sql(query).df())

    with tempfile.TemporaryDirectory() as folder:
        csv, parquet = Path(folder) / "a.csv", Path(folder) / "a.parquet"
        facts.write(csv)
        facts.write(parquet)
        bench.rate("pandas: read_csv of it", rows, lambda: pd.read_csv(csv))
        bench.rate("pandas: read_parquet of it", rows, lambda: pd.read_parquet(parquet))
        bench.rate("polars: read_parquet of it", rows, lambda: pl.read_parquet(parquet))

    metrics = "SELECT * FROM daily_metrics_v2"
    built = len(store.sql(metrics))
    print(f"\n{built:,} rows of daily metrics")
    bench.rate("offex: stored metrics, by sql", built, lambda: store.sql(metrics))
    bench.rate(
        "offex: metrics computed from the facts",
        built,
        lambda: store.daily_metrics(days=None),
    )
    bench.tell("offex: features of a day, all symbols", 1e3 * best(store.features), "ms")


def bench_kernels(bench: Bench, _home: Path) -> None:
    """Kernels beside pandas on the same panel."""
    import numpy as np
    import offex
    import pandas as pd

    random = np.random.default_rng(1)
    panel = random.normal(size=(250, 4000))
    frame = pd.DataFrame(panel)
    past = frame.shift(1).rolling(20, min_periods=15)

    def by_pandas() -> pd.DataFrame:
        return (frame - past.mean()) / past.std(ddof=0)

    np.testing.assert_allclose(offex.rolling_zscore(panel), by_pandas(), atol=1e-8)
    print(f"\n{panel.shape[0]} sessions x {panel.shape[1]} symbols")
    bench.rate("offex: rolling_zscore", panel.size, lambda: offex.rolling_zscore(panel))
    bench.rate("pandas: the same z-score", panel.size, by_pandas)
    bench.rate("offex: robust_zscore", panel.size, lambda: offex.robust_zscore(panel))
    total = np.exp(random.normal(11, 0.5, panel.shape))
    short = total * random.beta(40, 50, panel.shape)
    bench.rate("offex: scan_panel", panel.size, lambda: offex.scan_panel(short, total))
    price = 100_000_000_000 + random.integers(-50, 50, 4_000_000).cumsum() * 10
    bench.rate(
        "offex: classify_trades, lee_ready",
        price.size,
        lambda: offex.classify_trades(price, price - 10, price + 20),
    )


SECTIONS: tuple[Callable[[Bench, Path], None], ...] = (bench_imports, bench_reads, bench_kernels)
"""What is timed, in order; each section gets the home of a store."""


def main() -> None:
    """Runs all benchmarks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="a store; without it one is simulated")
    parser.add_argument("--symbols", type=int, default=3000)
    parser.add_argument("--sessions", type=int, default=250)
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    arguments = parser.parse_args()

    bench = Bench()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors\n")
    with tempfile.TemporaryDirectory() as folder:
        home = arguments.home
        if home is None:
            home = simulated(Path(folder), arguments.symbols, arguments.sessions)
        for section in SECTIONS:
            section(bench, home)
    if arguments.json:
        arguments.json.write_text(json.dumps(bench.numbers, indent=2) + "\n")


if __name__ == "__main__":
    main()
