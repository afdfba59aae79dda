"""Candidates and feature rows of a day, and where they are persisted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import offex
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.fetch import open_store
from flows.logs import run_logger

SHARES = ("short_vol_share", "short_exempt_share", "ats_share_of_total")
"""The features of a row; each a float from 0 to 1, both included, or None."""

FeatureRow = dict[str, str | float | None]
"""symbol, trade_date (ISO text) and the features."""


class _Spellings:
    """Finds the symbol of the store that a text means."""

    def __init__(self, store: offex.Store | None) -> None:
        self._symbols: set[str] = set()
        self._others: dict[str, set[str]] = {}
        if store is None:
            return
        table = store.sql("SELECT symbol, unnest(spellings) AS spelling FROM symbols")
        for row in table.to_pylist():
            self._symbols.add(row["symbol"])
            for text in (row["spelling"], row["symbol"].upper()):
                self._others.setdefault(text, set()).add(row["symbol"])

    def find(self, text: str) -> str:
        """Returns the symbol as typed if the store knows it so, else in capitals, else the only
        one that is published so or differs by case, else the capitals."""
        capitals = text.upper()
        for spelling in (text, capitals):
            if spelling in self._symbols:
                return spelling
        for spelling in (text, capitals):
            if len(found := self._others.get(spelling, set())) == 1:
                return next(iter(found))
        return capitals


def normalise(store: offex.Store | None, symbols: Iterable[str]) -> list[str]:
    """Returns the symbols without blanks and repetitions, in order, in the store's spelling.

    They are put in capitals unless the store knows them otherwise: `TpC` is not `TPC`.
    """
    spellings = _Spellings(store)
    texts = []
    for symbol in symbols:
        if not isinstance(symbol, str):
            raise TypeError(f"a symbol is a text, not {symbol!r}")
        texts.append(symbol.strip())
    return list(dict.fromkeys(spellings.find(text) for text in texts if text))


def _symbols_of_file(store: offex.Store | None, day: date) -> list[str]:
    if store is None:
        return []
    table = store.sql(
        "SELECT DISTINCT symbol FROM finra_short_consolidated "
        f"WHERE trade_date = DATE '{day}' ORDER BY 1"
    )
    return [row["symbol"] for row in table.to_pylist()]


def _discover(store: offex.Store | None, day: date) -> list[str]:
    log = run_logger()
    found = None if store is None else store.discover_symbols(day)
    if found:
        log.info("Fetched %d symbols from daily_features for %s", len(found), day)
        return list(found)
    if found is None and store is not None:
        log.warning("Supabase credentials missing; taking the symbols of the file of %s", day)
    elif store is not None:
        log.info("Fetched 0 symbols from daily_features for %s", day)
    symbols = _symbols_of_file(store, day)
    if symbols:
        log.info("Using all %d symbols of the short-sale file of %s", len(symbols), day)
    return symbols


@task(name="candidates", cache_policy=NO_CACHE)
def candidates(day: date, symbols: Sequence[str] | None) -> list[str]:
    """Returns the symbols that rows are made for.

    Those given, each once; without any, those that the target's daily_features names for the day;
    where it names none, those of the day's short-sale file. Raises offex.UpstreamError when the
    target does not answer.
    """
    store = open_store()
    if symbols is None:
        return _discover(store, day)
    given = normalise(store, [symbols] if isinstance(symbols, str) else symbols)
    run_logger().info("Using %d provided symbols for %s", len(given), day)
    return given


def _share(value: Any, name: str, symbol: str, day: date) -> float | None:
    if value is None or math.isnan(value):
        return None
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} of {symbol} on {day} is {value}, which is no share")
    return float(value)


def found_rows(
    store: offex.Store | None, day: date, symbols: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Returns what `offex features` tells of these symbols, by symbol; none for unknown ones.

    A symbol that the day's file does not name is found too: the share of its week may be known.
    """
    if store is None or not symbols:
        return {}
    found: dict[str, dict[str, Any]] = {}
    try:
        found = {row["symbol"]: row for row in store.features(date=day).to_pylist()}
    except offex.NotFoundError:
        pass
    if all(symbol in found for symbol in symbols):
        return found
    known = {row["symbol"] for row in store.sql("SELECT symbol FROM symbols").to_pylist()}
    others = [symbol for symbol in symbols if symbol in known and symbol not in found]
    if others:
        try:
            rows = store.features(date=day, symbols=others).to_pylist()
        except offex.NotFoundError:
            rows = []
        found |= {row["symbol"]: row for row in rows}
    return found


def feature_rows(
    found: dict[str, dict[str, Any]], day: date, symbols: Sequence[str]
) -> list[FeatureRow]:
    """Returns a row a symbol, in the order of `symbols`; None where nothing was found.

    Raises ValueError for a share outside of [0, 1]: the store never has one.
    """
    return [
        {"symbol": symbol, "trade_date": day.isoformat()}
        | {name: _share(found.get(symbol, {}).get(name), name, symbol, day) for name in SHARES}
        for symbol in symbols
    ]


@task(name="compute rows", cache_policy=NO_CACHE)
def compute_rows(day: date, symbols: Sequence[str]) -> list[FeatureRow]:
    """`feature_rows` of the store of OFFEX_HOME."""
    rows = feature_rows(found_rows(open_store(), day, symbols), day, symbols)
    nulls = {name: sum(row[name] is None for row in rows) for name in SHARES}
    run_logger().info(
        "Computed %d rows for %s; null: %s",
        len(rows),
        day,
        ", ".join(f"{name} {count}" for name, count in nulls.items()),
    )
    return rows


@task(name="persist", cache_policy=NO_CACHE)
def persist_rows(day: date, symbols: Sequence[str]) -> int | None:
    """Upserts the day's rows of these symbols into daily_features, with provenance_events.

    Returns how many rows went out, None without credentials. Raises offex.UpstreamError or
    offex.CredentialsError when the target does not take them.
    """
    log = run_logger()
    report = offex.open().push(table="daily_features", start=day, end=day, symbols=list(symbols))
    if report is None:
        log.warning("Supabase credentials missing; skipping persistence for %d rows", len(symbols))
        return None
    for warning in report.warnings:
        log.warning("%s", warning)
    rows = pushed_rows(report, "daily_features")
    log.info("Persisted %d off-exchange feature rows", rows)
    return rows


def anything_known(rows: Iterable[FeatureRow]) -> bool:
    """Says whether any row has a share. Otherwise nothing is published, and nothing persisted."""
    return any(row[name] is not None for row in rows for name in SHARES)


def pushed_rows(report: offex.PushReport, table: str) -> int:
    """Returns how many rows of one table went out."""
    return sum(delivery.rows for delivery in report.deliveries if delivery.table == table)
