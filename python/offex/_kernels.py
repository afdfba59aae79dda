"""The kernels of offex on NumPy arrays.

Arrays of the right type that are C-contiguous are read where they are; the interpreter lock is free
while a kernel runs, so threads may run several. Results are new arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import _offex
from ._errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Baseline = Literal["lagged", "trailing"]
SignRule = Literal["quote", "tick", "lee_ready", "emo", "clnv"]


def classify_trades(
    price: npt.ArrayLike,
    bid: npt.ArrayLike | None = None,
    ask: npt.ArrayLike | None = None,
    rule: SignRule = "lee_ready",
) -> npt.NDArray[np.int8]:
    """Returns the sign of each trade: 1 a buyer crossed the spread, -1 a seller, 0 not known.

    Args:
        price: shape (trades,), in the order of the tape. int64 is nano-dollars (1e-9 USD), or any
            other whole unit, and is read in place; float64 is dollars, and is rounded to the
            nearest nano-dollar first, which gives the decimal that was meant.
        bid: best bid at each trade, of the type of `price`; missing: NaN or -1. Not for ``tick``.
        ask: best ask, likewise. A quote counts where 0 < bid < ask.
        rule: ``quote``: above the midpoint 1, below -1. ``tick``: against the last other price.
            ``lee_ready``: quote rule, tick test at the midpoint (Lee and Ready 1991, no lag).
            ``emo``: at the ask 1, at the bid -1, else tick test (Ellis, Michaely, O'Hara 2000).
            ``clnv``: upper and lower 30 % of the spread, else tick test (Chakrabarty et al. 2007).

    Raises:
        InvalidArgumentError: a rule that does not exist, arrays of different lengths, a quote rule
            without quotes, a negative price, or one that is missing.
        TypeError: arrays that hold neither int64 nor float64, or not all the same.
    """
    import numpy as np

    arrays = [None if values is None else np.asarray(values) for values in (price, bid, ask)]
    kinds = {array.dtype for array in arrays if array is not None}
    if len(kinds) != 1 or not kinds <= {np.dtype(np.int64), np.dtype(np.float64)}:
        raise TypeError(
            "price, bid and ask are all int64 (nano-dollars) or all float64 (dollars), not "
            + ", ".join(sorted(str(kind) for kind in kinds))
        )
    if (bid is None) != (ask is None):
        raise InvalidArgumentError("bid and ask go together")
    ready = [None if array is None else _line(array) for array in arrays]
    sign: Any = _offex.sign_trades
    signs: npt.NDArray[np.int8] = sign(*ready, rule)
    return signs


def _least(min_count: int | None, window: int) -> int:
    """Returns the values that a window needs."""
    return min(15, window) if min_count is None else min_count


def rolling_zscore(
    values: npt.ArrayLike,
    window: int = 20,
    min_count: int | None = None,
    baseline: Baseline = "lagged",
) -> npt.NDArray[np.float64]:
    """Returns (value - mean) / population standard deviation of each value's window.

    Args:
        values: shape (sessions,) or (sessions, symbols), float64; NaN is missing.
        window: rows of a window, missing values included.
        min_count: fewer present values in it give NaN; 1 to `window`. None: 15, or less for a
            smaller window.
        baseline: ``lagged``: the `window` rows before the value, which is no part of them;
            ``trailing``: the last `window` rows with it.

    Output has the shape of the input, and is NaN where the value is missing, too few values are
    present, or all of them are equal. Each symbol is on its own. Formula: docs/metrics.md, v2.

    Raises:
        InvalidArgumentError (a ValueError): a window, count, baseline or shape that cannot be used.
    """
    least = _least(min_count, window)
    made: Any = _offex.rolling_zscore(_grid(values), window, least, baseline)
    scores: npt.NDArray[np.float64] = made
    return scores


def robust_zscore(
    values: npt.ArrayLike,
    window: int = 20,
    min_count: int | None = None,
    baseline: Baseline = "lagged",
) -> npt.NDArray[np.float64]:
    """Returns (value - median) / (MAD x 1.4826022185056018) of each value's window.

    MAD is the median absolute deviation from the median; where it is 0 the output is NaN. All else
    is as in `rolling_zscore`.
    """
    least = _least(min_count, window)
    made: Any = _offex.robust_zscore(_grid(values), window, least, baseline)
    scores: npt.NDArray[np.float64] = made
    return scores


def scan_panel(
    short_volume: npt.ArrayLike,
    total_volume: npt.ArrayLike,
    ordinals: npt.ArrayLike | None = None,
) -> dict[str, npt.NDArray[np.float64]]:
    """Steps the scanner's filter (rv/1.0.0) over a panel and returns its scores.

    Args:
        short_volume: shares, shape (sessions, symbols), float64; NaN is no row.
        total_volume: shares, the same shape. Rows with a total of 0 or less, or with short volume
            below 0 or above the total, are left out.
        ordinals: number of each session in the trading calendar, rising: those between are gaps.
            None: no gaps.

    Returns:
        Arrays of the shape of the inputs, NaN where there is nothing to say: ``z_r`` and ``z_v``
        (normal scores of the ratio and of the volume, given what was expected), ``z_p`` (the ratio
        surprises of the last days together), ``expected_ratio``, ``multiple`` (of the usual
        volume), ``baseline_shares`` and ``history`` (sessions seen before). Only the past of a
        session, and the other symbols of the session itself, enter its scores. Splits are not
        adjusted for. docs/scanner.md has the formulas.

    Raises:
        InvalidArgumentError (a ValueError): shapes that differ, ordinals that do not rise.
    """
    import numpy as np

    numbers = None if ordinals is None else np.ascontiguousarray(ordinals, dtype=np.int32)
    made: Any = _offex.scan_panel(_panel(short_volume), _panel(total_volume), numbers)
    panels: dict[str, npt.NDArray[np.float64]] = made
    return panels


def _line(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    import numpy as np

    if array.ndim != 1:
        raise InvalidArgumentError(f"prices have one dimension, not {array.ndim}")
    return np.ascontiguousarray(array)


def _grid(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    import numpy as np

    array = np.asarray(values)
    if array.ndim not in (1, 2):
        raise InvalidArgumentError(f"values have one or two dimensions, not {array.ndim}")
    return np.ascontiguousarray(array, dtype=np.float64)


def _panel(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    array = _grid(values)
    if array.ndim != 2:
        raise InvalidArgumentError("a panel has two dimensions: sessions x symbols")
    return array
