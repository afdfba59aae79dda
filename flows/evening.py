"""The flow of an evening: sync, build, check, features, scan, push.

python -m flows.evening
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

import offex
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.days import TradeDate, as_date, newest_published_date, sessions, stored_sessions
from flows.fetch import Source, open_store, sync, writing
from flows.logs import run_logger
from flows.rows import SHARES, pushed_rows

PushTable = Literal["daily_features", "daily_metrics", "scan_hit", "macro_daily"]

TABLES: tuple[PushTable, ...] = ("daily_features", "daily_metrics", "scan_hit", "macro_daily")
"""What an evening pushes."""

HISTORY_DAYS = 45
"""Days before the trade date that a sync looks at: 30 sessions, so that weeks that come out five
weeks after their Monday find their days."""


class CheckFailed(RuntimeError):
    """The database check found errors, and nothing was pushed."""


@task(name="build", **writing)
def build() -> dict[str, int]:
    """Derives the tables of the store; returns their rows."""
    rows = dict(offex.build())
    run_logger().info(
        "Built %s", ", ".join(f"{name} {count}" for name, count in sorted(rows.items()))
    )
    return rows


@task(name="check", cache_policy=NO_CACHE)
def check() -> dict[str, int]:
    """Runs the database check; returns how many findings there are of each severity."""
    log = run_logger()
    counts: dict[str, int] = {}
    for finding in offex.open().check().to_pylist():
        severity = str(finding["severity"]).lower()
        counts[severity] = counts.get(severity, 0) + 1
        if severity == "error":
            log.error("Check: %s", finding)
    log.info("Check: %s", ", ".join(f"{n} {name}" for name, n in counts.items()) or "no findings")
    return counts


@task(name="features", cache_policy=NO_CACHE)
def features(day: date) -> dict[str, int]:
    """Returns how many rows the features of the day have, and how many are not null."""
    rows = offex.open().features(date=day).to_pylist()
    counts = {"rows": len(rows)} | {
        name: sum(row[name] is not None for row in rows) for name in SHARES
    }
    run_logger().info("Features of %s: %s", day, counts)
    return counts


@task(name="scan", cache_policy=NO_CACHE)
def scan(day: date, top: int) -> list[dict[str, Any]]:
    """Returns the first names of the scan of the day, each with its rank and tag."""
    rows = offex.open().scan(date=day, top=top).to_pylist()
    names = [{"rank": row["rank"], "symbol": row["symbol"], "tag": row["tag"]} for row in rows]
    run_logger().info(
        "Scan of %s: %d names, first %s", day, len(names), [row["symbol"] for row in names[:5]]
    )
    return names


@task(name="push", task_run_name="push {table}", cache_policy=NO_CACHE)
def push(table: PushTable, first: date, last: date) -> int | None:
    """Pushes one table from `first` to `last`; returns its rows, None without credentials."""
    log = run_logger()
    report = offex.open().push(table=table, start=first, end=last)
    if report is None:
        log.warning("Supabase credentials missing; skipping %s", table)
        return None
    for warning in report.warnings:
        log.warning("%s", warning)
    rows = pushed_rows(report, table)
    log.info("Pushed %d rows of %s, %s to %s", rows, table, first, last)
    return rows


def _sync_what_comes(
    sources: Sequence[Source] | None, day: date | None
) -> tuple[list[str], offex.OffexError | None]:
    """Syncs; returns what is not published yet, and the failure of a part if there was one."""
    first = day - timedelta(days=HISTORY_DAYS) if day else None
    try:
        return sync(sources, first, day), None
    except offex.OffexError as error:
        report = getattr(error, "report", None)
        if report is None:
            raise
        return list(report.due), error


def _newest_known() -> date | None:
    last = newest_published_date()
    days = sessions(open_store(), last - timedelta(days=14), last)
    return days[-1] if days else None


def _push_all(day: date, count: int) -> dict[str, int | None]:
    days = stored_sessions(open_store(), day - timedelta(days=2 * count + 14), day)
    first = days[-count:][0]
    return {table: push(table, first, day) for table in TABLES}


@flow(name="offexchange-evening")
def offexchange_evening(
    trade_date: TradeDate = "last",
    sources: Sequence[Source] | None = None,
    top: int = 50,
    push_sessions: int = 30,
    persist: bool = True,
) -> dict[str, Any]:
    """Does an evening: sync, build, check, features, scan, and a push of the tables.

    Safe to run every hour: what is stored is not fetched again, and rows that are the same are not
    written again.

    Args:
        trade_date: the day; "last" or None for the newest session whose files are out.
        sources: what is synced: "short", "weekly", "bars", "ref"; None for all of them.
        top: names of the scan in the summary; all its hits are pushed.
        push_sessions: how many sessions, the newest included, are pushed: weeks come out up to five
            weeks after they began, and files are corrected.
        persist: push; without credentials a warning is logged.

    Returns:
        A summary: state ("done" or "not published"), trade_date (ISO text, None where no session
        is known), due (what is not published yet), and when done built, findings, features, scan,
        pushed.

    Raises:
        CheckFailed: the check found errors; nothing was pushed.
        offex.FinraHTTPError, offex.UpstreamError, offex.CredentialsError: as `flows.fetch.sync`; a
            part that could not be fetched does not keep the rest from being built and pushed, and
            its error is raised at the end.
    """
    if top < 1 or push_sessions < 1:
        raise ValueError("top and push_sessions must be 1 or more")
    log = run_logger()
    given = as_date(trade_date)
    due, failure = _sync_what_comes(sources, given)
    day = given or _newest_known()
    summary: dict[str, Any] = {"trade_date": day.isoformat() if day else None, "due": due}
    if day is None or not stored_sessions(open_store(), day, day):
        if failure:
            raise failure
        log.info("The short-sale file of %s is not published; nothing to do yet", day)
        return {"state": "not published"} | summary
    summary |= {"built": build(), "findings": check()}
    summary |= {"features": features(day), "scan": scan(day, top)}
    if summary["findings"].get("error"):
        raise CheckFailed(
            f"the check found {summary['findings']['error']} errors; nothing was pushed"
        )
    summary["pushed"] = _push_all(day, push_sessions) if persist else {}
    if failure:
        log.error("A part could not be fetched; the rest of the evening is done")
        raise failure
    log.info("Evening of %s: done", day)
    return {"state": "done"} | summary


def main() -> None:
    """Runs the flow from the command line and prints its summary as JSON."""
    parser = argparse.ArgumentParser(prog="python -m flows.evening", description=main.__doc__)
    parser.add_argument("trade_date", nargs="?", default="last", help="the day; newest session")
    parser.add_argument("--no-persist", action="store_true", help="push nothing")
    args = parser.parse_args()
    print(json.dumps(offexchange_evening(args.trade_date, persist=not args.no_persist), indent=2))


if __name__ == "__main__":
    main()
