"""offex: what public off-exchange data say about US stocks, from Python.

    import offex

    store = offex.open()
    store.features("last").to_pandas()
    store.scan(top=20)

Numbers are those of the program `offex`, by the same code. Answers are tables (`offex.Table`) that
pandas, polars, pyarrow and DuckDB read without a copy. Errors are classes of `offex.OffexError`.
What the rooms have to say goes to the logger ``offex``.
"""

from __future__ import annotations

from . import _errors
from ._actions import FileOutcome, ImportReport, SyncReport, build, import_files, sync
from ._errors import *  # noqa: F403
from ._kernels import classify_trades, robust_zscore, rolling_zscore, scan_panel
from ._offex import version as __version__
from ._parsers import Document, read_bars, read_document, read_short_volume, read_weekly
from ._push import Delivery, PushReport
from ._store import Store, open
from ._table import Table

__all__ = [
    *_errors.__all__,
    "Delivery",
    "Document",
    "FileOutcome",
    "ImportReport",
    "PushReport",
    "Store",
    "SyncReport",
    "Table",
    "__version__",
    "build",
    "classify_trades",
    "import_files",
    "open",
    "read_bars",
    "read_document",
    "read_short_volume",
    "read_weekly",
    "robust_zscore",
    "rolling_zscore",
    "scan_panel",
    "sync",
]
