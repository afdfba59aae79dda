"""Errors: a class for each code, with message and place."""

from __future__ import annotations

import datetime as dt
import pickle
import subprocess
import sys
from pathlib import Path

import offex
import pytest


def test_codes_have_the_classes_of_python_too() -> None:
    assert issubclass(offex.InvalidArgumentError, ValueError)
    assert issubclass(offex.NotFoundError, LookupError)
    assert issubclass(offex.StoreIOError, OSError)
    assert issubclass(offex.InterruptedByUserError, KeyboardInterrupt)
    assert issubclass(offex.FinraHTTPError, offex.UpstreamError)


def test_every_class_has_the_code_that_the_program_tells() -> None:
    codes = {
        "internal": offex.InternalError,
        "invalid-argument": offex.InvalidArgumentError,
        "not-found": offex.NotFoundError,
        "not-published": offex.NotPublishedError,
        "partial": offex.PartialError,
        "integrity": offex.IntegrityError,
        "upstream": offex.UpstreamError,
        "credentials": offex.CredentialsError,
        "busy": offex.BusyError,
        "unknown-layout": offex.UnknownLayoutError,
        "io": offex.StoreIOError,
        "interrupted": offex.InterruptedByUserError,
    }

    for code, kind in codes.items():
        problem = kind("no", {"file": "a"})
        assert problem.code == code
        assert problem.message == str(problem) == "no"
        assert problem.place == {"file": "a"}
        assert isinstance(problem, offex.OffexError) == (code != "interrupted")
        assert kind.__module__ == "offex"


def test_a_store_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(offex.NotFoundError, match="no store") as caught:
        offex.open(tmp_path / "nowhere")

    assert caught.value.code == "not-found"
    assert caught.value.report is None


def test_a_moment_that_cannot_be_read_is_refused(market_home: Path) -> None:
    with pytest.raises(ValueError, match="yesterday"):
        offex.open(market_home, asof="yesterday")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (lambda store: store.features("2026-02-30"), offex.InvalidArgumentError),
        (lambda store: store.daily_metrics("NOSUCHNAME"), offex.NotFoundError),
        (lambda store: store.daily_metrics(start="2026-04-02", end="2026-04-01"), ValueError),
        (lambda store: store.daily_metrics(version="v9"), offex.InvalidArgumentError),
        (lambda store: store.daily_metrics(short_z_source="x"), offex.InvalidArgumentError),
        (lambda store: store.daily_metrics(time="later"), offex.InvalidArgumentError),
        (lambda store: store.scan(rank="best"), offex.InvalidArgumentError),
        (lambda store: store.scan(top=0), offex.InvalidArgumentError),
        (lambda store: store.scan(fdr=1.5), offex.InvalidArgumentError),
        (lambda store: store.scan(min_shares=-1), offex.InvalidArgumentError),
        (lambda store: store.scan(min_market_cap=2, max_market_cap=1), ValueError),
        (lambda store: store.scan(funds="some"), offex.InvalidArgumentError),
        (lambda store: store.scan("2020-01-02"), offex.NotFoundError),
        (lambda store: store.macro("nosuchgroup"), offex.NotFoundError),
        (lambda store: store.index("NOSUCHINDEX"), offex.NotFoundError),
        (lambda store: store.short_volume(facility="XXXX"), offex.InvalidArgumentError),
        (lambda store: store.explain("nosuchmetric"), LookupError),
        (lambda store: store.sql("SELECT nothing FROM nowhere"), offex.OffexError),
        (lambda store: store.sql("SELECT * FROM read_csv('/etc/passwd')"), offex.OffexError),
        (lambda store: store.sql("SELECT $1", [object()]), TypeError),
    ],
)
def test_questions_that_cannot_be_answered_raise(store: offex.Store, question, kind) -> None:
    with pytest.raises(kind) as caught:
        question(store)

    assert str(caught.value)


def test_a_bad_row_is_named_by_its_place() -> None:
    text = (
        "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n"
        "20260302|AAPL|10|1|20|B,Q,N\r\n"
        "20260302|MSFT|1x|0|20|B,Q,N\r\n"
        "2\r\n"
    )

    with pytest.raises(offex.IntegrityError) as caught:
        offex.read_short_volume(text.encode(), "CNMSshvol20260302.txt")

    place = caught.value.place
    assert place is not None
    assert place["file"] == "CNMSshvol20260302.txt"
    assert place["line"] == 3
    assert place["column"] == 15
    assert place["field"] == "ShortVolume"
    assert "MSFT" in place["excerpt"]
    assert str(caught.value).startswith("CNMSshvol20260302.txt:3:15")


def test_an_error_survives_pickling(tmp_path: Path) -> None:
    with pytest.raises(offex.NotFoundError) as caught:
        offex.open(tmp_path)

    again = pickle.loads(pickle.dumps(caught.value))

    assert type(again) is offex.NotFoundError
    assert again.message == caught.value.message
    assert str(again) == str(caught.value)


def test_a_store_that_somebody_writes_to_is_busy(market_files: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = (
        "import sys, time, offex\n"
        "def wait(done, total):\n"
        "    print('writing', flush=True); time.sleep(60)\n"
        f"offex.import_files({str(home)!r}, {str(market_files / 'short')!r}, progress=wait)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"writing\n"

        with pytest.raises(offex.BusyError, match=str(other.pid)):
            offex.build(home)
    finally:
        other.kill()
        other.wait()


def test_an_import_tells_which_file_was_refused_and_keeps_the_others(
    market_files: Path, tmp_path: Path
) -> None:
    good = sorted((market_files / "short").rglob("CNMSshvol*.txt"))[0]
    bad = tmp_path / good.name.replace(good.stem[-8:], "20260303")
    bad.write_text(
        "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\n20260303|A|x|0|1|Q\n"
    )

    with pytest.raises(offex.IntegrityError) as caught:
        offex.import_files(tmp_path / "home", [good, bad])

    report = caught.value.report
    assert isinstance(report, offex.ImportReport)
    assert (report.files, report.stored) == (2, 1)
    assert [outcome.file for outcome in report.refused] == [str(bad)]
    assert offex.open(tmp_path / "home").days() is not None


def test_an_import_of_nothing_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(offex.NotFoundError):
        offex.import_files(tmp_path / "home", tmp_path / "empty")


def test_what_progress_raises_ends_the_import_and_comes_back(
    market_files: Path, tmp_path: Path
) -> None:
    class Enough(Exception):
        pass

    calls = []

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        raise Enough

    with pytest.raises(Enough):
        offex.import_files(tmp_path / "home", market_files / "short", progress=progress)

    assert len(calls) == 1


def test_the_clock_can_be_set(market_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFEX_NOW", "soon")
    with pytest.raises(offex.InvalidArgumentError, match="OFFEX_NOW"):
        offex.open(market_home)

    monkeypatch.setenv("OFFEX_NOW", "2026-04-17T23:00:00Z")
    weeks = offex.open(market_home).weekly(weeks=None).column("week_start_date")
    assert weeks.max().astype(object) < dt.date(2026, 4, 1)
