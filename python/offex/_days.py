"""Days, moments and symbols as people pass them, as texts for the C++ side."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Sequence

from ._errors import InvalidArgumentError

DayLike = dt.date | str
"""A day: ``datetime.date``, ``"2026-04-17"``, ``"last"`` or ``"-5d"`` (sessions before it)."""

Symbols = str | Sequence[str] | None
"""One ticker, several, or None for all."""


def day_text(day: DayLike | None) -> str:
    """Returns the day as text, empty for None. A datetime stands for its date."""
    if day is None:
        return ""
    if not isinstance(day, dt.date | str):
        raise TypeError(f"a day is a date or a text such as 2026-04-17, not {day!r}")
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
    if not isinstance(moment, dt.date):
        raise TypeError(f"asof is a date, a datetime or a text, not {moment!r}")
    return moment.isoformat()


def symbol_list(symbols: Symbols) -> list[str]:
    """Returns the tickers as a list; an empty one stands for all, and comes of None alone.

    Raises:
        TypeError: something in it is no text: a missing value must not become the ticker NAN.
        InvalidArgumentError: a list without any.
    """
    if symbols is None:
        return []
    if isinstance(symbols, str):
        return [symbols]
    if isinstance(symbols, bytes) or hasattr(symbols, "columns"):
        raise TypeError(f"symbols are a text or a list of texts, not {type(symbols).__name__}")
    out = []
    for symbol in symbols:
        if not isinstance(symbol, str):
            raise TypeError(f"a symbol is a text, not {symbol!r}")
        out.append(str(symbol))
    if not out:
        raise InvalidArgumentError("no symbols: None asks for all of them")
    return out


def count_of(name: str, count: int | None) -> int:
    """Returns a number of days or weeks; 0 stands for all, and comes of None alone."""
    if count is None:
        return 0
    if isinstance(count, bool) or not hasattr(count, "__index__"):
        raise TypeError(f"{name} is a whole number or None, not {count!r}")
    if operator.index(count) < 1:
        raise InvalidArgumentError(f"{name} is at least 1, or None for all, not {count}")
    return operator.index(count)


def parameter(value: object) -> tuple[str, object]:
    """Returns a value to bind with the word of its kind."""
    if hasattr(value, "item") and hasattr(value, "dtype"):
        value = value.item()  # a number of NumPy's
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
