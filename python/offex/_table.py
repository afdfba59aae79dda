"""Tables: the rows of an answer, for every library that reads Arrow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ._errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from . import _offex

TextFormat = Literal["csv", "tsv", "json", "jsonl", "md", "html", "table"]

_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".txt": "table",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".arrows": "arrows",
}
_SHOWN_ROWS = 10
_HTML_ROWS = 20


class Table:
    """Rows of an answer. They never change, and any thread may read them.

    A table is an Arrow stream (``__arrow_c_stream__``), so pandas, polars, pyarrow and DuckDB take
    it as it is. Whole numbers, days, instants and doubles are lent without a copy; quantities
    (shares) are decimal128(18, 6), prices (dollars) decimal128(18, 9), days date32, instants
    timestamp[ns, UTC], words utf8. A missing cell is null, never zero.
    """

    __slots__ = ("_core",)
    _core: _offex.Table

    def __init__(self, core: _offex.Table) -> None:
        """Wraps rows of the C++ side; only offex makes tables."""
        self._core = core

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return self._core.num_rows

    @property
    def num_columns(self) -> int:
        """Number of columns."""
        return len(self._core.names)

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return self._core.names

    @property
    def schema(self) -> dict[str, str]:
        """Type word of each column.

        bool, int32, int64, double, quantity (shares), price (dollars), day, instant (UTC), symbol,
        text, number (an exact decimal of any size), label (one of a few words).
        """
        return dict(zip(self._core.names, self._core.types, strict=True))

    def __len__(self) -> int:
        """Number of rows."""
        return self._core.num_rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Returns a capsule ``arrow_array_stream``; the types are those of the table always."""
        return self._core.stream()

    def __arrow_c_schema__(self) -> object:
        """Returns a capsule ``arrow_schema``."""
        return self._core.arrow_schema()

    def to_pyarrow(self) -> pa.Table:
        """Returns a pyarrow table with the exact types."""
        import pyarrow as pa

        return pa.table(self)

    def to_polars(self) -> pl.DataFrame:
        """Returns a polars frame with the exact types."""
        import polars as pl

        return pl.DataFrame(self)

    def to_pandas(self, exact: bool = False) -> pd.DataFrame:
        """Returns a pandas frame, by way of pyarrow.

        Args:
            exact: keep quantities, prices and numbers as ``decimal.Decimal``, and whole numbers
                with missing cells as nullable integers; otherwise they become float64.
        """
        import pyarrow as pa

        table = pa.table(self)
        if exact:
            nullable = _nullable_types()
            frame = table.to_pandas(types_mapper=nullable.get, date_as_object=False)
            for name in self._names_of("number"):
                frame[name] = _decimals(table.column(name))
            return frame
        for name in self._names_of("quantity", "price", "number"):
            # By way of text: Arrow's own cast multiplies, and misses the nearest double.
            at = table.column_names.index(name)
            texts = table.column(at).cast(pa.string())
            table = table.set_column(at, name, texts.cast(pa.float64()))
        return table.to_pandas(date_as_object=False)

    def _names_of(self, *kinds: str) -> list[str]:
        """Returns the columns of some types, under the names that they have in Arrow."""
        import pyarrow as pa

        names = pa.schema(self).names
        return [name for name, kind in zip(names, self._core.types, strict=True) if kind in kinds]

    def to_pylist(self, exact: bool = False) -> list[dict[str, Any]]:
        """Returns the rows as dicts; a missing cell is None.

        Days are ``datetime.date``, instants ``datetime.datetime`` in UTC (microseconds, rounded
        down). Quantities and prices are int where whole, else float.

        Args:
            exact: quantities, prices and numbers are ``decimal.Decimal``.
        """
        return self._core.rows(exact)

    def column(self, name: str) -> npt.NDArray[Any]:
        """Returns a column of numbers, days or instants as a read-only array of shape (rows,).

        int32, int64 and double columns without missing cells are lent without a copy. Quantities
        (shares) and prices (dollars) become float64. Missing cells are NaN, which makes whole
        numbers float64, and NaT in days (datetime64[D]) and instants (datetime64[ns], UTC).

        Raises:
            NotFoundError: there is no such column.
            InvalidArgumentError: it holds words.
        """
        made: Any = self._core.column(name)
        array: npt.NDArray[Any] = made
        return array

    def to_text(self, format: TextFormat = "csv") -> bytes:
        """Returns the table in a text format.

        csv, tsv, json and jsonl are the bytes of ``offex ... -f FORMAT``. md, html and table are
        for people: the program adds titles and footers to them.
        """
        return self._core.encode(format)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Writes the table to a file, which appears whole or not at all; returns its path.

        The extension says how: .csv .tsv .json .jsonl .md .html .txt .parquet .arrow .feather, or
        .arrows for a stream. A file of that name is replaced.

        Raises:
            InvalidArgumentError: the extension names no format.
            OSError: the file cannot be written.
        """
        target = Path(path)
        extension = target.suffix.lower()
        if extension == ".parquet":
            self._core.write_parquet(os.fspath(target))
            return target
        if extension not in _FORMATS:
            raise InvalidArgumentError(
                f"`{extension}` names no format: .parquet or {' '.join(_FORMATS)}",
                {"file": str(target)},
            )
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            part.write_bytes(self._core.encode(_FORMATS[extension]))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def __repr__(self) -> str:
        """Shows the first rows as a table for a terminal."""
        from shutil import get_terminal_size

        rows = self.num_rows
        lines = [f"offex.Table: {rows:,} rows x {self.num_columns} columns"]
        if self.num_columns:
            lines.append(
                self._core.show(_SHOWN_ROWS, get_terminal_size((100, 24)).columns).rstrip()
            )
        if rows > _SHOWN_ROWS:
            lines.append(f"({rows - _SHOWN_ROWS:,} more rows)")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Shows the first rows in a notebook."""
        return _html(self.column_names, self._core.head(_HTML_ROWS), self.num_rows)


def _html(names: Sequence[str], rows: list[list[str]], total: int) -> str:
    from html import escape

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "\n".join(line(row, "td") for row in rows)
    more = f"<p>{total:,} rows, the first {len(rows)} are shown</p>" if total > len(rows) else ""
    return f"<table>\n<thead>{line(names, 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>{more}"


def _decimals(column: pa.ChunkedArray) -> pd.Series:
    from decimal import Decimal

    import pandas as pd

    texts = column.to_pylist()
    return pd.Series([None if text is None else Decimal(text) for text in texts], dtype=object)


def _nullable_types() -> dict[pa.DataType, Any]:
    import pandas as pd
    import pyarrow as pa

    return {
        pa.int32(): pd.Int32Dtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
