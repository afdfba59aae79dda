"""Kernels: equal to plain NumPy and pandas, without copies, without the interpreter lock."""

from __future__ import annotations

import threading
import time
import tracemalloc

import numpy as np
import offex
import pandas as pd
import pytest

SEEDS = range(8)


def _panel(seed: int, rows: int = 120, width: int = 7, gaps: float = 0.15) -> np.ndarray:
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(rows, width)), 1)  # ties, and windows of equal values
    values[random.random(values.shape) < gaps] = np.nan
    values[:, 0] = 3.0
    return values


def _windows(values: np.ndarray, window: int, baseline: str):
    for row in range(len(values)):
        end = row if baseline == "lagged" else row + 1
        yield row, values[max(0, end - window) : end]


def _naive(values: np.ndarray, window: int, min_count: int, baseline: str, robust: bool):
    out = np.full(values.shape, np.nan)
    for row, part in _windows(values, window, baseline):
        for column in range(values.shape[1]):
            seen = part[:, column][~np.isnan(part[:, column])]
            if np.isnan(values[row, column]) or len(seen) < min_count:
                continue
            centre = np.median(seen) if robust else np.mean(seen)
            spread = (
                np.median(np.abs(seen - centre)) * 1.4826022185056018
                if robust
                else np.std(seen)
                if len(set(seen)) > 1
                else 0.0
            )
            if spread > 0:
                out[row, column] = (values[row, column] - centre) / spread
    return out


@pytest.mark.parametrize("baseline", ["lagged", "trailing"])
@pytest.mark.parametrize("seed", SEEDS)
def test_rolling_zscore_equals_the_naive_one(seed: int, baseline: str) -> None:
    values = _panel(seed)

    scores = offex.rolling_zscore(values, window=20, min_count=10, baseline=baseline)

    np.testing.assert_allclose(scores, _naive(values, 20, 10, baseline, False), atol=1e-9)


@pytest.mark.parametrize("baseline", ["lagged", "trailing"])
@pytest.mark.parametrize("seed", SEEDS)
def test_robust_zscore_equals_the_naive_one(seed: int, baseline: str) -> None:
    values = _panel(seed)

    scores = offex.robust_zscore(values, window=20, min_count=10, baseline=baseline)

    np.testing.assert_allclose(scores, _naive(values, 20, 10, baseline, True), atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_rolling_zscore_equals_that_of_pandas(seed: int) -> None:
    series = pd.Series(np.random.default_rng(seed).normal(size=300))
    past = series.shift(1).rolling(20, min_periods=15)

    scores = offex.rolling_zscore(series)

    expected = (series - past.mean()) / past.std(ddof=0)
    np.testing.assert_allclose(scores, expected, atol=1e-9)


def test_one_dimension_is_one_symbol() -> None:
    values = _panel(1)

    for kernel in (offex.rolling_zscore, offex.robust_zscore):
        by_symbol = [kernel(np.ascontiguousarray(column)) for column in values.T]
        np.testing.assert_array_equal(kernel(values), np.stack(by_symbol, axis=1))


def test_nothing_gives_nothing() -> None:
    for shape in ((0,), (0, 3), (4, 0)):
        for kernel in (offex.rolling_zscore, offex.robust_zscore):
            assert kernel(np.empty(shape)).shape == shape
    assert offex.scan_panel(np.empty((0, 3)), np.empty((0, 3)))["z_r"].shape == (0, 3)
    assert offex.classify_trades(np.empty(0), rule="tick").shape == (0,)


def test_other_numbers_are_converted() -> None:
    whole = [1, 2, 4, 8, 16, 32]
    expected = offex.rolling_zscore(np.array(whole, dtype=np.float64), 3, 2)

    np.testing.assert_array_equal(offex.rolling_zscore(whole, 3, 2), expected)
    backwards = np.array(whole[::-1], dtype=np.float64)[::-1]
    np.testing.assert_array_equal(offex.rolling_zscore(backwards, 3, 2), expected)
    in_columns = np.asfortranarray(_panel(2))
    np.testing.assert_array_equal(
        offex.rolling_zscore(in_columns), offex.rolling_zscore(np.ascontiguousarray(in_columns))
    )


@pytest.mark.parametrize(
    "options",
    [
        {"window": 0},
        {"window": -3},
        {"min_count": 0},
        {"window": 5, "min_count": 6},
        {"baseline": "next"},
    ],
)
def test_windows_that_cannot_be_are_refused(options: dict) -> None:
    for kernel in (offex.rolling_zscore, offex.robust_zscore):
        with pytest.raises(ValueError):
            kernel(np.zeros(30), **options)


def test_three_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        offex.rolling_zscore(np.zeros((2, 2, 2)))


def _signs(price, bid, ask, rule):
    """The rules, one trade at a time."""
    out, last, sign = [], None, 0
    for i, trade in enumerate(price):
        if last is not None and trade != last:
            sign = 1 if trade > last else -1
        last = trade
        tick = sign
        usable = rule != "tick" and 0 < bid[i] < ask[i]
        middle = 2 * trade - bid[i] - ask[i] if usable else 0
        if rule == "tick":
            out.append(tick)
        elif rule == "quote":
            out.append(int(np.sign(middle)))
        elif not usable:
            out.append(tick)
        elif rule == "lee_ready":
            out.append(int(np.sign(middle)) or tick)
        elif rule == "emo":
            out.append(1 if trade == ask[i] else -1 if trade == bid[i] else tick)
        else:
            spread = ask[i] - bid[i]
            upper = 10 * ask[i] - 3 * spread < 10 * trade <= 10 * ask[i]
            lower = 10 * bid[i] <= 10 * trade < 10 * bid[i] + 3 * spread
            out.append(1 if upper else -1 if lower else tick)
    return out


@pytest.mark.parametrize("rule", ["quote", "tick", "lee_ready", "emo", "clnv"])
@pytest.mark.parametrize("seed", SEEDS)
def test_trades_are_signed_as_one_by_one(seed: int, rule: str) -> None:
    random = np.random.default_rng(seed)
    bid = random.integers(90, 110, 5000)
    ask = bid + random.integers(-1, 12, 5000)
    price = bid + random.integers(-2, 14, 5000)

    signs = offex.classify_trades(price, bid, ask, rule=rule)

    assert signs.dtype == np.int8
    assert signs.tolist() == _signs(price.tolist(), bid.tolist(), ask.tolist(), rule)


def test_dollars_are_the_decimals_that_were_meant() -> None:
    random = np.random.default_rng(1)
    cents = random.integers(1, 10_000_000, 5000)
    bid, ask = cents - 1, cents + 1
    price = cents + random.integers(-1, 2, 5000)

    whole = offex.classify_trades(price * 10_000_000, bid * 10_000_000, ask * 10_000_000)
    dollars = offex.classify_trades(price / 100, bid / 100, ask / 100)

    np.testing.assert_array_equal(whole, dollars)


def test_a_missing_quote_leaves_the_tick_test() -> None:
    price = np.array([10.0, 10.5, 10.5])
    bid = np.array([np.nan, np.nan, 10.4])
    ask = np.array([np.nan, 10.6, np.nan])

    assert offex.classify_trades(price, bid, ask).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"price": np.array([1.0, np.nan]), "rule": "tick"}, ValueError),
        ({"price": np.array([1.0, -1.0]), "rule": "tick"}, ValueError),
        ({"price": np.array([1, -1]), "rule": "tick"}, ValueError),
        ({"price": np.array([1e11]), "rule": "tick"}, ValueError),
        ({"price": np.ones(2)}, ValueError),
        ({"price": np.ones(2), "bid": np.ones(2)}, ValueError),
        ({"price": np.ones(2), "bid": np.ones(2), "ask": np.ones(3)}, ValueError),
        ({"price": np.ones(2), "bid": np.ones(2), "ask": np.ones(2), "rule": "?"}, ValueError),
        ({"price": np.ones((2, 2)), "rule": "tick"}, ValueError),
        ({"price": np.ones(2, dtype=np.int64), "bid": np.ones(2), "ask": np.ones(2)}, TypeError),
        ({"price": np.ones(2, dtype=np.float32), "rule": "tick"}, TypeError),
    ],
)
def test_trades_that_cannot_be_signed_are_refused(arguments: dict, error: type) -> None:
    with pytest.raises(error):
        offex.classify_trades(**arguments)


def _volumes(seed: int, sessions: int = 60, symbols: int = 80):
    random = np.random.default_rng(seed)
    total = np.round(np.exp(random.normal(11, 0.5, (sessions, symbols))))
    short = np.round(total * random.beta(40, 50, (sessions, symbols)))
    gone = random.random(total.shape) < 0.05
    total[gone] = np.nan
    short[gone] = np.nan
    return short, total


def test_the_scan_of_a_panel_knows_the_past_only() -> None:
    short, total = _volumes(1)
    whole = offex.scan_panel(short, total)

    part = offex.scan_panel(short[:40], total[:40])

    for name, grid in part.items():
        np.testing.assert_array_equal(grid, whole[name][:40], err_msg=name)


def test_the_scan_of_a_panel_finds_a_surge_and_a_tilt() -> None:
    short, total = _volumes(2)
    total[-1, 3] *= 30
    short[-1, 3] *= 30
    total[-1, 5], short[-1, 5] = 60_000, 59_000

    scores = offex.scan_panel(short, total)

    assert scores["z_v"][-1, 3] > 4 > np.nanmax(np.delete(scores["z_v"][-1], [3, 5]))
    assert scores["z_r"][-1, 5] == np.nanmax(scores["z_r"][-1]) > 3
    assert 20 < scores["multiple"][-1, 3] < 45
    assert np.nanmax(np.abs(scores["expected_ratio"][-1] - 4 / 9)) < 0.15


def test_scores_of_a_panel_are_like_noise_without_a_signal() -> None:
    scores = offex.scan_panel(*_volumes(3, sessions=120))

    for name in ("z_r", "z_v"):
        late = scores[name][60:]
        assert abs(np.nanmean(late)) < 0.15
        # The priors expect more of an unknown market than this quiet one does.
        assert 0.6 < np.nanstd(late) < 1.25


def test_the_scan_of_a_panel_leaves_out_what_is_no_row() -> None:
    short, total = _volumes(4)
    total[10, 0], short[11, 1], short[12, 2] = 0, -1, total[12, 2] + 1

    history = offex.scan_panel(short, total)["history"]

    assert np.isnan(history[10, 0]) and np.isnan(history[11, 1]) and np.isnan(history[12, 2])
    assert history[13, 0] == 12 - np.isnan(total[:10, 0]).sum() + 0


def test_gaps_between_sessions_count() -> None:
    short, total = _volumes(5)

    dense = offex.scan_panel(short, total)
    same = offex.scan_panel(short, total, np.arange(60) + 5)
    gapped = offex.scan_panel(short, total, np.arange(60) * 3)

    np.testing.assert_array_equal(dense["z_v"], same["z_v"])
    assert not np.array_equal(dense["z_v"], gapped["z_v"], equal_nan=True)


@pytest.mark.parametrize(
    ("shapes", "ordinals"),
    [
        (((5, 3), (5, 4)), None),
        (((5, 3), (5, 3)), [0, 1, 2]),
        (((3, 3), (3, 3)), [0, 2, 2]),
        (((3, 3), (3, 3)), [-1, 0, 1]),
        (((3,), (3,)), None),
    ],
)
def test_panels_that_do_not_fit_are_refused(shapes, ordinals) -> None:
    with pytest.raises(ValueError):
        offex.scan_panel(np.ones(shapes[0]), np.ones(shapes[1]), ordinals)


def test_the_scan_of_a_panel_is_that_of_the_store(store: offex.Store) -> None:
    rows = store.short_volume().to_pandas()
    panels = {
        name: rows.pivot(index="trade_date", columns="symbol", values=name)
        for name in ("short_volume", "total_volume")
    }
    hits = store.sql(
        "SELECT symbol::VARCHAR AS symbol, trade_date, z_r, z_v FROM scan_hit"
        " WHERE trade_date < '2026-02-10'"
    ).to_pandas()
    assert len(hits) > 50

    scores = offex.scan_panel(panels["short_volume"], panels["total_volume"])

    index, names = panels["total_volume"].index, panels["total_volume"].columns
    at = index.get_indexer(hits["trade_date"]), names.get_indexer(hits["symbol"])
    for name in ("z_r", "z_v"):
        np.testing.assert_array_equal(scores[name][at], hits[name], err_msg=name)


def test_inputs_are_not_copied() -> None:
    values = np.random.default_rng(1).normal(size=(300, 4000))
    price = np.random.default_rng(2).integers(1, 1000, 2_000_000)

    for kernel in (
        lambda: offex.rolling_zscore(values, 5, 5),
        lambda: offex.robust_zscore(values, 5, 5),
        lambda: offex.classify_trades(price, rule="tick"),
    ):
        tracemalloc.start()  # NumPy tells it what its arrays take
        kernel()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 1_000_000


def test_the_interpreter_is_free_while_a_kernel_runs() -> None:
    values = np.random.default_rng(1).normal(size=(1500, 6000))
    started, ended = threading.Event(), threading.Event()
    ticks = 0

    def work() -> None:
        started.set()
        offex.robust_zscore(values, 250, 15)
        ended.set()

    worker = threading.Thread(target=work)
    worker.start()
    started.wait()
    while not ended.is_set():
        time.sleep(0.001)
        ticks += 1
    worker.join()

    assert ticks > 20
