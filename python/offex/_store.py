"""A store and its questions."""

from __future__ import annotations

import datetime as dt
import operator
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from . import _offex
from ._days import DayLike, Symbols, as_of_text, count_of, day_text, parameter, symbol_list
from ._errors import CredentialsWarning
from ._home import find_home
from ._push import Delivery, PushReport
from ._table import Table

PushTable = Literal["daily_features", "daily_metrics", "scan_hit", "macro_daily"]
Rank = Literal["omnibus", "ratio", "volume", "joint", "persistence"]


def open(
    home: str | os.PathLike[str] | None = None,
    asof: dt.date | dt.datetime | str | None = None,
) -> Store:
    """Opens a store for reading.

    Args:
        home: data root; None: OFFEX_HOME, else what the program would take.
        asof: answer as known then: a date means its end in New York, a datetime without a zone UTC.

    Raises:
        NotFoundError: there is no store, or it holds no data yet.
        InvalidArgumentError: `asof` is no date and no moment.
    """
    return Store(home, asof)


class Store:
    """A store as it was when it was opened: later imports do not change its answers.

    Reading never waits for a writer, but for the very first import of a store (BusyError).
    Threads may share a store: its questions wait for each other, and none of them holds the
    interpreter lock. Days are ``datetime.date``, ``"2026-04-17"``, ``"last"`` or ``"-5d"``;
    both ends of a range count. Questions with `days` or `weeks` answer for the newest ones up
    to `end` unless `start` is given, None: for all; the defaults are those of the program.
    Symbols are found in any usual spelling (``BRK.B``, ``BRK/B``, ``brk b``).

    An answer without rows is an empty table. An unknown symbol, index or group is a NotFoundError,
    a day or word that cannot be read an InvalidArgumentError.
    """

    def __init__(
        self,
        home: str | os.PathLike[str] | None = None,
        asof: dt.date | dt.datetime | str | None = None,
    ) -> None:
        """Opens a store; see `open`."""
        self._home = find_home(home)
        self._core = _offex.open(os.fspath(self._home), as_of_text(asof))

    @property
    def home(self) -> Path:
        """The data root."""
        return self._home

    @property
    def asof(self) -> dt.datetime | None:
        """The moment that questions are about, in UTC; None: now."""
        text = self._core.as_of
        return None if text is None else _moment(text)

    def __repr__(self) -> str:
        """Names the home, and the moment if there is one."""
        moment = "" if self._core.as_of is None else f", asof={self._core.as_of!r}"
        return f"offex.Store({os.fspath(self._home)!r}{moment})"

    def days(self) -> tuple[dt.date, dt.date] | None:
        """Returns the first and the last day of daily data, or None."""
        days = self._core.days()
        if days is None:
            return None
        return dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[1])

    def short_volume(
        self,
        symbols: Symbols = None,
        start: DayLike | None = None,
        end: DayLike | None = None,
        facility: str | None = None,
    ) -> Table:
        """Returns FINRA's daily short-sale volume, by day and symbol; all days by default.

        Args:
            facility: rows of one file (``"CNMS"``, ``"FNSQ"`` ...), not the consolidated ones.

        Columns: those of the view `finra_short_consolidated` (or `finra_short_daily`); volumes are
        quantities, in shares. Source: FINRA daily short sale volume files.
        """
        return Table(
            self._core.short_volume(
                symbol_list(symbols), day_text(start), day_text(end), facility or ""
            )
        )

    def weekly(
        self,
        symbols: Symbols = None,
        start: DayLike | None = None,
        end: DayLike | None = None,
        weeks: int | None = 8,
    ) -> Table:
        """Returns `weekly_metrics` v2, by symbol and week: ATS and non-ATS volume and their scores.

        A week counts from its publication on. Weeks are named by their Monday; `start` and `end`
        may be any day of them. `explain` tells unit, formula and source of every column.
        """
        return Table(
            self._core.weekly(
                symbol_list(symbols), day_text(start), day_text(end), count_of("weeks", weeks)
            )
        )

    def daily_metrics(
        self,
        symbols: Symbols = None,
        start: DayLike | None = None,
        end: DayLike | None = None,
        version: Literal["v2", "PhaseA_v1"] = "v2",
        short_z_source: str = "short_buy_sell_ratio_z",
        *,
        days: int | None = 20,
        time: Literal["event", "known"] = "event",
    ) -> Table:
        """Returns the daily metrics, by symbol and session: the columns of ``offex show --wide``.

        Args:
            version: `v2`, with the weekly columns beside, or the seed pipeline's `PhaseA_v1`.
            short_z_source: score source of `PhaseA_v1`: short_buy_sell_ratio_z, vw_flow_z or
                finra_buy_volume_z.
            time: weekly figures stand on the days of their week (event) or on the five sessions
                from their publication on (known).
        """
        return Table(
            self._core.daily_metrics(
                symbol_list(symbols),
                day_text(start),
                day_text(end),
                count_of("days", days),
                version,
                short_z_source,
                time,
            )
        )

    def features(self, date: DayLike = "last", symbols: Symbols = None) -> Table:
        """Returns `daily_features` of one day, one row a symbol.

        short_vol_share and short_exempt_share are shares of FINRA's facility total,
        ats_share_of_total of the week's total, all in [0, 1] or null. A symbol that is asked for
        has a row, of nulls where there is no data; a day without a file has rows of nulls, or none
        when no symbol was asked for.
        """
        return Table(self._core.features(day_text(date), symbol_list(symbols)))

    def scan(
        self,
        date: DayLike = "last",
        top: int = 50,
        rank: Rank = "omnibus",
        fdr: float | None = None,
        symbols: Symbols = None,
        min_dollar_volume: float | None = None,
        min_shares: float | None = None,
        min_market_cap: float | None = None,
        max_market_cap: float | None = None,
        sector: str | None = None,
        funds: Literal["any", "only", "without"] | None = None,
        test_issues: bool = False,
    ) -> Table:
        """Returns the names that did something unusual, best first: ``offex scan --wide``.

        Args:
            top: names to list.
            rank: what the ranking goes by.
            fdr: false discovery rate in (0, 1]; None: 0.1.
            symbols: rows of these instead of the first `top`.
            min_dollar_volume: least mean dollar volume of the 20 sessions before, dollars.
            min_shares: least usual off-exchange shares a day.
            min_market_cap: least market value, dollars.
            max_market_cap: largest market value, dollars.
            sector: names of one sector.
            funds: ETFs and other funds: any, only or without.
            test_issues: let the exchanges' test issues in.

        Raises:
            NotFoundError: the day has no short-sale file, or a filter needs data that nobody told.
        """
        options = {
            "top": operator.index(top),
            "rank": rank,
            "fdr": None if fdr is None else float(fdr),
            "min_dollar_volume": min_dollar_volume,
            "min_shares": min_shares,
            "min_market_cap": min_market_cap,
            "max_market_cap": max_market_cap,
            "sector": sector,
            "funds": funds,
            "test_issues": test_issues,
        }
        return Table(self._core.scan(day_text(date), symbol_list(symbols), options))

    def macro(
        self,
        groups: str | Sequence[str] | None = None,
        start: DayLike | None = None,
        end: DayLike | None = None,
        symbols: Symbols = None,
        *,
        days: int | None = 20,
    ) -> Table:
        """Returns breadth, tilt and dispersion of the scan by session: ``offex macro --wide``.

        Args:
            groups: market, tier, sector, index, or names of such groups; None: the market.
            symbols: a group of your own, called ``list``.
        """
        return Table(
            self._core.macro(
                symbol_list(groups),
                day_text(start),
                day_text(end),
                count_of("days", days),
                symbol_list(symbols),
            )
        )

    def index(
        self,
        name: str,
        start: DayLike | None = None,
        end: DayLike | None = None,
        *,
        days: int | None = 20,
    ) -> Table:
        """Returns the short ratio of an index's members by session: ``offex index --wide``."""
        return Table(
            self._core.index(name, day_text(start), day_text(end), count_of("days", days))
        )

    def sql(self, query: str, parameters: Sequence[object] | None = None) -> Table:
        """Runs one read-only statement of DuckDB's SQL over the store.

        It reads the store's tables and nothing else: no file, no network, no setting. With `asof`
        the views of facts answer as known then; built tables are as of their build.

        Args:
            parameters: bound to $1, $2, ...: int, float, bool, str, date or datetime.
        """
        if isinstance(parameters, Mapping | str | bytes):
            raise TypeError("parameters are a list of values for $1, $2, ...; names are not bound")
        return Table(self._core.sql(query, [parameter(value) for value in parameters or ()]))

    def check(self) -> Table:
        """Runs the database check; returns its findings: severity, check, subject, message.

        No rows: nothing to say. It reads every archived file again, so it takes a while.
        """
        return Table(self._core.check())

    def push(
        self,
        target: str | None = None,
        table: PushTable = "daily_features",
        start: DayLike | None = None,
        end: DayLike | None = None,
        symbols: Symbols = None,
        discover: bool = False,
        migrate: bool = False,
        events: bool = True,
    ) -> PushReport | None:
        """Upserts rows into PostgreSQL or Supabase; to repeat it changes nothing.

        Args:
            target: ``postgresql://...`` or ``https://...``; None: SUPABASE_URL with
                SUPABASE_SERVICE_ROLE_KEY, else DATABASE_URL (docs/push.md has all of them).
            table: daily_features, daily_metrics, scan_hit or macro_daily.
            start: first day; None with `end`: the newest day alone.
            end: last day.
            symbols: only these.
            discover: only the symbols that daily_features names there for the day.
            migrate: first create or bring up to date the tables; not over PostgREST.
            events: also write provenance_events, of daily_features.

        Returns:
            What became of the rows; None, with a `CredentialsWarning`, where there is no target
            and no credentials.

        Raises:
            CredentialsError: an http address without a key, or a refused one.
            UpstreamError: the database did not answer, or refused the rows.
            NotFoundError: it has no such table: `migrate` makes it.
        """
        told: Any = self._core.push(
            target or "",
            table,
            day_text(start),
            day_text(end),
            symbol_list(symbols),
            discover,
            migrate,
            events,
        )
        if told is None:
            _warn_of_credentials()
            return None
        told["deliveries"] = [Delivery(**delivery) for delivery in told["deliveries"]]
        told["no_rows"] = [dt.date.fromisoformat(day) for day in told["no_rows"]]
        return PushReport(**told)

    def discover_symbols(
        self, date: DayLike = "last", target: str | None = None
    ) -> list[str] | None:
        """Returns the symbols that daily_features of another database names for a day, in order.

        None, with a `CredentialsWarning`, where there is no target and no credentials.
        """
        symbols = self._core.discover_symbols(day_text(date), target or "")
        if symbols is None:
            _warn_of_credentials()
        return symbols

    def explain(self, metric: str) -> str:
        """Returns what a column means: unit, formula, denominator, lag, caveat, source."""
        return _offex.explain(metric)


def _warn_of_credentials() -> None:
    warnings.warn(
        "nowhere to push to: give an address, or set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, "
        "or DATABASE_URL",
        CredentialsWarning,
        stacklevel=3,
    )


def _moment(text: str) -> dt.datetime:
    """Reads ISO text in UTC; nanoseconds are cut."""
    body = text.removesuffix("Z")
    whole, _, fraction = body.partition(".")
    out = dt.datetime.fromisoformat(whole).replace(tzinfo=dt.UTC)
    return out.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else out
