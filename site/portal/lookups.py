"""How a column begins, asked so that every database answers alike and from an index."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.lookups import StartsWith

#: Behind every text in the order of bytes.
_LAST = "\U0010ffff"


class _Begins(StartsWith):
    """PostgreSQL: LIKE, for which Django keeps an index of its own beside that of an indexed column."""

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A range: SQLite orders by bytes whatever its language, and its LIKE folds letters and uses no index."""
        sql, params = compiler.compile(self.lhs)
        return f"({sql} >= %s AND {sql} < %s)", [*params, self.rhs, *params, f"{self.rhs}{_LAST}"]


def begins(column: str, start: str) -> _Begins:
    """Return a condition for `filter`: `column` begins with `start`, letter for letter.

    Not a range of texts: in the order of a language (en_US.utf8, ICU) what begins with `start` is not what lies between
    `start` and the last text that begins so, and signs like | and - may not count at all.
    """
    return _Begins(F(column), start)
