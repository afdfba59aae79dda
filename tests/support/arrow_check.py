"""Reads an Arrow file or stream with pyarrow and compares it with the same table in another format.

    arrow_check.py jsonl ARROW JSONL       equal cells; null and NaN are null in JSON
    arrow_check.py parquet ARROW PARQUET   equal names, types and cells; Parquet has instants in microseconds

Prints name and type of each column, then the schema's metadata. Exits 1 at the first difference.
"""

import datetime
import decimal
import json
import math
import sys

import pyarrow
import pyarrow.ipc
import pyarrow.parquet


def read_arrow(path):
    with open(path, "rb") as file:
        is_file = file.read(6) == b"ARROW1"
    # A mapped file shows its buffers as they lie on the disk.
    source = pyarrow.memory_map(path) if is_file else pyarrow.OSFile(path)
    reader = pyarrow.ipc.open_file(source) if is_file else pyarrow.ipc.open_stream(source)
    table = reader.read_all()
    table.validate(full=True)
    return table


def nanoseconds(text):
    """Returns the nanoseconds since 1970 of an ISO instant with up to nine decimals."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc).timestamp()
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0") or 0)


def cells(column):
    if pyarrow.types.is_timestamp(column.type):
        return column.cast(pyarrow.int64()).to_pylist()
    return column.to_pylist()


def same_as_json(value, other, kind):
    if other is None:
        return value is None or (isinstance(value, float) and not math.isfinite(value))
    if pyarrow.types.is_timestamp(kind):
        return value == nanoseconds(other)
    if pyarrow.types.is_date(kind):
        return value == datetime.date.fromisoformat(other)
    if pyarrow.types.is_floating(kind):
        return value == float(other)
    # Exact decimals that are text in Arrow are numbers in JSON.
    if pyarrow.types.is_string(kind) and isinstance(other, (int, decimal.Decimal)):
        return decimal.Decimal(value) == other
    return value == other and isinstance(value, bool) == isinstance(other, bool)


def compare_jsonl(table, path):
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line, parse_float=decimal.Decimal) for line in file]
    if len(rows) != table.num_rows:
        sys.exit(f"{table.num_rows} rows in Arrow, {len(rows)} in JSON")
    for name, column in zip(table.column_names, table.columns):
        for row, (value, record) in enumerate(zip(cells(column), rows)):
            if not same_as_json(value, record[name], column.type):
                sys.exit(f"{name}, row {row}: {value!r} in Arrow, {record[name]!r} in JSON")


def compare_parquet(table, path):
    other = pyarrow.parquet.read_table(path)
    if other.column_names != table.column_names:
        sys.exit(f"columns {table.column_names} in Arrow, {other.column_names} in Parquet")
    for name, ours, theirs in zip(table.column_names, table.columns, other.columns):
        if pyarrow.types.is_timestamp(ours.type):
            ours = ours.cast(pyarrow.timestamp("us"), safe=False)
        if ours.type != theirs.type:
            sys.exit(f"{name}: {ours.type} in Arrow, {theirs.type} in Parquet")
        if not ours.equals(theirs):
            sys.exit(f"{name}: the values differ")


def main(kind, arrow, path):
    table = read_arrow(arrow)
    {"jsonl": compare_jsonl, "parquet": compare_parquet}[kind](table, path)
    for field in table.schema:
        print(f"{field.name}: {field.type}")
    for key, value in (table.schema.metadata or {}).items():
        print(f"{key.decode()} = {value.decode()}")
    print(f"{table.num_rows} rows")


main(*sys.argv[1:])
