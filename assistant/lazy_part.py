"""A part of the application that is made once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self, TypeVar, overload

Part = TypeVar("Part")


class part(cached_property[Part]):  # noqa: N801 - used like the decorator it is
    """A cached property that two threads do not make twice: a page and the warm-up may ask for the same part."""

    @overload
    def __get__(self, app: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, app: object, owner: type[Any] | None = None) -> Part: ...
    def __get__(self, app: Any, owner: type[Any] | None = None) -> Any:
        """The part, made under its own lock; parts depend on each other in one direction, so locks cannot meet."""
        if app is None:
            return self
        with app.lock_of(self.attrname):
            return super().__get__(app, owner)
