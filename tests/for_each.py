"""Many small cases in one test: a test of its own costs more than most of them do."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def for_each(
    names: str | tuple[str, ...],
    cases: Iterable[Any],
    *,
    ids: Callable[[Any], object] | Iterable[object] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Stands where ``pytest.mark.parametrize`` would; fixtures are set up once for all cases.

    Every case is tried, whatever became of those before it; those that fail are named, each with its traceback.

    Args:
      names: The argument of the test that a case is, or several.
      cases: Their values; where there are several names, tuples.
      ids: What cases are called, or what calls them something.
    """
    keys, rows = (names,) if isinstance(names, str) else names, list(cases)
    assert rows, "no cases"
    called = [_name(row) for row in rows] if ids is None else map(ids, rows) if callable(ids) else ids
    named = [(str(name), row) for name, row in zip(called, rows, strict=True)]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)

        @functools.wraps(test)
        def tried(**fixtures: Any) -> None:
            failed: dict[str, Exception] = {}
            for at, (name, row) in enumerate(named):
                values = zip(keys, row if len(keys) > 1 else [row], strict=True)
                try:
                    test(**fixtures, **dict(values))
                except (Exception, pytest.fail.Exception) as error:
                    failed[f"{name} (case {at})" if name in failed else name] = _noted(error, name)
            if failed:
                told = f"{len(failed)} of {len(rows)} cases fail: {'; '.join(failed)}"
                raise ExceptionGroup(told, list(failed.values()))

        left = [given for name, given in signature.parameters.items() if name not in keys]
        tried.__signature__ = signature.replace(parameters=left)
        return tried

    return decorate


def _name(row: object) -> str:
    return str(getattr(row, "__name__", row))


def _noted(error: BaseException, name: str) -> Exception:
    """The error with its case's name; what ``pytest.raises`` fails with is none that a group may hold."""
    told = error if isinstance(error, Exception) else AssertionError(str(error))
    told.add_note(f"in the case {name}")
    return told.with_traceback(error.__traceback__)
