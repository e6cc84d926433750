"""Make all pictures of the README and of the site anew, into docs/pictures.

    python -m venv .anki-window
    .anki-window/bin/python -m pip install aqt PyQt6 PyQt6-WebEngine
    python -m tools.pictures --window .anki-window/bin/python [--only NAME]...

Cards are shown by Anki's own window (`tools/anki_pictures.py`); the phones by the preview, with the classes that
AnkiDroid and AnkiMobile give to a page, which is not those programs themselves. The notes are those of tests/gallery
and the example in the README. Chromium puts the screenshots together and encodes them.
"""

from __future__ import annotations

import base64
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
WINDOW = "620x420"
PHONE = {"width": 360, "height": 560}
# The cards of the example in the README, by searches of Anki's browser.
EXAMPLE = {
    "term": "card:Forwards Term:*Cirrus*",
    "backwards": "card:Backwards Term:Barometer",
    "list": "card:2 Text:*Troposphere*",
    "sentence": "card:1 Text:*hPa*",
}
# A card of each kind in tests/gallery.
CARDS = {
    "forwards": "card:Forwards Term:*Cirrus*",
    "backwards": "card:Backwards Term:*Nimbostratus*",
    "cell": "card:Forwards Term:Barometer Meaning:*pressure*",
    "cell-backwards": "card:Backwards Term:Anemometer Meaning:*wind*",
    "typed": "card:Typed",
    "question": "card:Forwards Term:*blue?*",
    "choices": "card:Forwards Term:*<ul*",
    "sequence": "card:3 Text:*Troposphere*",
    "set": "card:2 Text:*Drizzle*",
    "sentence": "card:1 Text:*wind*pressure*",
    "code": "card:Forwards Term:*comprehension*",
    "table": "card:Forwards Term:*storage*",
    "math": "card:Forwards Term:Precision Meaning:*frac*",
    "picture": "card:Forwards Term:*Confusion*",
}
# Classes of the page, and of its body in dark mode, as the programs set them.
PHONES = {"AnkiDroid": "mobile android chrome", "AnkiMobile": "mobile iphone ios"}
PHONE_CARDS = ("Barometer", "From the ground up", "Softmax", "List comprehension")
_SHEET = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff; font: 13px system-ui, sans-serif; color: #444 }
#sheet { display: inline-grid; grid-template-columns: repeat(COLUMNS, max-content); gap: 14px; padding: 6px }
figure { margin: 0 } figcaption { padding: 0 0 4px 2px }
img { display: block; border-radius: 8px; box-shadow: 0 0 3px #888 }
pre { margin: 0; padding: 18px; border-radius: 8px; background: #16181d; color: #e4e6eb; font: 14px/1.45 monospace }
</style><div id="sheet">FIGURES</div>"""
_ENCODE = """async ([source, quality]) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width; canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', quality);
}"""


@dataclass(frozen=True)
class Studio:
    """What the pictures are made with: a browser, the interpreter that has Anki's window, and a folder for files."""

    browser: Browser
    window_python: str
    folder: Path

    def build(self, notes: Path, name: str) -> Path:
        """Build a package and a preview of notes; return the folder that holds both."""
        out = self.folder / name
        if not out.exists():
            copy = self.folder / f"{name}-notes"
            shutil.copytree(notes, copy)
            for command in ("build", "preview"):
                studydeck(command, "--quiet", "--notes", str(copy), "--out", str(out))
        return out

    def screenshots(self, package: Path, searches: dict[str, str] | None = None) -> Path:
        """Show cards in Anki's window; return the folder of the screenshots, `<name>-<theme>-<side>.png`."""
        into = self.folder / f"{package.stem}-screenshots"
        if not into.exists():
            options = [f"--search={name}={search}" for name, search in (searches or {}).items()]
            script = [self.window_python, str(ROOT / "tools" / "anki_pictures.py"), str(package)]
            subprocess.run([*script, "--into", str(into), "--size", WINDOW, *options], check=True)
        return into

    def sheet(self, figures: Iterable[tuple[str, str]], columns: int) -> bytes:
        """Return a picture of figures beside each other, each a caption and HTML."""
        content = "".join(f"<figure><figcaption>{caption}</figcaption>{shown}</figure>" for caption, shown in figures)
        page = self.browser.new_page(viewport={"width": 1600, "height": 1200})
        page.set_content(_SHEET.replace("COLUMNS", str(columns)).replace("FIGURES", content))
        picture = page.locator("#sheet").screenshot()
        page.close()
        return picture

    def write(self, name: str, picture: bytes, quality: float = 0.82) -> None:
        """Write a picture into docs/pictures as WebP."""
        page = self.browser.new_page()
        encoded: str = page.evaluate(_ENCODE, [data_address(picture), quality])
        page.close()
        path = PICTURES / f"{name}.webp"
        path.write_bytes(base64.b64decode(encoded.partition(",")[2]))
        click.echo(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def studydeck(*arguments: str, cwd: Path = ROOT) -> str:
    """Run the program, and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
    return subprocess.run(
        [sys.executable, "-m", "studydeck", *arguments],
        cwd=cwd,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def data_address(picture: bytes) -> str:
    """Return a PNG as a data: address."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def shown(path: Path) -> str:
    """Return the HTML that shows a screenshot."""
    return f'<img src="{data_address(path.read_bytes())}">'


def example_notes(folder: Path) -> Path:
    """Write the example of the README into a notes folder, and return it."""
    blocks = re.findall(r"```markdown\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    notes = folder / "example"
    notes.mkdir(exist_ok=True)
    (notes / "weather.md").write_text(blocks[0], "utf-8")
    (notes / "deck.toml").write_text('id = "weather-example"\nname = "Weather"\nversion = "1.0.0"\n', "utf-8")
    return notes


def the_only(folder: Path, pattern: str) -> Path:
    """Return the only file of a folder with a pattern."""
    (path,) = folder.glob(pattern)
    return path


def example(studio: Studio) -> None:
    """Four cards of the example in the README, in Anki's window."""
    package = the_only(studio.build(example_notes(studio.folder), "weather"), "*.apkg")
    screenshots = studio.screenshots(package, EXAMPLE)
    sides = {"term": "light-answer", "backwards": "light-question", "list": "dark-question", "sentence": "dark-answer"}
    figures = [("", shown(screenshots / f"{name}-{side}.png")) for name, side in sides.items()]
    studio.write("example", studio.sheet(figures, 2))


def cards(studio: Studio) -> None:
    """Each kind of card in Anki's window: the question in light mode, the whole answer in dark mode."""
    package = the_only(studio.build(ROOT / "tests" / "gallery", "gallery"), "*.apkg")
    screenshots = studio.screenshots(package, CARDS)
    for kind in CARDS:
        question, answer, more = (
            screenshots / f"{kind}-{side}.png" for side in ("light-question", "dark-answer", "dark-more")
        )
        figures = [("", shown(question)), ("", shown(more if more.exists() else answer))]
        studio.write(f"card-{kind}", studio.sheet(figures, 2))


def phones(studio: Studio) -> None:
    """Cards in the preview, with the classes of AnkiDroid and AnkiMobile."""
    page = studio.browser.new_page(viewport=PHONE)  # type: ignore[arg-type]  # a dictionary with these keys
    page.goto(the_only(studio.build(ROOT / "tests" / "gallery", "gallery"), "*.html").as_uri())
    figures = []
    for name, classes in PHONES.items():
        for text, theme in zip(PHONE_CARDS, cycle(("light", "dark"))):
            picture = data_address(phone_card(page, text, classes, theme))
            figures.append((f"{name}, {theme}", f'<img src="{picture}">'))
    page.close()
    studio.write("phones", studio.sheet(figures, len(PHONE_CARDS)))


def phone_card(page: Page, text: str, classes: str, theme: str) -> bytes:
    """Show the answer of a card in the preview with the classes of a program, and take a picture."""
    show_card(page, text, theme)
    page.evaluate(
        """([classes, theme]) => {
            if (!isAnswerShown) flip();
            const root = document.getElementById('card').contentDocument.documentElement;
            root.className = classes + (theme === 'dark' ? ' night-mode' : '');
        }""",
        [classes, theme],
    )
    return page.locator("#card").screenshot()


def show_card(page: Page, text: str, theme: str = "light") -> None:
    """Show the first card in the preview that has a text."""
    page.evaluate(
        """([text, theme]) => {
            setTheme(theme);
            show(deck.cards.findIndex(card => JSON.stringify(card).includes(text)));
        }""",
        [text, theme],
    )


def preview(studio: Studio) -> None:
    """The preview of the deck in notes/ on a desktop."""
    page = studio.browser.new_page(viewport={"width": 1180, "height": 700})
    page.goto(the_only(studio.build(ROOT / "notes", "deck"), "*.html").as_uri())
    show_card(page, "update an endpoint")
    studio.write("preview", page.screenshot())
    page.close()


def rehearse(studio: Studio) -> None:
    """The rehearsal of an update, as a terminal prints it."""
    notes, out = studio.folder / "rehearsal", studio.folder / "rehearsal-dist"
    shutil.copytree(example_notes(studio.folder), notes)
    studydeck("build", "--quiet", "--notes", str(notes), "--out", str(out))
    page, settings = notes / "weather.md", notes / "deck.toml"
    page.write_text(
        page.read_text("utf-8").replace("thin, high", "thin, white, high") + "\n- **Foehn**: warm, dry wind\n"
    )
    settings.write_text(settings.read_text("utf-8").replace("1.0.0", "1.1.0"), "utf-8")
    studydeck("build", "--quiet", "--notes", str(notes), "--out", str(out))
    command = ("rehearse", "weather-1.0.0.apkg", "weather-1.1.0.apkg")
    text = html.escape(f"$ studydeck {' '.join(command)}\n{studydeck(*command, cwd=out)}".rstrip())
    studio.write("rehearse", studio.sheet([("", f"<pre>{text}</pre>")], 1))


def curate(studio: Studio) -> None:
    """The page of `curate` on a copy of the deck in notes/, one note of it decided already."""
    notes = studio.folder / "curated"
    shutil.copytree(ROOT / "notes", notes)
    command = [
        "curate",
        "--notes",
        str(notes),
        "--out",
        str(studio.folder / "curated-dist"),
        "--port",
        "0",
        "--no-open",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "studydeck", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        (address,) = islice(
            (line.split(": ", 1)[1].strip() for line in server.stdout if line.startswith("curate: ")), 1
        )
        page = studio.browser.new_page(viewport={"width": 1180, "height": 700})
        page.goto(address)
        page.locator("#list .row").first.wait_for()
        page.keyboard.press("r")
        page.wait_for_timeout(1500)
        studio.write("curate", page.screenshot())
        page.close()
        server.terminate()


MADE: dict[str, Callable[[Studio], None]] = {
    function.__name__: function for function in (example, cards, phones, preview, curate, rehearse)
}


@click.command()
@click.option("--window", required=True, help="The Python interpreter that has Anki's desktop program, aqt.")
@click.option("--only", multiple=True, type=click.Choice([*MADE]), help="Make only these pictures.")
@click.option("--chromium", default=lambda: shutil.which("chromium") or "", help="The browser to use.")
def main(window: str, only: tuple[str, ...], chromium: str) -> None:
    """Make the pictures of the documentation anew."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium or None, args=["--no-sandbox"])
        for name in only or MADE:
            MADE[name](Studio(browser, window, Path(folder)))
        browser.close()


if __name__ == "__main__":
    main()
