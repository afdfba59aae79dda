"""Where the data are, by the rules of the program."""

from __future__ import annotations

import os
from pathlib import Path

from ._errors import InvalidArgumentError


def _home_in(path: Path) -> str:
    """Returns ``home`` of a settings file; empty where there is no file or no such line."""
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    import tomllib

    try:
        home = tomllib.loads(data.decode()).get("home", "")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InvalidArgumentError(
            str(problem), {"file": str(path)}, f"{path}: {problem}"
        ) from None
    if not isinstance(home, str):
        raise InvalidArgumentError(
            "home is no text", {"file": str(path)}, f"{path}: home is no text"
        )
    return home


def _folder(variable: str, below_home: str) -> Path | None:
    if folder := os.environ.get(variable):
        return Path(folder) / "offex"
    if home := os.environ.get("HOME"):
        return Path(home) / below_home / "offex"
    return None


def find_home(home: str | os.PathLike[str] | None = None) -> Path:
    """Returns ``home`` where it is given, else what the program would take.

    That is OFFEX_HOME, ``home`` of ./offex.toml, ``home`` of the user's config.toml, or the user's
    data folder (~/.local/share/offex), in this order.
    """
    if home is not None:
        return Path(home)
    if found := os.environ.get("OFFEX_HOME"):
        return Path(found)
    config = _folder("XDG_CONFIG_HOME", ".config")
    for file in (Path("offex.toml"), config / "config.toml" if config else None):
        if file is not None and (found := _home_in(file)):
            return Path(found)
    return _folder("XDG_DATA_HOME", ".local/share") or Path("offex-home")
