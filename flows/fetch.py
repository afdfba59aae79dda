"""Tasks that bring to the store what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

import offex
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import State
from prefect.tasks import Task

from flows.days import monday, newest_published_date, sessions, stored_sessions
from flows.logs import run_logger

Source = Literal["short", "weekly", "bars", "trades", "ref"]
"""What a sync fetches."""

WEEKLY_TIERS = {"T1", "T2", "OTCE"}


def open_store() -> offex.Store | None:
    """Returns the store of OFFEX_HOME for reading, None where there is none yet."""
    try:
        return offex.open()
    except offex.NotFoundError:
        return None


def store_is_busy(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Says that a task is tried again: when another process writes to the store, else never.

    Network errors were tried again already, request by request (FINRA_HTTP_RETRIES).
    """
    return isinstance(state.result(raise_on_failure=False), offex.BusyError)


writing: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "retries": 3,
    "retry_delay_seconds": 20,
    "retry_condition_fn": store_is_busy,
}
"""Options of the tasks that write to the store."""


def _log_report(report: offex.SyncReport) -> None:
    log = run_logger()
    log.info(
        "Synced %d files: %d new, %d corrected, %d unchanged, %d absent; %d rows",
        report.partitions,
        report.fetched,
        report.revised,
        report.unchanged,
        report.absent,
        report.rows,
    )
    for note in report.notes:
        log.info("%s", note)
    for warning in report.warnings:
        log.warning("%s", warning)
    if report.due:
        log.info("Not published yet: %s", "; ".join(report.due))


@task(name="sync", **writing)
def sync(
    sources: Sequence[Source] | None, first: date | str | None, last: date | str | None
) -> list[str]:
    """Fetches what is missing or due from `first` to `last`; returns what is not published yet.

    Without sources: all but trades; without days: the newest 30 sessions. A span without a session
    is no error. Raises offex.FinraHTTPError when FINRA could not be reached in all attempts,
    offex.UpstreamError when another upstream could not, offex.CredentialsError for a missing or
    refused key. What came before is stored.
    """
    try:
        report = offex.sync(sources=sources, start=first, end=last)
    except offex.NotFoundError as error:
        run_logger().info("Nothing to fetch: %s", error)
        return []
    except offex.NotPublishedError as error:
        run_logger().info("%s", error)
        return [str(error)]
    _log_report(report)
    return list(report.due)


def _weeks(first: date, last: date) -> list[date]:
    start = monday(first)
    return [start + timedelta(weeks=n) for n in range((monday(last) - start).days // 7 + 1)]


def _weekdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def _stored_weeks(store: offex.Store | None, weeks: list[date]) -> dict[date, set[str]]:
    """Returns the weeks of which there are rows, each with the tiers that were asked for with
    success; a download or ATS file is taken for all of them."""
    if store is None:
        return {}
    table = store.sql(
        "SELECT DISTINCT key_date AS week, CASE dataset WHEN 'weekly_summary' "
        "THEN string_split(facility, ' ')[-1] ELSE 'all' END AS tier FROM revision "
        "WHERE dataset IN ('weekly_summary', 'weekly_download', 'ats_summary') "
        f"AND key_date BETWEEN DATE '{weeks[0]}' AND DATE '{weeks[-1]}'"
    )
    tiers: dict[date, set[str]] = {}
    for row in table.to_pylist():
        tiers.setdefault(row["week"], set()).update(
            WEEKLY_TIERS if row["tier"] == "all" else {row["tier"]}
        )
    return tiers


def _lacks_files(store: offex.Store | None, first: date, last: date) -> bool:
    stored = set(stored_sessions(store, first, last))
    if not stored.issuperset(_weekdays(first, last)):
        return True
    weeks = _weeks(first, last)
    tiers = _stored_weeks(store, weeks)
    return any(not WEEKLY_TIERS <= tiers.get(week, set()) for week in weeks)


def _weeks_without_bars(store: offex.Store | None, first: date, last: date) -> list[date]:
    """Returns the published weeks with a weekday that has no price bars."""
    weeks = _weeks(first, last)
    published = sorted(_stored_weeks(store, weeks))
    if store is None or not published:
        return []
    table = store.sql(
        "SELECT DISTINCT trade_date AS day FROM polygon_daily_agg WHERE trade_date BETWEEN "
        f"DATE '{weeks[0]}' AND DATE '{weeks[-1] + timedelta(days=4)}'"
    )
    known = {row["day"] for row in table.to_pylist()}
    return [
        week
        for week in published
        if not known.issuperset(_weekdays(week, week + timedelta(days=4)))
    ]


def fetch_missing(first: date, last: date) -> None:
    """Fetches the short-sale files from `first` to `last` and their weeks, as far as the store
    lacks them, and the price bars of published weeks, which are the denominator of
    `ats_share_of_total`.

    A file that FINRA does not have, or a week that is not published, is no error. Bars are left
    out without a Polygon key. Raises as `sync` does.
    """
    if _lacks_files(open_store(), first, last):
        sync(["short", "weekly"], first, last)
    weeks = _weeks_without_bars(open_store(), first, last)
    if weeks:
        try:
            sync(["bars"], weeks[0], weeks[-1] + timedelta(days=4))
        except offex.CredentialsError as error:
            run_logger().warning("No price bars, so ats_share_of_total may be null: %s", error)


def newest_session() -> date:
    """Asks for the newest session whose files are out by the clock, and returns its date.

    Raises offex.NotFoundError when there is none, and as `sync` does.
    """
    sync(["short", "weekly"], "last", "last")
    last = newest_published_date()
    days = sessions(open_store(), last - timedelta(days=14), last)
    if not days:
        raise offex.NotFoundError(f"no session in the two weeks to {last}")
    return days[-1]
