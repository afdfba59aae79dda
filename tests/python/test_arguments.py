"""What people pass by mistake is refused, and never becomes another question."""

from pathlib import Path

import numpy as np
import pandas
import pytest

import offex


@pytest.mark.parametrize(
    "symbols",
    [["SIMX", None], ["SIMX", float("nan")], [True], b"SIMX", pandas.DataFrame({"a": []})],
)
def test_what_is_no_text_is_no_symbol(store, symbols):
    with pytest.raises(TypeError, match="symbol"):
        store.features(symbols=symbols)


def test_an_empty_list_is_not_the_whole_market(store):
    with pytest.raises(offex.InvalidArgumentError, match="None asks for all"):
        store.features(symbols=[])


def test_symbols_of_a_series_are_taken(store):
    assert len(store.features(symbols=pandas.Series(["SIMX"]))) == 1


@pytest.mark.parametrize("days", [0, -1])
def test_no_days_are_not_all_days(store, days):
    with pytest.raises(offex.InvalidArgumentError, match="None for all"):
        store.daily_metrics("SIMX", days=days)


def test_parameters_have_no_names(store):
    with pytest.raises(TypeError, match="names are not bound"):
        store.sql("SELECT $name", {"name": "x"})


def test_numbers_of_numpy_are_parameters(store):
    row = store.sql("SELECT $1 AS a, $2 AS b", [np.int64(3), np.float32(0.5)]).to_pylist()[0]
    assert row == {"a": 3, "b": 0.5}


@pytest.mark.parametrize("moment", [5, np.datetime64("2026-04-01")])
def test_a_moment_of_another_type_is_refused(store, moment):
    with pytest.raises(TypeError, match="asof"):
        offex.open(store.home, asof=moment)


def test_a_path_is_no_file(tmp_path):
    with pytest.raises(TypeError):
        offex.read_short_volume(Path(tmp_path))


def test_a_small_window_needs_no_other_count():
    scores = offex.rolling_zscore(np.arange(30.0), 10)
    assert np.isfinite(scores[10:]).all()


def test_prices_become_the_nearest_doubles(store):
    table = store.daily_metrics(days=None)
    exact = table.to_pandas(exact=True)
    frame = table.to_pandas()
    for name in ("close", "short_volume", "total_volume"):
        for ours, theirs in zip(frame[name], exact[name], strict=True):
            assert ours == float(theirs) or (pandas.isna(ours) and pandas.isna(theirs))


def test_ctrl_c_is_no_error_of_offex():
    assert issubclass(offex.InterruptedByUserError, KeyboardInterrupt)
    assert not issubclass(offex.InterruptedByUserError, Exception)
