"""A browser for tests: show a page in the system's Chromium, look at what became of it, and drive it."""

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
DESK, PHONE = (1280, 800), (390, 844)


def dom_of(page: Path, profile: Path) -> str:
    """Give the page as it stands once its scripts have run and two seconds of its own time have passed."""
    assert BROWSER
    command = [
        *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *(f"--user-data-dir={profile}", "--virtual-time-budget=2000", "--dump-dom", page.as_uri()),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@dataclass  # without slots: Playwright hangs its wrapper on the method that it calls
class Watch:
    """What a page did that it should not: messages of the console, errors, requests beyond itself, windows, dialogs."""

    page: Page
    home: str = ""
    fingerprint: list[str] = field(default_factory=list)
    content_digest: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.fingerprint.append(message.text))
        self.page.on("pageerror", lambda wrong: self.fingerprint.append(str(wrong)))
        self.page.on("request", lambda request: self.content_digest.append(request.url))
        self.page.on("popup", lambda window: self.opened.append(window.url))
        self.page.on("dialog", self._dismissed)

    def _dismissed(self, dialog: Dialog) -> None:
        self.opened.append(dialog.message)
        dialog.dismiss()

    def left(self) -> list[str]:
        """List requests beyond the page itself, and windows; what stands inside the page is no request."""
        beyond = [url for url in self.content_digest if url.split("#")[0] != self.home and not url.startswith("data:")]
        return [*beyond, *self.opened]

    def faults(self) -> list[str]:
        """List everything that a good page never does."""
        return [*self.fingerprint, *self.left()]


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium without a screen."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def watched(started: Browser, span: Path | str, size: tuple[int, int] = DESK, theme: str = "light") -> Iterator[Watch]:
    """Open a file or an address in a window of its own, and watch it from its first request on."""
    width, height = size
    context = started.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    watch = Watch(context.new_page(), span if isinstance(span, str) else span.as_uri())
    watch.page.set_default_timeout(5_000)
    watch.page.goto(watch.home)
    yield watch
    context.close()
