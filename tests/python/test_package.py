"""The package: what it offers, how it finds its data, what it costs to import."""

from __future__ import annotations

import datetime as dt
import inspect
import subprocess
import sys
from pathlib import Path

import offex
import pytest
from conftest import ROOT, in_fresh_process
from offex._home import find_home


def test_the_version_is_that_of_the_program(offex_bin: Path) -> None:
    told = subprocess.run([offex_bin, "--version"], capture_output=True, text=True, check=True)

    assert offex.__version__ in told.stdout


def test_every_public_name_is_there_and_documented() -> None:
    for name in offex.__all__:
        thing = getattr(offex, name)
        if name != "__version__":
            assert inspect.getdoc(thing), name
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_") and callable(value):
                    assert inspect.getdoc(value), f"{name}.{member}"


def test_importing_loads_none_of_the_libraries_that_read_tables() -> None:
    loaded = in_fresh_process(
        "import sys, offex; "
        "print([name for name in ('numpy', 'pandas', 'polars', 'pyarrow', 'duckdb')"
        " if name in sys.modules])"
    )

    assert loaded.strip() == "[]"


def test_the_package_is_typed() -> None:
    folder = Path(offex.__file__).parent

    assert (folder / "py.typed").is_file()
    stubs = (folder / "_offex.pyi").read_text()
    assert "class Table" in stubs
    assert "def sign_trades" in stubs


def test_duckdb_of_python_and_ours_live_in_one_process(market_home: Path) -> None:
    for order in ("import duckdb, offex", "import offex, duckdb"):
        told = in_fresh_process(
            f"{order}\n"
            f"answer = offex.open({str(market_home)!r}).features()\n"
            "print(duckdb.sql('select count(*) from answer').fetchall() == [(len(answer),)])"
        )

        assert told.strip() == "True", order


def test_the_home_is_found_as_the_program_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert find_home() == tmp_path / "me/.local/share/offex"

    config = tmp_path / "me/.config/offex/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('home = "/from/config"\n')
    assert find_home() == Path("/from/config")

    Path("offex.toml").write_text('home = "here"\nthreads = 2\n')
    assert find_home() == Path("here")

    monkeypatch.setenv("OFFEX_HOME", "/from/variable")
    assert find_home() == Path("/from/variable")
    assert find_home("/given") == Path("/given")


def test_a_settings_file_that_is_no_toml_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("offex.toml").write_text("home = \n")

    with pytest.raises(offex.InvalidArgumentError, match=r"offex\.toml"):
        find_home()


def test_a_store_tells_where_and_when_it_is(market_home: Path) -> None:
    store = offex.open(market_home, asof=dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC))

    assert store.home == market_home
    assert store.asof == dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
    assert str(market_home) in repr(store)
    assert store.days() == (dt.date(2026, 1, 22), dt.date(2026, 4, 1) - dt.timedelta(days=1))


def test_a_date_as_of_is_its_end_in_new_york(market_home: Path) -> None:
    by_date = offex.open(market_home, asof=dt.date(2026, 4, 1))
    by_text = offex.open(market_home, asof="2026-04-01")

    assert by_date.asof == by_text.asof
    assert by_date.asof == dt.datetime(2026, 4, 2, 3, 59, 59, 999999, tzinfo=dt.UTC)


def test_the_wheel_needs_nothing_of_the_source_tree() -> None:
    folder = Path(offex.__file__).resolve().parent
    if ROOT in folder.parents and "site-packages" not in folder.parts:
        pytest.skip("the package is not installed: tools/python.sh")
    module = next(folder.glob("_offex*.so"))
    told = subprocess.run(["readelf", "-d", module], capture_output=True, text=True, check=True)

    assert "$ORIGIN" in told.stdout
    assert str(ROOT) not in told.stdout
    assert (folder / "libduckdb.so").is_file()
    assert sys.version_info[:2] == (3, 11) or "cp311" not in module.name
