"""Sync, import and build from Python, and threads that share a store."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import offex
import pytest
from conftest import run


@pytest.fixture
def upstream(served: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a simulated server; the variables of the process name it."""
    for name, value in served.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FINRA_HTTP_RETRIES", "2")
    monkeypatch.setenv("FINRA_HTTP_BACKOFF", "0.01")
    return served["OFFEX_UPSTREAM"]


def _control(upstream: str, **orders: object) -> None:
    request = urllib.request.Request(f"{upstream}/control", json.dumps(orders).encode())
    urllib.request.urlopen(request, timeout=10).read()


def test_an_import_and_a_build_give_the_store_of_the_program(
    offex_bin: Path, market_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFEX_NOW", "2026-04-18T12:00:00Z")  # when weekly rows became known
    home = tmp_path / "ours"
    calls: list[tuple[int, int]] = []

    report = offex.import_files(home, market_files, progress=lambda *at: calls.append(at))
    tables = offex.build(home)
    run(offex_bin, "--home", tmp_path / "theirs", "-q", "import", market_files)
    run(offex_bin, "--home", tmp_path / "theirs", "-q", "build")

    assert report.files == report.stored + report.unchanged + report.known + len(
        [file for file in report.notable if file.status == "skipped"]
    )
    assert report.rows > 1000
    assert calls[-1] == (report.files, report.files)
    assert tables["daily_metrics_v2"] > 0
    digests = [
        run(offex_bin, "--home", place, "-q", "-f", "csv", "check", "--digest")
        for place in (home, tmp_path / "theirs")
    ]
    assert digests[0] == digests[1]


def test_a_second_import_and_build_find_nothing_new(market_files: Path, tmp_path: Path) -> None:
    short = market_files / "short"
    first = offex.import_files(tmp_path, [short])
    offex.build(tmp_path)

    again = offex.import_files(tmp_path, [short])

    assert (again.stored, again.known, again.rows) == (0, first.files, 0)
    assert set(offex.build(tmp_path).values()) == {0}
    assert offex.build(tmp_path, full=True)["daily_metrics_v2"] > 0


def test_a_sync_fetches_what_is_missing(upstream: str, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []

    report = offex.sync(tmp_path, progress=lambda *at: calls.append(at))

    assert report.fetched > 0 and report.rows > 0 and report.requests >= report.fetched
    assert report.failed == []
    assert calls[-1][0] == report.partitions
    assert len(offex.open(tmp_path).features()) > 0
    again = offex.sync(tmp_path)
    assert (again.fetched, again.rows) == (0, 0)


def test_a_sync_of_one_source_and_one_day(upstream: str, tmp_path: Path) -> None:
    report = offex.sync(tmp_path, "short", "2026-04-16", "2026-04-16")

    days = offex.open(tmp_path).days()
    assert report.fetched > 0
    assert days is not None
    assert [day.isoformat() for day in days] == ["2026-04-16", "2026-04-16"]


def test_what_failed_of_finra_is_a_finra_error_with_the_report(
    upstream: str, tmp_path: Path
) -> None:
    offex.sync(tmp_path, "short", "2026-04-14", "2026-04-14")
    _control(upstream, faults={"rate": 1.0, "kinds": ["server_error"]})

    with pytest.raises(offex.FinraHTTPError) as caught:
        offex.sync(tmp_path, "short", "2026-04-14", "2026-04-16")

    report = caught.value.report
    assert caught.value.code == "upstream"
    assert len(report.failed) > 0
    assert "2026-04-16" in " ".join(report.failed)
    assert str(len(report.failed)) in str(caught.value)
    days = offex.open(tmp_path).days()
    assert days is not None and days[1].isoformat() == "2026-04-14"


def test_refused_keys_are_a_credentials_error(
    upstream: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYGON_API_KEY", "wrong")

    with pytest.raises(offex.CredentialsError) as caught:
        offex.sync(tmp_path, "bars", "2026-04-16", "2026-04-16")

    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"sources": "everything"},
        {"start": "2026-13-01"},
        {"start": "2026-04-16", "end": "2026-04-14"},
        {"symbols": ["NO SUCH TICKER AT ALL"]},
    ],
)
def test_orders_that_make_no_sense_are_refused(
    upstream: str, tmp_path: Path, arguments: dict
) -> None:
    with pytest.raises(offex.InvalidArgumentError):
        offex.sync(tmp_path, **arguments)


def test_a_variable_that_cannot_be_read_is_named(
    upstream: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINRA_HTTP_TIMEOUT", "soon")

    with pytest.raises(offex.InvalidArgumentError, match="FINRA_HTTP_TIMEOUT"):
        offex.sync(tmp_path)


def test_ctrl_c_ends_a_sync_after_what_is_whole(upstream: str, tmp_path: Path) -> None:
    code = (
        "import sys, offex\n"
        "seen = lambda done, total: print(done, flush=True)\n"
        "try:\n"
        f"    offex.sync({str(tmp_path)!r}, progress=seen)\n"
        "except offex.InterruptedByUserError as error:\n"
        "    print('interrupted', error.code)\n"
    )
    _control(upstream, faults={"rate": 0.5, "kinds": ["stall"], "stall_ms": 200})
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=os.environ,
        text=True,
    )
    assert other.stdout is not None
    other.stdout.readline()
    other.send_signal(signal.SIGINT)
    rest, _ = other.communicate(timeout=60)

    assert other.returncode == 0
    assert rest.splitlines()[-1] == "interrupted interrupted"
    _control(upstream, faults={"rate": 0})
    assert offex.sync(tmp_path).fetched > 0


def test_warnings_of_an_import_go_to_the_logger(
    market_files: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="offex"):
        report = offex.import_files(tmp_path, market_files / "weekly")

    told = [line for file in report.notable for line in file.warnings]
    assert all(record.name == "offex" for record in caplog.records)
    assert all(isinstance(line, str) for line in told)


def test_threads_share_a_store(store: offex.Store) -> None:
    expected = {
        "features": store.features().to_text(),
        "sql": store.sql("SELECT count(*) AS n FROM finra_short_daily").to_text(),
        "scan": store.scan().to_text(),
    }
    wrong: list[str] = []

    def ask(order: list[str]) -> None:
        for name in order * 4:
            answer = (
                store.sql("SELECT count(*) AS n FROM finra_short_daily")
                if name == "sql"
                else getattr(store, name)()
            )
            if answer.to_text() != expected[name]:
                wrong.append(name)

    orders = [["features", "sql", "scan"], ["scan", "features", "sql"], ["sql", "scan", "features"]]
    threads = [threading.Thread(target=ask, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_interpreter_is_free_while_a_question_is_answered(store: offex.Store) -> None:
    ended = threading.Event()

    def ask() -> None:
        store.sql("SELECT sum(a.i * b.i % 7) AS n FROM range(20000) AS a(i), range(6000) AS b(i)")
        ended.set()

    thread = threading.Thread(target=ask)
    thread.start()
    ticks = 0
    while not ended.wait(0.001):
        ticks += 1
    thread.join()

    assert ticks > 5


def test_a_store_keeps_its_state_while_another_writes(market_files: Path, tmp_path: Path) -> None:
    files = sorted((market_files / "short").rglob("CNMSshvol*.txt"))
    offex.import_files(tmp_path, files[:2])
    before = offex.open(tmp_path)
    seen = before.short_volume().to_text()

    offex.import_files(tmp_path, files[2:4])

    assert before.short_volume().to_text() == seen
    assert len(offex.open(tmp_path).short_volume()) > len(before.short_volume())
