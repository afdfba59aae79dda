"""Published files as tables, without a store."""

from __future__ import annotations

from typing import NamedTuple

from . import _offex
from ._errors import InvalidArgumentError
from ._table import Table

Buffer = bytes | bytearray | memoryview

_SHORT_VOLUME = frozenset(
    {"finra_short_daily", "exchange_short_daily", "finra_short_table", "reg_sho_api"}
)
_WEEKLY = frozenset({"otc_weekly_table", "weekly_summary", "weekly_download", "ats_summary"})
_BARS = frozenset(
    {"daily_bar_flat_file", "daily_bar_grouped", "daily_bar_table", "daily_bar_aggregates"}
)


class Document(NamedTuple):
    """One member of received bytes."""

    name: str
    """File name, or ``archive.zip/member.txt``."""
    dataset: str
    """What it holds, for example ``finra_short_daily``."""
    table: Table
    """Its rows, as published: symbols are not respelled."""


def read_document(data: Buffer, file: str = "data") -> list[Document]:
    """Decodes received bytes: text, JSON, gzip, or a zip archive of such files.

    Args:
        data: the bytes; the layout is found by them.
        file: name of the file. It completes what the bytes do not tell (``CNMSshvol20260223.txt``
            names day and facility), and stands in errors.

    Returns:
        Every member in the order of the archive.

    Raises:
        UnknownLayoutError: no layout that offex knows.
        IntegrityError: a damaged file: ``place`` tells file, line, column, byte, field and excerpt.
            One bad row, or one bad member, refuses all.
    """
    bytes_ = data if isinstance(data, bytes) else bytes(memoryview(data))
    return [
        Document(name, dataset, Table(core))
        for name, dataset, core in _offex.read_document(bytes_, file)
    ]


def read_short_volume(data: Buffer, file: str = "data") -> Table:
    """Decodes one short-sale file: FINRA's daily text, its API's JSON, or an exchange's file.

    Columns: symbol, market_mask (B 1, Q 2, N 4, D 8, O 16, X 32), short_volume,
    short_exempt_volume and total_volume, in shares; tables of several days also have trade_date and
    facility. Raises as `read_document` does, and InvalidArgumentError for other data.
    """
    return _only(data, file, _SHORT_VOLUME, "short-sale volume")


def read_weekly(data: Buffer, file: str = "data") -> Table:
    """Decodes one weekly file of ATS and non-ATS volume: FINRA's API, a download, an ATS summary.

    Columns among others: week_start_date (a Monday), symbol, tier_identifier, mpid,
    share_quantity (shares), trade_count. Raises as `read_short_volume` does.
    """
    return _only(data, file, _WEEKLY, "weekly volume")


def read_bars(data: Buffer, file: str = "data") -> Table:
    """Decodes one file of daily bars: a flat file, or a reply of Polygon's REST interface.

    Columns: symbol, open, high, low, close and vwap (dollars, unadjusted), volume (shares),
    transactions; tables of several days also have trade_date. Raises as `read_short_volume` does.
    """
    return _only(data, file, _BARS, "daily bars")


def _only(data: Buffer, file: str, datasets: frozenset[str], what: str) -> Table:
    documents = read_document(data, file)
    if len(documents) != 1:
        raise InvalidArgumentError(
            f"an archive of {len(documents)} files: use read_document", {"file": file}
        )
    if documents[0].dataset not in datasets:
        raise InvalidArgumentError(
            f"this holds {documents[0].dataset}, not {what}", {"file": documents[0].name}
        )
    return documents[0].table
