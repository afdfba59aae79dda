"""Tables: every reader of Arrow sees the same cells, and buffers live as long as they are held."""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import offex
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

# Every type that SQL gives, each with a missing cell; symbols and labels come with questions.
_EVERY_TYPE = """
SELECT * FROM (
  SELECT 1 AS place, true AS a_bool, 7::INTEGER AS an_int32, 8::BIGINT AS an_int64,
    0.5::DOUBLE AS a_double, 1.5::DECIMAL(18, 6) AS a_quantity, 2.25::DECIMAL(18, 9) AS a_price,
    DATE '2026-04-17' AS a_day, TIMESTAMPTZ '2026-04-17 20:00:00.123456+00' AS an_instant,
    'äö' AS a_text, 123456789012345678901234567890::HUGEINT AS a_number
  UNION ALL
  SELECT 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  UNION ALL
  SELECT 3, false, -7, -8, 'NaN'::DOUBLE, -0.000001::DECIMAL(18, 6), 0::DECIMAL(18, 9),
    DATE '1969-12-31',
    TIMESTAMPTZ '1969-12-31 23:59:59.999999+00', '', 0
) ORDER BY place
"""


@pytest.fixture
def every_type(store: offex.Store) -> offex.Table:
    return store.sql(_EVERY_TYPE)


def test_a_table_tells_its_shape_and_types(every_type: offex.Table) -> None:
    assert len(every_type) == every_type.num_rows == 3
    assert every_type.num_columns == 11
    assert every_type.schema == {
        "place": "int32",
        "a_bool": "bool",
        "an_int32": "int32",
        "an_int64": "int64",
        "a_double": "double",
        "a_quantity": "quantity",
        "a_price": "price",
        "a_day": "day",
        "an_instant": "instant",
        "a_text": "text",
        "a_number": "number",
    }


def test_types_in_arrow_are_exact(every_type: offex.Table) -> None:
    schema = every_type.to_pyarrow().schema

    assert [str(kind) for kind in schema.types] == [
        "int32",
        "bool",
        "int32",
        "int64",
        "double",
        "decimal128(18, 6)",
        "decimal128(18, 9)",
        "date32[day]",
        "timestamp[ns, tz=UTC]",
        "string",
        "string",
    ]
    assert pa.schema(every_type) == schema


def test_pyarrow_polars_and_duckdb_read_the_same_cells(every_type: offex.Table) -> None:
    expected = every_type.to_pyarrow().to_pylist()

    by_polars = every_type.to_polars().to_arrow().to_pylist()
    by_duckdb = duckdb.sql("SELECT * FROM every_type").to_arrow_table().to_pylist()

    for rows in (by_polars, by_duckdb):
        for row, want in zip(rows, expected, strict=True):
            for name, value in want.items():
                got = row[name]
                if name == "an_instant" and value is not None:
                    got, value = pd.Timestamp(got).tz_convert("UTC"), pd.Timestamp(value)
                assert got == value or (got != got and value != value), name


def test_missing_cells_are_null_and_nan_is_a_value(every_type: offex.Table) -> None:
    table = every_type.to_pyarrow()

    for name in table.column_names[1:]:
        assert table.column(name).null_count == 1, name
        assert not table.column(name)[1].is_valid, name
    assert np.isnan(table.column("a_double")[2].as_py())


def test_arrow_arrays_are_valid(every_type: offex.Table, store: offex.Store) -> None:
    for table in (every_type, store.features(), store.scan(), store.weekly(), store.macro()):
        table.to_pyarrow().validate(full=True)


@pytest.mark.parametrize("query", ["SELECT * FROM ({}) WHERE false", "{} LIMIT 0"])
def test_a_table_without_rows_keeps_its_types(store: offex.Store, query: str) -> None:
    nothing = table = store.sql(query.format(_EVERY_TYPE.strip()))
    full = store.sql(_EVERY_TYPE)

    assert len(table) == 0
    assert table.to_pyarrow().schema == full.to_pyarrow().schema
    assert table.to_polars().schema == full.to_polars().schema
    assert list(table.to_pandas().columns) == table.column_names
    assert duckdb.sql("SELECT count(*) FROM nothing").fetchall() == [(len(nothing),)]
    assert table.to_pylist() == []
    assert table.column("a_double").shape == (0,)


def test_pandas_gets_numbers_and_days_that_compute(every_type: offex.Table) -> None:
    frame = every_type.to_pandas()

    assert frame["a_quantity"].dtype == np.float64
    assert frame["a_price"].tolist()[0] == 2.25
    assert frame["a_number"].dtype == np.float64
    assert frame["a_day"].dtype.kind == "M"
    assert frame["a_day"][0] == pd.Timestamp("2026-04-17")
    assert frame["an_instant"][0] == pd.Timestamp("2026-04-17 20:00:00.123456", tz="UTC")
    assert pd.isna(frame["a_double"][1])


def test_exact_pandas_keeps_decimals_and_whole_numbers(every_type: offex.Table) -> None:
    frame = every_type.to_pandas(exact=True)

    assert frame["a_quantity"][0] == Decimal("1.500000")
    assert frame["a_number"][0] == Decimal("123456789012345678901234567890")
    assert str(frame["an_int64"].dtype) == "Int64"
    assert frame["an_int64"].isna().tolist() == [False, True, False]


def test_rows_of_python_objects(every_type: offex.Table) -> None:
    first, missing, last = every_type.to_pylist()

    assert first == {
        "place": 1,
        "a_bool": True,
        "an_int32": 7,
        "an_int64": 8,
        "a_double": 0.5,
        "a_quantity": 1.5,
        "a_price": 2.25,
        "a_day": dt.date(2026, 4, 17),
        "an_instant": dt.datetime(2026, 4, 17, 20, 0, 0, 123456, tzinfo=dt.UTC),
        "a_text": "äö",
        "a_number": 123456789012345678901234567890,
    }
    assert set(missing.values()) == {2, None}
    assert last["a_price"] == 0 and isinstance(last["a_price"], int)
    assert last["a_quantity"] == -0.000001
    assert last["an_instant"] == dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC)
    assert last["a_day"] == dt.date(1969, 12, 31)


def test_exact_rows_of_python_objects(every_type: offex.Table) -> None:
    rows = every_type.to_pylist(exact=True)

    assert rows[0]["a_quantity"] == Decimal("1.5")
    assert rows[2]["a_quantity"] == Decimal("-0.000001")
    assert rows[0]["a_number"] == Decimal("123456789012345678901234567890")


def test_columns_are_arrays(every_type: offex.Table) -> None:
    assert every_type.column("place").tolist() == [1, 2, 3]
    np.testing.assert_array_equal(every_type.column("an_int64"), [8, np.nan, -8])
    np.testing.assert_array_equal(every_type.column("a_quantity"), [1.5, np.nan, -1e-6])
    np.testing.assert_array_equal(every_type.column("a_number")[[0, 2]], [1.2345678901234568e29, 0])
    days = every_type.column("a_day")
    assert days.dtype == np.dtype("datetime64[D]")
    assert days[0] == np.datetime64("2026-04-17") and np.isnat(days[1])
    moments = every_type.column("an_instant")
    assert moments[0] == np.datetime64("2026-04-17T20:00:00.123456") and np.isnat(moments[1])


def test_columns_that_are_no_arrays_say_why(every_type: offex.Table) -> None:
    with pytest.raises(offex.InvalidArgumentError, match="a_text"):
        every_type.column("a_text")
    with pytest.raises(offex.NotFoundError, match="nosuch"):
        every_type.column("nosuch")


def test_lent_columns_share_memory_and_cannot_be_written(store: offex.Store) -> None:
    table = store.sql("SELECT i::BIGINT AS n, i / 2 AS half FROM range(5000) AS t(i)")

    for name in ("n", "half"):
        first, again = table.column(name), table.column(name)
        in_arrow = table.to_pyarrow().column(name).chunk(0)
        assert np.shares_memory(first, again)
        assert in_arrow.buffers()[1].address == first.__array_interface__["data"][0]
        assert in_arrow.buffers()[0] is None
        with pytest.raises(ValueError, match="read-only"):
            first[0] = 1


def test_lent_columns_with_missing_cells_share_memory_too(store: offex.Store) -> None:
    table = store.sql(
        "SELECT CASE WHEN i % 7 <> 3 THEN i::BIGINT END AS n FROM range(5000) AS t(i)"
    )

    one, two = table.to_pyarrow().column("n").chunk(0), table.to_polars()["n"].to_arrow()

    assert one.buffers()[1].address == two.buffers()[1].address
    assert one.null_count == two.null_count == 714
    assert one.to_pylist() == two.to_pylist() == [None if i % 7 == 3 else i for i in range(5000)]


def test_a_stream_outlives_its_table(store: offex.Store) -> None:
    query = "SELECT i::BIGINT AS n, 'text ' || i AS t, i::DOUBLE AS d FROM range(100000) AS r(i)"
    capsule = store.sql(query).__arrow_c_stream__()
    array = store.sql(query).column("d")
    gc.collect()

    reader = pa.RecordBatchReader._import_from_c_capsule(capsule)
    table = reader.read_all()
    del capsule, reader
    gc.collect()

    assert table.column("n").to_pylist() == list(range(100000))
    assert table.column("t")[99999].as_py() == "text 99999"
    np.testing.assert_array_equal(array, np.arange(100000.0))


def test_one_column_outlives_all_others(store: offex.Store) -> None:
    table = store.sql("SELECT i::BIGINT AS n, 'text ' || i AS t FROM range(1000) AS r(i)")
    column = table.to_pyarrow().column("t").chunk(0)
    del table
    gc.collect()

    assert column[999].as_py() == "text 999"


def test_two_readers_take_the_same_table(store: offex.Store) -> None:
    table = store.features()
    first, second = table.__arrow_c_stream__(), table.__arrow_c_stream__()

    one = pa.RecordBatchReader._import_from_c_capsule(first).read_all()
    two = pa.RecordBatchReader._import_from_c_capsule(second).read_all()

    assert one == two


def test_a_capsule_is_taken_once(store: offex.Store) -> None:
    capsule = store.features().__arrow_c_stream__()
    pa.RecordBatchReader._import_from_c_capsule(capsule).read_all()

    with pytest.raises(pa.ArrowInvalid):
        pa.RecordBatchReader._import_from_c_capsule(capsule)


def test_capsules_that_nobody_takes_are_freed(store: offex.Store) -> None:
    table = store.sql("SELECT i::BIGINT AS n FROM range(1000000) AS t(i)")
    resident = _resident_bytes()
    for _ in range(200):
        table.__arrow_c_stream__()
        table.__arrow_c_schema__()
        pa.table(table)
    gc.collect()

    assert _resident_bytes() - resident < 100_000_000


def _resident_bytes() -> int:
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_texts_of_readers_and_of_the_table_agree(every_type: offex.Table) -> None:
    lines = every_type.to_text("csv").decode().splitlines()

    assert lines[0].split(",") == every_type.column_names
    assert lines[1].startswith("1,true,7,8,0.5,1.5,2.25,2026-04-17,")
    assert lines[2] == "2" + "," * 10
    assert json.loads(every_type.to_text("json"))[0]["a_text"] == "äö"
    assert len(every_type.to_text("jsonl").splitlines()) == 3
    assert every_type.to_text("tsv").count(b"\t") == 40
    with pytest.raises(offex.InvalidArgumentError, match="xml"):
        every_type.to_text("xml")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.csv", lambda path: pl.read_csv(path).height),
        ("a.tsv", lambda path: pl.read_csv(path, separator="\t").height),
        ("a.json", lambda path: len(json.loads(path.read_text()))),
        ("a.jsonl", lambda path: len(path.read_text().splitlines())),
        ("a.parquet", lambda path: pl.read_parquet(path).height),
        ("a.arrow", lambda path: pa.ipc.open_file(path).read_all().num_rows),
        ("a.arrows", lambda path: pa.ipc.open_stream(path.read_bytes()).read_all().num_rows),
    ],
)
def test_files_are_read_back(store: offex.Store, tmp_path: Path, name: str, read) -> None:
    table = store.features()

    assert table.write(tmp_path / name) == tmp_path / name
    table.write(str(tmp_path / name))

    assert read(tmp_path / name) == len(table)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_cannot_be_written_leaves_nothing(store: offex.Store, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        store.features().write(tmp_path / "nosuch" / "a.csv")
    with pytest.raises(OSError):
        store.features().write(tmp_path / "nosuch" / "a.parquet")
    with pytest.raises(offex.InvalidArgumentError, match="doc"):
        store.features().write(tmp_path / "a.doc")

    assert list(tmp_path.iterdir()) == []


def test_a_table_shows_its_first_rows(store: offex.Store) -> None:
    table = store.features()

    assert repr(table).startswith(f"offex.Table: {len(table)} rows x {table.num_columns} columns")
    assert table.to_pylist()[0]["symbol"] in repr(table)
    assert "more rows)" in repr(table)


def test_a_notebook_gets_escaped_html(store: offex.Store) -> None:
    html = store.sql("SELECT '<b>&' AS \"x<y\" FROM range(30)")._repr_html_()

    assert "<th>x&lt;y</th>" in html
    assert "<td>&lt;b&gt;&amp;</td>" in html
    assert "30 rows, the first 20 are shown" in html
