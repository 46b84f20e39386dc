"""Patterns that are compiled when they are first used.

Python lists the characters of a range one by one to compile it, tens of thousands for the scripts of East Asia: a
text without such a script need not wait for that.
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    def later(pattern: str) -> re.Pattern[str]:
        """Return a pattern as ``re.compile`` does, compiled when it is first used."""
        ...

else:

    class later:
        """A pattern as of ``re.compile``, compiled when it is first used."""

        def __init__(self, pattern: str) -> None:
            self.pattern = pattern

        def __getattr__(self, name: str) -> Any:  # noqa: D105
            compiled = re.compile(self.pattern)
            for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "split", "flags"):
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)
