"""An extension of Griffe, which reads the docstrings for the page on Python.

The docstrings of this project say `name : description`, and leave the types to the annotations. In the numpy style, a
description stands in the line below the name; this extension puts it there.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_PARAMETER = re.compile(r"^(\w+) : (.+)$", re.MULTILINE)


class Descriptions(griffe.Extension):
    """Moves descriptions of parameters and attributes to where the numpy style has them."""

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Change the docstring of an object before it is parsed."""
        if obj.docstring:
            obj.docstring.value = _PARAMETER.sub(r"\1\n    \2", obj.docstring.value)
