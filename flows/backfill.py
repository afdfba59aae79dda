"""The flow that computes and persists the features of many days.

python -m flows.backfill 2026-01-02 last --workers 4
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.days import TradeDate, as_date, sessions
from flows.fetch import fetch_missing, newest_session, open_store
from flows.logs import run_logger
from flows.rows import SHARES, candidates, feature_rows, found_rows, persist_rows

TARGET_VARIABLES = (
    "SUPABASE_URL",
    "NEXT_PUBLIC_SUPABASE_URL",
    "DATABASE_URL",
    "SUPABASE_DB_URL_LOCAL",
    "OFFEX_FEATURE_VERSION",
    "SUPABASE_PROVENANCE_TABLE",
)
KEY_VARIABLES = (
    "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_ANON_KEY",
    "NEXT_PUBLIC_SUPABASE_ANON_KEY",
    "NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY",
)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _push_key(_context: TaskRunContext, parameters: dict[str, Any]) -> str | None:
    """Names a push by its rows and by where they go, so that a push that went well is not repeated
    until one of them changes. Nothing is kept where there is nowhere to push to."""
    target = [os.environ.get(name, "") for name in TARGET_VARIABLES]
    keys = [bool(os.environ.get(name)) for name in KEY_VARIABLES]
    if not any(target[:4]):
        return None
    contents = parameters["contents"]
    return _digest(json.dumps(["offex-push", str(parameters["day"]), contents, target, keys]))


@task(name="read day", task_run_name="read {day}", cache_policy=NO_CACHE)
def read_day(day: date, symbols: Sequence[str] | None) -> dict[str, Any]:
    """Returns the candidates of a day, counts of its rows, and a digest of rows and sources."""
    names = candidates.fn(day, symbols)
    found = found_rows(open_store(), day, names)
    rows = feature_rows(found, day, names)
    return {
        "symbols": names,
        "rows": len(rows),
        "filled": sum(any(row[name] is not None for name in SHARES) for row in rows),
        "contents": _digest(json.dumps([found.get(name, name) for name in names], default=str)),
    }


@task(name="push day", task_run_name="push {day}", cache_key_fn=_push_key, persist_result=True)
def push_day(day: date, symbols: Sequence[str], contents: str) -> int | None:
    """Persists the rows of a day; the result is kept under the digest of its `contents`."""
    del contents
    return persist_rows.fn(day, symbols)


@task(name="work on day", task_run_name="work on {day}", cache_policy=NO_CACHE)
def work_on_day(
    day: date, symbols: Sequence[str] | None, persist: bool, refresh: bool
) -> dict[str, Any]:
    """Reads and pushes one day; returns its counts."""
    read = read_day(day, symbols)
    persisted = None
    if persist and read["filled"]:
        push = push_day.with_options(refresh_cache=refresh)
        persisted = push(day, read["symbols"], read["contents"])
    return {
        "trade_date": day.isoformat(),
        "rows": read["rows"],
        "filled": read["filled"],
        "persisted": persisted,
    }


def _gather(
    days: Sequence[date], futures: Sequence[PrefectFuture[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Waits for all days; raises the first failure only then, so that it costs no other day."""
    counts: list[dict[str, Any]] = []
    failures: list[BaseException] = []
    for day, future in zip(days, futures, strict=True):
        future.wait()
        result = future.result(raise_on_failure=False)
        if isinstance(result, BaseException):
            run_logger().error("%s failed: %s", day, result)
            failures.append(result)
        else:
            counts.append(result)
    if failures:
        run_logger().error("%d of %d days failed; run it again", len(failures), len(days))
        raise failures[0]
    return counts


@flow(name="backfill-offexchange-features")
def backfill_offexchange_features(
    start: TradeDate,
    end: TradeDate = "last",
    symbols: Sequence[str] | None = None,
    persist: bool = True,
    workers: int = 4,
    refresh: bool = False,
) -> list[dict[str, Any]]:
    """Computes and persists the features of the sessions from `start` to `end`, both included.

    The store has one writer, so what it lacks of the whole range is fetched first; then `workers`
    threads read and push one day each. Weekends and holidays are skipped. To go on after an
    interruption, run it again: days whose rows were pushed to the same target already, and are the
    same since, are not pushed again unless `refresh` is true.

    Args and failures are those of `compute_offexchange_features`; a failing day does not stop the
    others, and the first failure is raised at the end.

    Returns:
        A dictionary a session: trade_date (ISO text), rows, filled (rows with a share at all),
        persisted (rows; None without credentials, with persist=False, or where nothing is known).
    """
    if workers < 1:
        raise ValueError(f"workers is {workers}, and must be 1 or more")
    log = run_logger()
    last = as_date(end) or newest_session()
    first = as_date(start) or last
    if first > last:
        raise ValueError(f"the first day, {first}, is after the last, {last}")
    fetch_missing(first, last)
    days = sessions(open_store(), first, last)
    log.info("Working on %d sessions from %s to %s", len(days), first, last)
    if not days:
        return []
    pool: ThreadPoolTaskRunner[dict[str, Any]] = ThreadPoolTaskRunner(max_workers=workers)
    with pool as runner:
        futures = [
            runner.submit(
                work_on_day,
                {"day": day, "symbols": symbols, "persist": persist, "refresh": refresh},
            )
            for day in days
        ]
        counts = _gather(days, futures)
    rows = sum(day["rows"] for day in counts)
    log.info("Worked on %d sessions: %d rows", len(counts), rows)
    return counts


def main() -> None:
    """Runs the flow from the command line."""
    parser = argparse.ArgumentParser(prog="python -m flows.backfill", description=main.__doc__)
    parser.add_argument("start", help="first day: 2026-01-02")
    parser.add_argument("end", nargs="?", default="last", help="last day; the newest session")
    parser.add_argument("--symbols", nargs="+", help="candidates; those of daily_features")
    parser.add_argument("--workers", type=int, default=4, help="days at a time; 4")
    parser.add_argument("--no-persist", action="store_true", help="compute only")
    parser.add_argument("--refresh", action="store_true", help="push again what was pushed")
    args = parser.parse_args()
    for day in backfill_offexchange_features(
        args.start, args.end, args.symbols, not args.no_persist, args.workers, args.refresh
    ):
        print(json.dumps(day))


if __name__ == "__main__":
    main()
