"""The flow that enriches `daily_features` with the off-exchange features of one day.

from flows.compute_offexchange_features import compute_offexchange_features

rows = compute_offexchange_features("2026-04-17", ["NVDA", "BRK.B"], persist=False)
"""

from __future__ import annotations

from collections.abc import Sequence

from prefect import flow

from flows.days import TradeDate, as_date
from flows.fetch import fetch_missing, newest_session
from flows.logs import run_logger
from flows.rows import FeatureRow, anything_known, candidates, compute_rows, persist_rows


@flow(name="compute-offexchange-features")
def compute_offexchange_features(
    trade_date: TradeDate, symbols: Sequence[str] | None = None, persist: bool = True
) -> list[FeatureRow]:
    """Computes the off-exchange features of a day and persists them.

    Args:
        trade_date: the day; "last" or None for the newest session whose files are out.
        symbols: candidates; None takes those that daily_features names for the day, and where it
            names none, all of the day's short-sale file.
        persist: upsert the rows into daily_features, keyed by symbol, trade_date and
            feature_version, with a row of provenance_events each. Without credentials a warning
            is logged, and the rows come back all the same.

    Returns:
        A dictionary a candidate, in order, with symbol, trade_date (ISO text), short_vol_share
        (short volume / FINRA total), short_exempt_share (exempt volume / FINRA total) and
        ats_share_of_total (ATS volume / consolidated volume of the week): floats from 0 to 1, or
        None where a file or week is missing or not published yet.

    Raises:
        offex.FinraHTTPError: FINRA could not be reached in all attempts.
        offex.UpstreamError: another server could not: Polygon, Supabase, Postgres.
        ValueError: trade_date is no date.

    The store is that of OFFEX_HOME; what it lacks is fetched first.
    """
    log = run_logger()
    day = as_date(trade_date) or newest_session()
    fetch_missing(day, day)
    names = candidates(day, symbols)
    if not names:
        log.warning("No candidate symbols for %s", day)
        return []
    rows = compute_rows(day, names)
    if persist and anything_known(rows):
        persist_rows(day, names)
    elif persist:
        log.info("Nothing is published of %s: persisted 0 off-exchange feature rows", day)
    return rows
