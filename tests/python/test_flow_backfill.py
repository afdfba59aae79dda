"""The flow backfill-offexchange-features, run for real against simulated upstreams."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")
offex = pytest.importorskip("offex", reason="the package offex is not installed")

from flow_support import (  # noqa: E402, F401
    ROOT,
    Database,
    Market,
    database,
    market,
    prefect_server,
    said,
    sentences,
)

from flows import backfill  # noqa: E402
from flows.backfill import backfill_offexchange_features  # noqa: E402
from flows.compute_offexchange_features import compute_offexchange_features  # noqa: E402

pytestmark = pytest.mark.usefixtures("prefect_server")

FIRST, LAST = "2026-03-12", "2026-03-17"
SESSIONS = ["2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17"]
STORED = (
    "SELECT trade_date, symbol, short_vol_share, short_exempt_share, ats_share_of_total, "
    "feature_version, provenance FROM daily_features ORDER BY 1, 2"
)


def test_weekends_are_skipped_and_each_session_counted(market: Market) -> None:
    days = backfill_offexchange_features(FIRST, LAST, persist=False, workers=2)

    assert [day["trade_date"] for day in days] == SESSIONS
    assert all(day["rows"] == day["filled"] > 40 for day in days)
    assert {day["persisted"] for day in days} == {None}


def test_two_workers_write_what_single_runs_write(
    market: Market, database: Database, sentences: list[str]
) -> None:
    days = backfill_offexchange_features(FIRST, LAST, workers=2)
    together = database.ask(STORED)
    database.ask("TRUNCATE daily_features, provenance_events")
    singles = [compute_offexchange_features(day) for day in SESSIONS]

    assert together == database.ask(STORED)
    assert [day["rows"] for day in days] == [len(rows) for rows in singles]
    assert [day["persisted"] for day in days] == [day["rows"] for day in days]
    assert len(together) == sum(day["rows"] for day in days)
    assert said(sentences, f"INFO Working on 4 sessions from {FIRST} to {LAST}")
    assert said(sentences, f"INFO Worked on 4 sessions: {len(together)} rows")


def test_a_second_run_pushes_only_what_is_new(
    market: Market, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed: list[str] = []
    real = backfill.persist_rows.fn

    def noting(day: object, symbols: list[str]) -> int | None:
        pushed.append(str(day))
        return real(day, symbols)

    monkeypatch.setattr(backfill.persist_rows, "fn", noting)

    backfill_offexchange_features(FIRST, "2026-03-13", workers=2)
    counts = backfill_offexchange_features(FIRST, LAST, workers=2)
    assert sorted(pushed) == SESSIONS

    backfill_offexchange_features("2026-03-17", LAST, refresh=True)
    assert sorted(pushed) == [*SESSIONS, "2026-03-17"]
    assert database.number("SELECT count(*) FROM daily_features") == sum(
        day["persisted"] for day in counts
    )


def test_a_failing_day_does_not_stop_the_others(
    market: Market, database: Database, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    real = backfill.persist_rows.fn

    def failing(day: object, symbols: list[str]) -> int | None:
        if str(day) == "2026-03-13":
            raise offex.UpstreamError("the table is away")
        return real(day, symbols)

    monkeypatch.setattr(backfill.persist_rows, "fn", failing)
    with pytest.raises(offex.UpstreamError, match="the table is away"):
        backfill_offexchange_features(FIRST, LAST, workers=2)

    days = [row[0] for row in database.ask("SELECT DISTINCT trade_date FROM daily_features")]
    assert sorted(days) == [day for day in SESSIONS if day != "2026-03-13"]
    assert "ERROR 2026-03-13 failed: the table is away" in sentences
    assert "ERROR 1 of 4 days failed; run it again" in sentences

    monkeypatch.setattr(backfill.persist_rows, "fn", real)
    counts = backfill_offexchange_features(FIRST, LAST, workers=2)
    assert database.number("SELECT count(*) FROM daily_features") == sum(
        day["rows"] for day in counts
    )


def test_given_symbols_are_taken_for_every_day(market: Market, database: Database) -> None:
    days = backfill_offexchange_features(FIRST, LAST, ["abr", "TpC"], workers=3)

    assert [day["rows"] for day in days] == [2, 2, 2, 2]
    symbols = database.ask("SELECT DISTINCT symbol FROM daily_features ORDER BY 1")
    assert symbols == [["ABR"], ["TpC"]]


def test_a_range_without_a_session_is_empty(market: Market) -> None:
    assert backfill_offexchange_features("2026-04-18", "2026-04-19") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LAST, FIRST), "is after the last"),
        (("soon", LAST), "is neither a date"),
        ((FIRST, LAST, None, True, 0), "must be 1 or more"),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    market: Market, arguments: tuple, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        backfill_offexchange_features(*arguments)


def test_it_runs_from_the_command_line(market: Market) -> None:
    from prefect.settings import PREFECT_API_URL

    out = subprocess.run(
        [sys.executable, "-m", "flows.backfill", FIRST, LAST, "--no-persist", "--workers", "2"],
        cwd=ROOT,
        env=os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert [json.loads(line)["trade_date"] for line in out.splitlines()] == SESSIONS
