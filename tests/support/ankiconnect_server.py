"""A headless AnkiConnect for tests: `anki-connect-server`, started by an interpreter that has it (Python 3.12 on).

    python ankiconnect_server.py COLLECTION PORT

It passes a path where today's Anki wants a request with options, so this one method is mended: it imports as the add-on
does, which is as a learner's window does with its usual settings, and gives true.
"""

from __future__ import annotations

import os
import sys
from typing import Any

if __name__ == "__main__":
    os.environ |= {"ANKICONNECT_COLLECTION_PATH": sys.argv[1], "ANKICONNECT_PORT": sys.argv[2]}

    from anki.collection import (
        ImportAnkiPackageOptions,
        ImportAnkiPackageRequest,
    )  # first: the server's order is Anki's
    from anki_connect_server import anki_wrapper, api

    def import_package(self: Any, path: str) -> bool:
        """Import a package with the usual settings."""
        request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
        self.col.import_anki_package(request)
        return True

    anki_wrapper.AnkiWrapper.import_package = import_package
    api.run_server()
