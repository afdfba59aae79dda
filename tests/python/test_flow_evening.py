"""The flow offexchange-evening, run for real against simulated upstreams."""

from __future__ import annotations

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")
offex = pytest.importorskip("offex", reason="the package offex is not installed")

from flow_support import (  # noqa: E402, F401
    DAY,
    Database,
    Market,
    database,
    market,
    prefect_server,
    said,
    sentences,
)

from flows import evening  # noqa: E402
from flows.evening import CheckFailed, offexchange_evening  # noqa: E402

pytestmark = pytest.mark.usefixtures("prefect_server")


def test_an_evening_ends_with_all_tables_pushed(
    market: Market, database: Database, sentences: list[str]
) -> None:
    summary = offexchange_evening(top=10, push_sessions=5)

    assert (summary["state"], summary["trade_date"], summary["due"]) == ("done", DAY, [])
    assert summary["features"]["rows"] > 40
    assert summary["features"]["ats_share_of_total"] == 0
    assert [name["rank"] for name in summary["scan"]] == list(range(1, 11))
    assert summary["built"]["daily_metrics_v2"] > 1_000
    for table, rows in summary["pushed"].items():
        assert database.number(f"SELECT count(*) FROM {table}") == rows > 0, table
    assert sorted(summary["pushed"]) == sorted(evening.TABLES)
    days = database.ask("SELECT DISTINCT trade_date FROM daily_features ORDER BY 1")
    assert [day for (day,) in days] == [f"2026-04-{day}" for day in range(13, 18)]
    assert said(sentences, rf"INFO Pushed \d+ rows of macro_daily, 2026-04-13 to {DAY}")
    assert f"INFO Evening of {DAY}: done" in sentences


def test_pushed_sessions_reach_back_to_published_weeks(market: Market, database: Database) -> None:
    offexchange_evening()

    known = "SELECT count(*) FROM daily_features WHERE ats_share_of_total IS NOT NULL"
    assert database.number(known) > 10


def test_a_second_evening_changes_nothing(market: Market, database: Database) -> None:
    first = offexchange_evening(push_sessions=3)
    rows = database.ask("SELECT * FROM daily_metrics ORDER BY symbol, trade_date")
    second = offexchange_evening(push_sessions=3)

    assert second["pushed"] == first["pushed"]
    assert database.ask("SELECT * FROM daily_metrics ORDER BY symbol, trade_date") == rows


def test_an_evening_before_the_files_ends_without_a_failure(
    market: Market, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    monkeypatch.setenv("OFFEX_NOW", "2026-04-20T22:05:00Z")

    summary = offexchange_evening()

    assert summary["state"] == "not published"
    assert summary["trade_date"] == "2026-04-20"
    assert any("2026-04-20" in due for due in summary["due"])
    assert "pushed" not in summary
    assert said(sentences, "INFO The short-sale file of 2026-04-20 is not published")


def test_an_evening_of_an_earlier_day_can_be_made_up_for(market: Market) -> None:
    summary = offexchange_evening("2026-04-15", persist=False)

    assert (summary["state"], summary["trade_date"]) == ("done", "2026-04-15")
    assert summary["pushed"] == {}
    assert summary["scan"]


def test_without_credentials_an_evening_warns_and_ends_well(
    market: Market, sentences: list[str]
) -> None:
    summary = offexchange_evening(push_sessions=2)

    assert summary["state"] == "done"
    assert set(summary["pushed"].values()) == {None}
    assert "WARNING Supabase credentials missing; skipping scan_hit" in sentences


def test_errors_of_the_check_keep_the_tables_as_they_are(
    market: Market, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evening, "check", lambda: {"error": 2, "info": 1})

    with pytest.raises(CheckFailed, match="2 errors; nothing was pushed"):
        offexchange_evening(push_sessions=2)

    assert database.number("SELECT count(*) FROM daily_features") == 0


def test_a_part_that_fails_does_not_keep_the_rest(
    market: Market, database: Database, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    monkeypatch.setenv("POLYGON_API_KEY", "refused")

    with pytest.raises(offex.CredentialsError):
        offexchange_evening(push_sessions=1)

    assert database.number("SELECT count(*) FROM daily_features") > 40
    assert "ERROR A part could not be fetched; the rest of the evening is done" in sentences


def test_an_evening_without_a_network_fails(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFEX_UPSTREAM", "http://127.0.0.1:9")
    monkeypatch.setenv("FINRA_HTTP_RETRIES", "2")
    monkeypatch.setenv("FINRA_HTTP_BACKOFF", "0.01")

    with pytest.raises(offex.UpstreamError):
        offexchange_evening(sources=["short"])
