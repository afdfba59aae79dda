"""What a push to another database did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Delivery:
    """What became of the rows for one table of another database."""

    table: str
    rows: int
    """Sent."""
    inserted: int
    """New keys."""
    updated: int
    """Rows that differed and were replaced."""
    unchanged: int
    """Rows that were there already, just so."""
    counted: int
    """Keys of ours that the table holds now, read back."""
    chunks: int
    """Requests, or blocks of COPY."""


@dataclass(frozen=True)
class PushReport:
    """What a push did."""

    target: str
    """Where the rows went, without secrets."""
    deliveries: list[Delivery]
    days: int
    """Days with rows."""
    no_rows: list[dt.date] = field(repr=False)
    """Days without."""
    migrations: list[str] = field(repr=False)
    """Those that ran."""
    warnings: list[str] = field(repr=False)
