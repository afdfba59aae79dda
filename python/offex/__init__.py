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
from ._errors import *  # noqa: F403
from ._offex import __version__
from ._store import Store, open
from ._table import Table

__all__ = [*_errors.__all__, "Store", "Table", "__version__", "open"]
