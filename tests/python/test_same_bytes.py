"""Answers of the package are, byte for byte, those of the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import offex
import pytest
from conftest import run


def _known(store: offex.Store) -> list[str]:
    rows = store.features().to_pylist()
    return [row["symbol"] for row in rows][3:40:7]


def _case(name: str, ask: Callable[[offex.Store, list[str]], offex.Table], *arguments: str):
    return pytest.param(ask, arguments, id=name)


CASES = [
    _case("features", lambda s, n: s.features(), "features"),
    _case("features-day", lambda s, n: s.features("2026-03-10", n), "features", "--date",
          "2026-03-10", "--symbols", "{commas}"),
    _case("features-unknown", lambda s, n: s.features("-3d", [*n, "NOSUCH"]), "features", "--date",
          "-3d", "--symbols", "{commas},NOSUCH"),
    _case("show", lambda s, n: s.daily_metrics(n), "show", "{symbols}", "--wide"),
    _case("show-known", lambda s, n: s.daily_metrics(n, time="known", days=40), "show", "{symbols}",
          "--wide", "--time", "known", "--days", "40"),
    _case("show-range", lambda s, n: s.daily_metrics(n, "2026-02-02", "2026-03-03"), "show",
          "{symbols}", "--wide", "--from", "2026-02-02", "--to", "2026-03-03"),
    _case("show-seed", lambda s, n: s.daily_metrics(n, version="PhaseA_v1"), "show", "{symbols}",
          "--wide", "--version", "PhaseA_v1"),
    _case("scan", lambda s, n: s.scan(), "scan", "--wide"),
    _case("scan-volume", lambda s, n: s.scan("-2d", 10, "volume", 0.2), "scan", "--wide", "--date",
          "-2d", "--top", "10", "--rank", "volume", "--fdr", "0.2"),
    _case("scan-filter", lambda s, n: s.scan(min_shares=50_000, test_issues=True, top=1000), "scan",
          "--wide", "--min-shares", "50000", "--test-issues", "--top", "1000"),
    _case("macro", lambda s, n: s.macro(), "macro", "--wide"),
    _case("macro-groups", lambda s, n: s.macro(["market", "tier"], "2026-03-02", "2026-04-01"),
          "macro", "--wide", "--group", "market", "--group", "tier", "--from", "2026-03-02", "--to",
          "2026-04-01"),
    _case("macro-list", lambda s, n: s.macro(symbols=n), "macro", "--wide", "--list", "{first}",
          "--list", "{second}", "--list", "{third}", "--list", "{rest}"),
    _case("index", lambda s, n: s.index(_index(s)), "index", "{index}", "--wide"),
    _case("short-volume", lambda s, n: s.short_volume(), "export", "finra_short_consolidated"),
    _case("sql", lambda s, n: s.sql("SELECT * FROM daily_metrics ORDER BY symbol, trade_date"),
          "sql", "SELECT * FROM daily_metrics ORDER BY symbol, trade_date"),
]  # fmt: skip


def _index(store: offex.Store) -> str:
    return str(store.sql("SELECT min(index_symbol)::VARCHAR AS n FROM ref_index_constituent")
               .to_pylist()[0]["n"])  # fmt: skip


def _spelled(arguments: tuple[str, ...], store: offex.Store, names: list[str]) -> list[str]:
    words = {
        "commas": ",".join(names),
        "index": _index(store),
        "first": names[0],
        "second": names[1],
        "third": names[2],
        "rest": ",".join(names[3:]),
    }
    out: list[str] = []
    for argument in arguments:
        if argument == "{symbols}":
            out += names
        elif argument == "{rest}":
            out = out[:-1]
            for name in names[3:]:
                out += ["--list", name]
        else:
            out.append(argument.format(**words))
    return out


@pytest.mark.parametrize("asof", [None, "2026-04-10"])
@pytest.mark.parametrize(("ask", "arguments"), CASES)
def test_bytes_are_those_of_the_program(
    offex_bin: Path, market_home: Path, ask, arguments, asof: str | None
) -> None:
    store = offex.open(market_home, asof)
    names = _known(store)
    moment = ["--asof", asof] if asof else []

    told = run(offex_bin, "--home", market_home, "-q", "-f", "csv", *moment,
               *_spelled(arguments, store, names))  # fmt: skip

    assert ask(store, names).to_text("csv") == told
    assert told.count(b"\n") > 1


def test_weeks_are_those_that_were_built(offex_bin: Path, market_home: Path) -> None:
    told = run(offex_bin, "--home", market_home, "-q", "-f", "csv", "export", "weekly_metrics")

    asked = offex.open(market_home).weekly(weeks=None).to_text("csv")

    # By symbol and week, and by week and symbol.
    assert sorted(asked.splitlines()) == sorted(told.splitlines())
    assert asked.splitlines()[0] == told.splitlines()[0]


def test_weeks_of_the_program_have_the_same_cells(
    offex_bin: Path, market_home: Path, store: offex.Store
) -> None:
    table = store.weekly(_known(store))
    told = run(offex_bin, "--home", market_home, "-q", "-f", "csv", "week", *_known(store),
               "--columns", ",".join(table.column_names))  # fmt: skip

    lines = table.to_text("csv").splitlines()

    # The program adds weeks that are not published yet.
    assert len(lines) > 8
    assert set(lines) <= set(told.splitlines())


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl"])
def test_every_format_of_programs_is_the_same(
    offex_bin: Path, market_home: Path, form: str
) -> None:
    told = run(offex_bin, "--home", market_home, "-q", "-f", form, "scan", "--wide")

    assert offex.open(market_home).scan().to_text(form) == told  # type: ignore[arg-type]


def test_written_files_are_those_of_the_program(
    offex_bin: Path, market_home: Path, tmp_path: Path
) -> None:
    run(offex_bin, "--home", market_home, "-q", "-o", tmp_path / "program.csv", "features")
    offex.open(market_home).features().write(tmp_path / "package.csv")

    assert (tmp_path / "package.csv").read_bytes() == (tmp_path / "program.csv").read_bytes()


def test_explanations_are_those_of_the_program(offex_bin: Path, store: offex.Store) -> None:
    assert store.explain("short_ratio").encode() == run(offex_bin, "explain", "short_ratio")


def test_findings_are_those_of_the_program(
    offex_bin: Path, market_home: Path, store: offex.Store
) -> None:
    told = run(offex_bin, "--home", market_home, "-q", "-f", "csv", "check")

    assert store.check().to_text("csv") == told
