"""What changes a store: sync, import and build."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from . import _offex
from ._days import DayLike, Symbols, day_text, symbol_list
from ._errors import (
    CredentialsError,
    FinraHTTPError,
    OffexError,
    UpstreamError,
    error_of,
)
from ._home import find_home

Home = str | os.PathLike[str] | None
Progress = Callable[[int, int], object]
Source = Literal["short", "weekly", "bars", "trades", "ref"]


@dataclass(frozen=True)
class SyncReport:
    """How a sync went. Each partition (a file of a day, a week of a tier ...) counts once."""

    partitions: int
    fetched: int
    """Stored for the first time."""
    revised: int
    """Corrected by a newer answer."""
    unchanged: int
    """Asked for again, and the same."""
    absent: int
    """The upstream does not have them."""
    due: list[str] = field(repr=False)
    """Not published yet, a line each."""
    failed: list[str] = field(repr=False)
    """Asked for in vain, a line each with the reason."""
    rows: int
    bytes: int
    """Received."""
    requests: int
    """Attempts included."""
    notes: list[str] = field(repr=False)
    """What was left out or fell back, and why."""
    warnings: list[str] = field(repr=False)


@dataclass(frozen=True)
class FileOutcome:
    """What happened to one file of an import."""

    file: str
    status: Literal["stored", "unchanged", "known", "refused", "skipped"]
    bytes: int
    rows: int
    rejects: int
    warnings: list[str]
    error: OffexError | None


@dataclass(frozen=True)
class ImportReport:
    """What happened to the files of an import."""

    files: int
    stored: int
    """At least one new revision."""
    unchanged: int
    """New bytes, but their rows were in force."""
    known: int
    """These bytes were imported before."""
    rows: int
    rejects: int
    """Rows set aside."""
    bytes: int
    superseded: int
    """Keys that got a newer revision."""
    notable: list[FileOutcome] = field(repr=False)
    """Files that were refused or skipped, or have warnings or rejects."""

    @property
    def refused(self) -> list[FileOutcome]:
        """Damaged files, of which nothing was stored."""
        return [outcome for outcome in self.notable if outcome.status == "refused"]


def sync(
    home: Home = None,
    sources: Source | Sequence[Source] | None = None,
    start: DayLike | None = None,
    end: DayLike | None = None,
    symbols: Symbols = None,
    progress: Progress | None = None,
) -> SyncReport:
    """Fetches what is missing or due from FINRA, Polygon and Nasdaq, and stores it.

    Addresses, keys and patience come from the environment, as the program reads them
    (FINRA_API_KEY, POLYGON_API_KEY, FINRA_HTTP_RETRIES ... docs/sync.md; OFFEX_UPSTREAM sends all
    to one simulated server).

    Args:
        home: data root, made where it is not there; None: as in `open`.
        sources: short, weekly, bars, trades, ref; None: all but trades.
        start: first trade date; None: the newest 30 sessions.
        end: last trade date; None: the newest whose files are out.
        symbols: tickers of trades, or of bars one by one.
        progress: called with (done, total) partitions. What it raises ends the sync; so does
            Ctrl-C. What is whole by then is stored.

    Raises:
        FinraHTTPError: partitions of FINRA failed after all attempts. This and the next two have
            ``report``; everything else was stored and published before.
        UpstreamError: the same, of another upstream.
        CredentialsError: everything that failed was refused for its credentials.
        BusyError: another process writes to the store.
        InterruptedByUserError: Ctrl-C.
    """
    wanted = [sources] if isinstance(sources, str) else list(sources or ())
    told: Any = _offex.sync(
        os.fspath(find_home(home)),
        wanted,
        day_text(start),
        day_text(end),
        symbol_list(symbols),
        progress,
    )
    failures: list[tuple[str, str]] = told.pop("failures")
    report = SyncReport(**told)
    if failures:
        raise _failure(report, failures)
    return report


def _failure(report: SyncReport, failures: list[tuple[str, str]]) -> OffexError:
    """Returns the exception that says what failed, worst cause first."""
    lines = "; ".join(report.failed[:3])
    more = f"; and {len(report.failed) - 3} more" if len(report.failed) > 3 else ""
    message = f"{len(report.failed)} of {report.partitions} partitions failed: {lines}{more}"
    codes = {code for _, code in failures}
    error: OffexError
    if any(source.startswith("finra") and code == "upstream" for source, code in failures):
        error = FinraHTTPError(message)
    elif "upstream" in codes:
        error = UpstreamError(message)
    elif codes == {"credentials"}:
        error = CredentialsError(message)
    else:
        error = error_of(failures[0][1], message, None, message)
    error.report = report
    return error


def import_files(
    home: Home,
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    max_rejects: int = 0,
    progress: Progress | None = None,
) -> ImportReport:
    """Reads published files, folders and archives into the store; layouts are found by the bytes.

    Args:
        home: data root, made where it is not there; None: as in `open`.
        paths: a file or folder, or several; folders are walked.
        max_rejects: bad rows a file may set aside; 0: the first one refuses it.
        progress: called with (done, total) files.

    Raises:
        NotFoundError: there is no file.
        IntegrityError, InvalidArgumentError, UnknownLayoutError: a file was refused, by its own
            error; ``report`` tells all of them, and the others were stored.
        BusyError: another process writes to the store.
    """
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    told: dict[str, Any] = _offex.import_files(
        os.fspath(find_home(home)), [os.fspath(path) for path in several], max_rejects, progress
    )
    told["notable"] = [FileOutcome(**outcome) for outcome in told["notable"]]
    report = ImportReport(**told)
    for outcome in report.refused:
        if outcome.error is not None:
            outcome.error.report = report
            raise outcome.error
    return report


def build(
    home: Home = None,
    version: Literal["v2", "PhaseA_v1"] = "v2",
    full: bool = False,
    *,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Derives the metrics of what was imported; returns the rows that each table got.

    Only what changed since the last build is replaced; 0 rows: it was up to date.

    Args:
        home: data root; None: as in `open`.
        version: `v2`, or the seed pipeline's `PhaseA_v1`.
        full: build again what is up to date.
        progress: called with (done, total) steps.
    """
    rows: dict[str, int] = _offex.build(os.fspath(find_home(home)), version, full, progress)
    return rows
