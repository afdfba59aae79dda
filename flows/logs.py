"""The logger of a run."""

from __future__ import annotations

import logging
from logging import Logger, LoggerAdapter

from prefect import get_run_logger
from prefect.exceptions import MissingContextError


def run_logger() -> Logger | LoggerAdapter[Logger]:
    """Returns Prefect's logger of the run, or that of this package outside of one."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logging.getLogger("flows")
