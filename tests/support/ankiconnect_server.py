"""A headless AnkiConnect for tests: `anki-connect-server`, started by an interpreter that has it (Python 3.12 on).

    python ankiconnect_server.py COLLECTION PORT

The server passes a path where current Anki releases expect a request with options. This script replaces that method:
it imports with the default options, as the add-on does, and returns true.
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
    )  # first: the server's import order fails without it
    from anki_connect_server import anki_wrapper, api

    def import_package(self: Any, path: str) -> bool:
        """Import a package with the default options."""
        request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
        self.col.import_anki_package(request)
        return True

    anki_wrapper.AnkiWrapper.import_package = import_package
    api.run_server()
