"""Trade dates: what a caller may say, and which sessions a store knows of.

The ledger of the store holds a line for each session that was asked for, with a file or without,
and none for weekends and holidays. So no calendar is needed here.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import offex

NEW_YORK = ZoneInfo("America/New_York")
PUBLICATION = time(18, 0)
"""When FINRA puts out the files of a session, in New York."""

TradeDate = date | str | None
"""A date, its ISO text, or "last" or None for the newest session."""


def as_date(trade_date: TradeDate) -> date | None:
    """Returns the date that a caller means, None for the newest session.

    Raises ValueError for a text that is neither a date nor "last".
    """
    if isinstance(trade_date, datetime):
        return trade_date.date()
    if trade_date is None or isinstance(trade_date, date):
        return trade_date
    text = trade_date.strip()
    if text.lower() in ("", "last"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a date (2026-04-17) nor `last`") from None


def now() -> datetime:
    """Returns the present moment, that of OFFEX_NOW where it is set: as `offex` does."""
    text = os.environ.get("OFFEX_NOW", "").strip()
    if not text:
        return datetime.now(UTC)
    if len(text) == len("2026-04-17"):
        return datetime.combine(date.fromisoformat(text), time.max, NEW_YORK)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newest_published_date() -> date:
    """Returns the newest date, session or not, whose daily files are out by the rule."""
    moment = now().astimezone(NEW_YORK)
    return moment.date() - timedelta(days=0 if moment.time() >= PUBLICATION else 1)


def monday(day: date) -> date:
    """Returns the Monday of the week that FINRA counts `day` to: a Saturday's is the next one."""
    return day + timedelta(days=(4 - day.weekday()) % 7 - 4)


def sessions(store: offex.Store | None, first: date, last: date) -> list[date]:
    """Returns the sessions from `first` to `last`, both included, that the store has a file of or
    asked for."""
    if store is None:
        return []
    span = f"BETWEEN DATE '{first}' AND DATE '{last}'"
    table = store.sql(
        f"SELECT DISTINCT trade_date AS day FROM finra_short_consolidated WHERE trade_date {span} "
        "UNION SELECT key_date FROM sync_status WHERE dataset = 'finra_short_daily' "
        f"AND key_date {span} ORDER BY 1"
    )
    return [row["day"] for row in table.to_pylist()]


def stored_sessions(store: offex.Store | None, first: date, last: date) -> list[date]:
    """Returns the days from `first` to `last`, both included, whose short-sale file is stored."""
    if store is None:
        return []
    table = store.sql(
        "SELECT DISTINCT trade_date AS day FROM finra_short_consolidated "
        f"WHERE trade_date BETWEEN DATE '{first}' AND DATE '{last}' ORDER BY 1"
    )
    return [row["day"] for row in table.to_pylist()]
