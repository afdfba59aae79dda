"""The exception classes: one for each error code of the program.

``docs/errors.md`` tells cause and cure of each code.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "BusyError",
    "CredentialsError",
    "CredentialsWarning",
    "FinraHTTPError",
    "IntegrityError",
    "InternalError",
    "InterruptedByUserError",
    "InvalidArgumentError",
    "NotFoundError",
    "NotPublishedError",
    "OffexError",
    "PartialError",
    "StoreIOError",
    "UnknownLayoutError",
    "UpstreamError",
]


class _Told(BaseException):
    """What every error says of itself.

    Attributes:
        code: stable name of the kind, for example ``"integrity"``.
        message: one sentence for people.
        place: where in an input it was met, or None: a dict with those of ``file``, ``line`` and
            ``column`` (from 1), ``byte`` (from 0), ``field`` and ``excerpt`` that are known.
        report: what was done all the same, of a sync or import that failed in part; else None.
    """

    code: str = "internal"
    message: str
    place: dict[str, Any] | None
    report: Any

    def __init__(
        self, message: str = "", place: dict[str, Any] | None = None, text: str | None = None
    ) -> None:
        """Takes the sentence, the place, and the line that ``str`` gives (else the sentence)."""
        super().__init__(message if text is None else text)
        self.message = message
        self.place = place
        self.report = None


class OffexError(_Told, Exception):
    """Something that offex could not do: see `code`, `message`, `place` and `report`."""


class InternalError(OffexError):
    """A mistake of offex itself, or of its database engine."""

    code = "internal"


class InvalidArgumentError(OffexError, ValueError):
    """A date, symbol, name or setting that cannot be used."""

    code = "invalid-argument"


class NotFoundError(OffexError, LookupError):
    """Nothing matched the question."""

    code = "not-found"


class NotPublishedError(OffexError):
    """The upstream has not published it yet."""

    code = "not-published"


class PartialError(OffexError):
    """Some parts failed, the rest is done."""

    code = "partial"


class IntegrityError(OffexError):
    """Damaged or contradictory input, or a broken stored fact."""

    code = "integrity"


class UpstreamError(OffexError):
    """A server did not answer after all attempts."""

    code = "upstream"


class FinraHTTPError(UpstreamError):
    """One of FINRA's servers did not answer after all attempts."""


class CredentialsError(OffexError):
    """Missing or refused credentials, or a spent quota."""

    code = "credentials"


class BusyError(OffexError):
    """Another process writes to the store."""

    code = "busy"


class UnknownLayoutError(OffexError):
    """An input of no layout that offex knows."""

    code = "unknown-layout"


class StoreIOError(OffexError, OSError):
    """The operating system refused a read or a write."""

    code = "io"


class InterruptedByUserError(_Told, KeyboardInterrupt):
    """Ctrl-C stopped the work; what was whole is stored, and the next run goes on from there.

    No OffexError and no Exception, so that a loop that goes on after errors still ends.
    """

    code = "interrupted"


class CredentialsWarning(UserWarning):
    """There are no credentials for another database, so nothing was pushed."""


_CLASSES: dict[str, type[_Told]] = {
    kind.code: kind
    for kind in (
        InternalError,
        InvalidArgumentError,
        NotFoundError,
        NotPublishedError,
        PartialError,
        IntegrityError,
        UpstreamError,
        CredentialsError,
        BusyError,
        UnknownLayoutError,
        StoreIOError,
        InterruptedByUserError,
    )
}

for _kind in (OffexError, FinraHTTPError, CredentialsWarning, *_CLASSES.values()):
    _kind.__module__ = "offex"


def error_of(code: str, message: str, place: dict[str, Any] | None, text: str) -> _Told:
    """Returns the exception that stands for an error of the C++ rooms, which call this."""
    return _CLASSES.get(code, InternalError)(message, place, text)
