"""Parsers: published files as tables."""

from __future__ import annotations

import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import offex
import pytest

SHORT = (
    b"Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n"
    b"20260302|AAPL|10.5|1|20.123456|B,Q,N\r\n"
    b"20260302|BRK/B|3|0|4|Q\r\n"
    b"2\r\n"
)
NAME = "CNMSshvol20260302.txt"


def test_short_volume_is_exact_and_as_published() -> None:
    table = offex.read_short_volume(SHORT, NAME)

    assert table.to_pylist(exact=True) == [
        {
            "symbol": "AAPL",
            "market_mask": 7,
            "short_volume": Decimal("10.5"),
            "short_exempt_volume": 1,
            "total_volume": Decimal("20.123456"),
        },
        {
            "symbol": "BRK/B",
            "market_mask": 2,
            "short_volume": 3,
            "short_exempt_volume": 0,
            "total_volume": 4,
        },
    ]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind_are_read(kind) -> None:
    assert len(offex.read_short_volume(kind(SHORT), NAME)) == 2


def test_packed_bytes_are_unpacked() -> None:
    assert len(offex.read_short_volume(gzip.compress(SHORT), NAME + ".gz")) == 2


def test_every_member_of_an_archive_comes() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(NAME, SHORT)
        out.writestr("FNSQshvol20260302.txt", SHORT)

    documents = offex.read_document(archive.getvalue(), "both.zip")

    assert [document.name for document in documents] == [
        f"both.zip/{NAME}",
        "both.zip/FNSQshvol20260302.txt",
    ]
    assert {document.dataset for document in documents} == {"finra_short_daily"}
    assert [len(document.table) for document in documents] == [2, 2]
    with pytest.raises(offex.InvalidArgumentError, match="archive"):
        offex.read_short_volume(archive.getvalue(), "both.zip")


def test_one_bad_member_refuses_the_archive() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr(NAME, SHORT)
        out.writestr("FNSQshvol20260302.txt", SHORT.replace(b"10.5", b"ten"))

    with pytest.raises(offex.IntegrityError) as caught:
        offex.read_document(archive.getvalue(), "both.zip")

    assert caught.value.place is not None
    assert caught.value.place["file"] == "both.zip/FNSQshvol20260302.txt"


def test_data_of_another_kind_is_refused() -> None:
    with pytest.raises(offex.InvalidArgumentError, match="finra_short_daily"):
        offex.read_bars(SHORT, NAME)
    with pytest.raises(offex.UnknownLayoutError):
        offex.read_document(b"a;b\n1;2\n", "table.txt")
    with pytest.raises(offex.IntegrityError, match="HTML"):
        offex.read_document(b"<html>nothing here</html>", "page.html")


def test_a_cut_file_is_damaged() -> None:
    with pytest.raises(offex.IntegrityError):
        offex.read_short_volume(SHORT[:-3], NAME)


def test_published_files_of_a_market_are_read(market_files: Path) -> None:
    readers = {
        "finra_short_daily": offex.read_short_volume,
        "weekly_summary": offex.read_weekly,
        "daily_bar_flat_file": offex.read_bars,
    }
    seen = set()
    for path in sorted(market_files.rglob("*.*")):
        if not path.is_file() or path.name == "truth.csv":
            continue
        try:
            documents = offex.read_document(path.read_bytes(), path.name)
        except offex.OffexError:
            continue  # a tape, or a list that must be named to be read
        kind = documents[0].dataset
        if kind in readers and kind not in seen:
            seen.add(kind)
            table = readers[kind](path.read_bytes(), path.name)
            assert table.to_text() == documents[0].table.to_text()
            assert len(table) > 0

    assert seen == set(readers)
