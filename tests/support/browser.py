"""A browser for tests: open a page in the system's Chromium, record what the page does, and drive it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
MISSING = "there is no Chromium on this machine (apt-get install chromium)"
DESKTOP, PHONE = (1280, 800), (390, 844)


def dom_of(page: Path, profile: Path) -> str:
    """Return the page's DOM after its scripts have run for two seconds of virtual time."""
    assert BROWSER
    command = [
        *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *(f"--user-data-dir={profile}", "--virtual-time-budget=2000", "--dump-dom", page.as_uri()),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@dataclass  # without slots: Playwright hangs its wrapper on the method that it calls
class PageMonitor:
    """Records what a page does: console messages and errors, requests, and the windows and dialogs that it opens."""

    page: Page
    url: str = ""
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("popup", lambda window: self.windows.append(window.url))
        self.page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.windows.append(dialog.message)
        dialog.dismiss()

    def external_requests(self) -> list[str]:
        """Return requests beyond the page itself, windows and dialogs; data: addresses are no requests."""
        external = [
            address
            for address in self.requests
            if address.split("#")[0] != self.url and not address.startswith("data:")
        ]
        return [*external, *self.windows]

    def violations(self) -> list[str]:
        """Return everything that a correct page never does."""
        return [*self.messages, *self.external_requests()]


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield the system's Chromium, headless, and close it afterwards."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def open_page(
    chromium: Browser, target: Path | str, size: tuple[int, int] = DESKTOP, theme: str = "light"
) -> Iterator[PageMonitor]:
    """Open a file or an address in a window of its own, and record from its first request on."""
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    monitor = PageMonitor(context.new_page(), target if isinstance(target, str) else target.as_uri())
    monitor.page.set_default_timeout(5_000)
    monitor.page.goto(monitor.url)
    yield monitor
    context.close()
