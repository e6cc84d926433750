"""The wheel of Anki's desktop program, which holds its MathJax; without its dependencies, of which Qt has 300 MB."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ.get("STUDYDECK_SPECS", Path(__file__).parents[2] / ".specs"))
WHEEL = max(FOLDER.glob("aqt-*.whl"), default=None)
MISSING_WHEEL = f"no wheel of aqt in {FOLDER}: python -m pip download --no-deps --dest .specs aqt==26.9.3"
