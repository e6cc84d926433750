"""The card templates in a browser: every card of tests/gallery at the width of a small phone, without scripts."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from anki.cards import Card, CardId
from click.testing import CliRunner

from studydeck.cli.main import main
from tests.support.browser import BROWSER, MISSING, dom_of
from tests.support.real_anki import cards, import_package, open_collection
from tests.support.sample_decks import template_texts

pytestmark = [pytest.mark.skipif(BROWSER is None, reason=MISSING), pytest.mark.browser, pytest.mark.anki]

GALLERY = Path(__file__).parents[1] / "gallery"
LIGHT, DARK = "card card1", "card card1 nightMode night_mode"  # as in Anki's own window
# Styles of Anki's own window: its root font size, and dark colours with a higher specificity than `.card`.
WINDOW = (
    "html { font-size: 15px } body.nightMode { background-color: #2c2c2c; color: #fcfcfc } img { max-height: 95vh }"
)
# The frames are sandboxed without scripts and 320 px wide; the page around them measures.
PAGE = """<!doctype html><meta charset="utf-8">{frames}<pre id="measured"></pre><script>
const measure = frame => {
  const page = frame.contentDocument, body = page.body, details = page.querySelector('details');
  const question = page.querySelector('.question .ask, .text'), more = details && details.querySelector(':scope > div');
  const style = page.defaultView.getComputedStyle(page.querySelector('.card'));
  const closed = details && !more.checkVisibility();
  if (details) details.querySelector('summary').click();
  return {
    name: frame.title,
    words: body.innerText,
    masked: [...page.querySelectorAll('.cloze-inactive')].filter(item => !item.checkVisibility()).length,
    top: question && question.getBoundingClientRect().top,
    closed: closed, opened: details && more.checkVisibility(),
    summary_height: details && details.querySelector('summary').getBoundingClientRect().height,
    too_wide: page.documentElement.scrollWidth - page.documentElement.getBoundingClientRect().width,
    background: style.backgroundColor, text: style.color,
  };
};
onload = () => {
  const measurements = [...document.querySelectorAll('iframe')].map(measure);
  document.getElementById('measured').textContent = JSON.stringify(measurements);
};
</script>"""


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """One card of the gallery as Anki renders it."""

    name: str
    question: str
    answer: str


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> list[RenderedCard]:
    """Build the gallery, and render its cards in the real Anki."""
    folder = tmp_path_factory.mktemp("gallery")
    shutil.copytree(GALLERY, folder / "notes")
    built = CliRunner().invoke(main, ["build", "--notes", str(folder / "notes"), "--out", str(folder / "dist")])
    assert built.exit_code == 0, built.output
    (package,) = (folder / "dist").glob("*.apkg")
    with open_collection(folder) as collection:
        import_package(package, collection)
        rendered = [collection.get_card(CardId(card)) for _, _, card, _, _ in cards(collection)]
        # The first card of a cloze is enough, except for the sequence that is tested step by step.
        rendered = [
            card for card in rendered if card.template()["name"] != "Cloze" or not card.ord or is_sequence_card(card)
        ]
        return [
            RenderedCard(f"{card.note().fields[1]} {card.ord}", card.question(), card.answer()) for card in rendered
        ]


def is_sequence_card(card: Card) -> bool:
    """Return whether a card belongs to the sequence that is tested step by step."""
    return card.note()["Prompt"].startswith("From the ground up")


def frame(name: str, body: str, classes: str = LIGHT, width: int = 320) -> str:
    """Return an iframe without scripts that shows one side of a card."""
    page = f'<!doctype html><html><style>{WINDOW}</style><body class="{classes}"><div id="qa">{body}</div>'
    return (
        f'<iframe title="{escape(name)}" sandbox="allow-same-origin" width="{width}" height="300" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def measure(frames: Iterator[str], folder: Path) -> list[dict[str, Any]]:
    """Show frames in the browser; return the measurements of each."""
    page = folder / "page.html"
    page.write_text(PAGE.replace("{frames}", "".join(frames)), encoding="utf-8")
    match = re.search(r'<pre id="measured">(.*?)</pre>', dom_of(page, folder / "profile"), re.DOTALL)
    assert match
    assert match[1], "the browser measured nothing"
    result: list[dict[str, Any]] = json.loads(unescape(match[1]))
    return result


@pytest.mark.slow
def test_gallery_on_the_narrowest_phone(gallery: list[RenderedCard], tmp_path: Path) -> None:
    """No card is too wide, no question moves on the back, details and masks hide their content."""
    wide = frame("wide", '<div style="width: 400px">the negative control</div>')
    frames = [frame(card.name, side) for card in gallery for side in (card.question, card.answer)]
    control, *measurements = measure(iter([wide, *frames]), tmp_path)
    assert control["too_wide"] >= 80
    assert len(measurements) == 2 * len(gallery) > 100
    assert {item["name"]: item["too_wide"] for item in measurements if item["too_wide"] > 0} == {}

    fronts, backs = measurements[::2], measurements[1::2]
    assert all(front["top"] > 0 for front in fronts)
    assert [front["name"] for front, back in zip(fronts, backs, strict=True) if front["top"] != back["top"]] == []

    details = [item for item in backs if item["opened"] is not None]
    assert len(details) > 5
    assert all(item["closed"] and item["opened"] and item["summary_height"] >= 40 for item in details)

    assert not any(back["masked"] for back in backs)
    sequence = [front for front in fronts if front["name"].startswith("From the ground up")]
    assert [step["masked"] for step in sequence] == [4, 3, 2, 1, 0]
    assert ["Stratosphere" in step["words"] for step in sequence] == [False, False, True, True, True]
    (rain,) = [front["words"] for front in fronts if front["name"].startswith("Five forms of it")]
    assert rain.split()[-5:] == ["[R…]", "Drizzle", "Snow", "Sleet", "Hail"]


def test_dark_mode_works_in_every_client(gallery: list[RenderedCard], tmp_path: Path) -> None:
    """With the dark mode classes of all clients, text and background have the dark colours."""
    html = gallery[0].question
    wrapped = f'<div class="night_mode"><div class="card">{html}</div></div>'
    dark_frames = [frame(item, html, item) for item in ("card night_mode", "card nightMode", DARK)]
    light, *dark = measure(iter([frame("day", html), *dark_frames, frame("around", wrapped, "")]), tmp_path)
    colours = template_texts()["common.css"]
    papers, inks = (re.findall(rf"--{name}: (#\w{{6}})", colours) for name in ("paper", "ink"))
    assert (light["background"], light["text"]) == (rgb(papers[0]), rgb(inks[0]))
    assert [(item["background"], item["text"]) for item in dark] == [(rgb(papers[1]), rgb(inks[1]))] * 4


def rgb(colour: str) -> str:
    """Return a colour as a browser reports it."""
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"
