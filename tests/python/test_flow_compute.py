"""The flow compute-offexchange-features, run for real against simulated upstreams."""

from __future__ import annotations

import contextlib
import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")
offex = pytest.importorskip("offex", reason="the package offex is not installed")

from flow_support import (  # noqa: E402, F401
    DAY,
    PUBLISHED_DAY,
    Database,
    Market,
    database,
    market,
    prefect_server,
    program,
    said,
    sentences,
    shared,
    start_market,
)

from flows.compute_offexchange_features import compute_offexchange_features  # noqa: E402
from flows.rows import SHARES  # noqa: E402

pytestmark = pytest.mark.usefixtures("prefect_server")

KEYS = ["symbol", "trade_date", *SHARES]


def assert_shares(rows: list[dict]) -> None:
    for row in rows:
        assert list(row) == KEYS
        for name in SHARES:
            assert row[name] is None or 0.0 <= row[name] <= 1.0, row


def test_rows_of_given_symbols_come_in_their_order(market: Market, sentences: list[str]) -> None:
    rows = compute_offexchange_features(DAY, ["SIMX", "ABR", "ACHR"], persist=False)

    assert [row["symbol"] for row in rows] == ["SIMX", "ABR", "ACHR"]
    assert {row["trade_date"] for row in rows} == {DAY}
    assert all(isinstance(row["short_vol_share"], float) for row in rows)
    assert_shares(rows)
    assert said(sentences, f"INFO Using 3 provided symbols for {DAY}")


def test_symbols_are_cleaned_but_keep_the_case_the_store_knows(market: Market) -> None:
    compute_offexchange_features(DAY, ["ABR"], persist=False)

    given = [" abr ", "ABR", "", "TpC", "TPC", "abrpd", "NoSuch"]
    rows = compute_offexchange_features(DAY, given, persist=False)

    assert [row["symbol"] for row in rows] == ["ABR", "TpC", "TPC", "ABRpD", "NOSUCH"]
    by_symbol = {row["symbol"]: row for row in rows}
    assert by_symbol["TpC"]["short_vol_share"] != by_symbol["TPC"]["short_vol_share"]
    assert by_symbol["NOSUCH"]["short_vol_share"] is None


def test_the_numbers_are_those_of_the_program(market: Market) -> None:
    rows = compute_offexchange_features(PUBLISHED_DAY, persist=False)

    out = subprocess.run(
        [program(), "features", "--date", PUBLISHED_DAY, "-f", "jsonl", "-q"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    told = [json.loads(line) for line in out.splitlines()]
    assert rows == [{key: row[key] for key in KEYS} for row in told]
    assert len(rows) > 40


def test_the_newest_session_is_taken_without_a_date(market: Market) -> None:
    newest = compute_offexchange_features(None, ["ABR"], persist=False)

    assert newest == compute_offexchange_features(DAY, ["ABR"], persist=False)
    assert newest == compute_offexchange_features("last", ["ABR"], persist=False)
    assert newest[0]["short_vol_share"] is not None


def test_a_text_that_is_no_date_is_refused(market: Market) -> None:
    with pytest.raises(ValueError, match="`last`"):
        compute_offexchange_features("yesterday", ["ABR"])


def test_the_share_of_a_week_is_null_until_it_is_published(market: Market) -> None:
    newest = compute_offexchange_features(DAY, persist=False)
    published = compute_offexchange_features(PUBLISHED_DAY, persist=False)

    assert {row["ats_share_of_total"] for row in newest} == {None}
    assert sum(row["ats_share_of_total"] is not None for row in published) > 3
    assert_shares(published)


def test_without_a_polygon_key_the_weekly_share_is_null_and_the_log_says_why(
    market: Market, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    monkeypatch.delenv("POLYGON_API_KEY")

    rows = compute_offexchange_features(PUBLISHED_DAY, ["ABR"], persist=False)

    assert rows[0]["short_vol_share"] is not None
    assert rows[0]["ats_share_of_total"] is None
    assert said(sentences, "WARNING No price bars, so ats_share_of_total may be null: .*POLYGON")


@pytest.mark.parametrize(
    ("day", "now"),
    [
        ("2026-04-03", "2026-04-18T00:00:00Z"),  # Good Friday
        ("2026-04-18", "2026-04-18T00:00:00Z"),  # a Saturday
        ("2026-04-20", "2026-04-18T00:00:00Z"),  # to come
        ("2026-04-20", "2026-04-20T22:05:00Z"),  # late
    ],
)
def test_a_day_without_a_file_gives_nulls(
    market: Market, monkeypatch: pytest.MonkeyPatch, day: str, now: str
) -> None:
    monkeypatch.setenv("OFFEX_NOW", now)

    rows = compute_offexchange_features(day, ["ABR", "ACHR"], persist=False)

    empty = dict.fromkeys(SHARES)
    assert rows == [{"symbol": name, "trade_date": day} | empty for name in ("ABR", "ACHR")]


def test_nothing_is_persisted_of_a_day_that_nothing_is_known_of(
    market: Market, database: Database, sentences: list[str]
) -> None:
    compute_offexchange_features("2026-04-18", ["ABR"])

    assert database.number("SELECT count(*) FROM daily_features") == 0
    assert said(sentences, "INFO Nothing is published of 2026-04-18: persisted 0")


def test_without_candidates_there_are_no_rows(market: Market, sentences: list[str]) -> None:
    assert compute_offexchange_features("2026-04-18") == []
    assert said(sentences, "WARNING No candidate symbols for 2026-04-18")


def test_without_credentials_rows_come_back_with_a_warning(
    market: Market, sentences: list[str]
) -> None:
    rows = compute_offexchange_features(DAY, ["ABR", "ACHR"])

    assert [row["symbol"] for row in rows] == ["ABR", "ACHR"]
    assert rows[0]["short_vol_share"] is not None
    warning = "WARNING Supabase credentials missing; skipping persistence for 2 rows"
    assert warning in sentences


def test_without_credentials_the_file_names_the_candidates(
    market: Market, sentences: list[str]
) -> None:
    rows = compute_offexchange_features(DAY)

    assert len(rows) > 40
    assert said(sentences, f"WARNING Supabase credentials missing; .*{DAY}")
    assert said(sentences, f"INFO Using all {len(rows)} symbols of the short-sale file of {DAY}")


def test_rows_are_persisted_as_they_come_back(
    market: Market, database: Database, sentences: list[str]
) -> None:
    rows = compute_offexchange_features(PUBLISHED_DAY, ["ABR", "ACHR", "NOSUCH"])

    stored = database.ask(
        "SELECT symbol, trade_date, short_vol_share, short_exempt_share, ats_share_of_total "
        "FROM daily_features ORDER BY symbol"
    )
    assert [
        [row["symbol"], row["trade_date"], *(row[name] for name in SHARES)] for row in rows
    ] == [[*row[:2], *(float(text) if text else None for text in row[2:])] for row in stored]
    assert "INFO Persisted 3 off-exchange feature rows" in sentences
    known = "SELECT count(*) FROM provenance_events WHERE source = 'daily_features'"
    assert database.number(known) == 3


def test_persisting_again_leaves_each_row_once(market: Market, database: Database) -> None:
    tables = [
        "SELECT * FROM daily_features ORDER BY 1",
        "SELECT * FROM provenance_events ORDER BY 1",
    ]
    compute_offexchange_features(DAY, ["ABR", "ACHR"])
    once = [database.ask(table) for table in tables]
    compute_offexchange_features(DAY, ["ABR", "ACHR"])

    assert len(once[0]) == 2
    assert [database.ask(table) for table in tables] == once


def test_all_symbols_of_a_table_with_many_pages_are_discovered(
    market: Market, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    for name in ("SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"):
        monkeypatch.setenv(name, market.variables[name])
    names = [f"P{number:04}" for number in range(2_345)] + ["ABR"]
    first = compute_offexchange_features("2026-04-16", names)
    assert len(first) == 2_346

    rows = compute_offexchange_features("2026-04-16")

    assert [row["symbol"] for row in rows] == sorted(names)
    assert said(sentences, "INFO Fetched 2346 symbols from daily_features for 2026-04-16")
    assert sentences.count("INFO Persisted 2346 off-exchange feature rows") == 2
    assert rows[0]["symbol"] == "ABR" and rows[0]["short_vol_share"] is not None


def test_supabase_holds_what_comes_back(
    market: Market, database: Database, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    names = [f"P{number:04}" for number in range(1_200)]
    with contextlib.contextmanager(start_market)("--postgres", database.url) as supabase:
        for name in ("SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"):
            monkeypatch.setenv(name, supabase.variables[name])
        compute_offexchange_features(PUBLISHED_DAY, [*names, "ABR", "ACHR"])
        rows = compute_offexchange_features(PUBLISHED_DAY)

    stored = database.ask(
        "SELECT symbol, short_vol_share, short_exempt_share, ats_share_of_total "
        'FROM daily_features ORDER BY symbol COLLATE "C"'
    )
    assert [[row["symbol"], *(row[name] for name in SHARES)] for row in rows] == [
        [symbol, *(float(text) if text else None for text in texts)] for symbol, *texts in stored
    ]
    assert len(rows) == 1_202
    assert said(sentences, f"INFO Fetched 1202 symbols from daily_features for {PUBLISHED_DAY}")


def test_a_table_without_rows_of_the_day_leaves_the_file(
    market: Market, database: Database, sentences: list[str]
) -> None:
    rows = compute_offexchange_features(DAY)

    assert len(rows) > 40
    assert said(sentences, f"INFO Fetched 0 symbols from daily_features for {DAY}")
    assert database.number("SELECT count(*) FROM daily_features") == len(rows)


@pytest.fixture
def refusing_server() -> Iterator[tuple[str, list[str]]]:
    """A server that answers 503 to everything, and the paths that it was asked for."""
    paths: list[str] = []

    class Refusal(http.server.BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            paths.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _refuse

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_refused_requests_are_repeated_and_end_in_an_error(
    market: Market, monkeypatch: pytest.MonkeyPatch, refusing_server: tuple[str, list[str]]
) -> None:
    address, paths = refusing_server
    monkeypatch.setenv("OFFEX_UPSTREAM", address)
    monkeypatch.setenv("FINRA_HTTP_RETRIES", "3")
    monkeypatch.setenv("FINRA_HTTP_BACKOFF", "0.01")

    with pytest.raises(offex.FinraHTTPError):
        compute_offexchange_features(DAY, ["ABR"])

    assert sum(path.endswith("CNMSshvol20260417.txt") for path in paths) == 3


def test_a_server_that_is_down_ends_in_an_error(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFEX_UPSTREAM", "http://127.0.0.1:9")
    monkeypatch.setenv("FINRA_HTTP_RETRIES", "2")
    monkeypatch.setenv("FINRA_HTTP_BACKOFF", "0.01")

    with pytest.raises(offex.FinraHTTPError) as caught:
        compute_offexchange_features(DAY, ["ABR"], persist=False)

    assert isinstance(caught.value, offex.UpstreamError)


FAULTS = [
    "reset",
    "truncate",
    "stall",
    "too_many",
    "server_error",
    "gateway_page",
    "expired_token",
    "wrong_length",
    "silent_cap",
    "reordered_page",
]


@pytest.fixture
def calm_rows(request: pytest.FixtureRequest, market: Market, tmp_path: Path) -> list[dict]:
    """All rows of a published day as they come without faults."""

    def compute() -> Iterator[list[dict]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OFFEX_HOME", str(tmp_path / "calm"))
            yield compute_offexchange_features(PUBLISHED_DAY, persist=False)

    return shared(request, "calm rows", compute)


@pytest.mark.parametrize("kinds", [FAULTS, *([kind] for kind in FAULTS)], ids="-".join)
def test_faults_change_no_row(
    market: Market, monkeypatch: pytest.MonkeyPatch, calm_rows: list[dict], kinds: list[str]
) -> None:
    monkeypatch.setenv("FINRA_HTTP_RETRIES", "10")
    monkeypatch.setenv("FINRA_HTTP_BACKOFF", "0.01")
    faults = {"rate": 0.2, "seed": 7, "kinds": kinds, "stall_ms": 1500}
    market.control(faults=faults)
    try:
        rows = compute_offexchange_features(PUBLISHED_DAY, persist=False)
    finally:
        market.calm()

    assert_shares(rows)
    assert len(rows) > 40
    assert rows == calm_rows


def test_a_busy_store_is_waited_for(
    market: Market, monkeypatch: pytest.MonkeyPatch, sentences: list[str]
) -> None:
    from flows import fetch

    real, calls = offex.sync, []

    def busy_once(**arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise offex.BusyError("another process writes to the store")
        return real(**arguments)

    monkeypatch.setattr(offex, "sync", busy_once)
    monkeypatch.setattr(fetch, "sync", fetch.sync.with_options(retry_delay_seconds=0))

    rows = compute_offexchange_features(DAY, ["ABR"], persist=False)

    assert len(calls) == 2
    assert rows[0]["short_vol_share"] is not None


def test_other_failures_are_not_repeated(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def down(**arguments: object) -> object:
        calls.append(arguments)
        raise offex.FinraHTTPError("down")

    monkeypatch.setattr(offex, "sync", down)

    with pytest.raises(offex.FinraHTTPError):
        compute_offexchange_features(DAY, ["ABR"], persist=False)

    assert len(calls) == 1


def test_what_is_stored_is_not_asked_for_again(market: Market) -> None:
    compute_offexchange_features("2026-03-10", ["ABR"], persist=False)
    market.served()

    rows = compute_offexchange_features("2026-03-10", ["ABR"], persist=False)

    assert rows[0]["ats_share_of_total"] is not None
    assert market.served() == []
