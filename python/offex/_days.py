"""Days, moments and symbols as people pass them, as texts for the C++ side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

DayLike = dt.date | str
"""A day: ``datetime.date``, ``"2026-04-17"``, ``"last"`` or ``"-5d"`` (sessions before it)."""

Symbols = str | Sequence[str] | None
"""One ticker, several, or None for all."""


def day_text(day: DayLike | None) -> str:
    """Returns the day as text, empty for None. A datetime stands for its date."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = day.date()
    return day.isoformat() if isinstance(day, dt.date) else str(day)


def moment_text(moment: dt.datetime) -> str:
    """Returns a moment with its zone; one without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def as_of_text(moment: dt.date | dt.datetime | str | None) -> str | None:
    """Returns what ``--asof`` of the program takes: a date is its end in New York."""
    if moment is None or isinstance(moment, str):
        return moment
    if isinstance(moment, dt.datetime):
        return moment_text(moment)
    return moment.isoformat()


def symbol_list(symbols: Symbols) -> list[str]:
    """Returns the tickers as a list; none for None."""
    if symbols is None:
        return []
    return [symbols] if isinstance(symbols, str) else [str(symbol) for symbol in symbols]


def parameter(value: object) -> tuple[str, object]:
    """Returns a value to bind with the word of its kind."""
    if isinstance(value, bool):
        return "int", int(value)
    if isinstance(value, int):
        return "int", value
    if isinstance(value, float):
        return "float", value
    if isinstance(value, dt.datetime):
        return "instant", moment_text(value)
    if isinstance(value, dt.date):
        return "day", value.isoformat()
    if isinstance(value, str):
        return "text", value
    raise TypeError(f"a parameter is a number, text, date or datetime, not {type(value).__name__}")
