"""The faces in a browser: every card of tests/gallery on the narrowest of phones, without a script."""

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
DAY, NIGHT = "card card1", "card card1 nightMode night_mode"  # as Anki's own window says it
# What Anki's window brings along: a root of its own size, and a night that weighs more than `.card`.
WINDOW = (
    "html { font-size: 15px } body.nightMode { background-color: #2c2c2c; color: #fcfcfc } img { max-height: 95vh }"
)
# The frames run no script (sandbox), and are as wide as the narrowest phone; the page around them measures.
PAGE = """<!doctype html><meta charset="utf-8">{frames}<pre id="measured"></pre><script>
const measure = frame => {
  const page = frame.contentDocument, body = page.body, details = page.querySelector('details');
  const asked = page.querySelector('.question .ask, .text'), more = details && details.querySelector(':scope > div');
  const look = page.defaultView.getComputedStyle(page.querySelector('.card'));
  const closed = details && !more.checkVisibility();
  if (details) details.querySelector('summary').click();
  return {
    name: frame.title,
    words: body.innerText,
    masked: [...page.querySelectorAll('.cloze-inactive')].filter(one => !one.checkVisibility()).length,
    top: asked && asked.getBoundingClientRect().top,
    closed: closed, opened: details && more.checkVisibility(),
    thumb: details && details.querySelector('summary').getBoundingClientRect().height,
    too_wide: page.documentElement.scrollWidth - page.documentElement.getBoundingClientRect().width,
    paper: look.backgroundColor, ink: look.color,
  };
};
onload = () => {
  const found = [...document.querySelectorAll('iframe')].map(measure);
  document.getElementById('measured').textContent = JSON.stringify(found);
};
</script>"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One card of the gallery as Anki renders it."""

    name: str
    question: str
    answer: str


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> list[Shown]:
    """Build the gallery, and let the real Anki render its cards."""
    folder = tmp_path_factory.mktemp("gallery")
    shutil.copytree(GALLERY, folder / "notes")
    built = CliRunner().invoke(main, ["build", "--notes", str(folder / "notes"), "--out", str(folder / "dist")])
    assert built.exit_code == 0, built.output
    (package,) = (folder / "dist").glob("*.apkg")
    with open_collection(folder) as collection:
        import_package(package, collection)
        found = [collection.get_card(CardId(card)) for _, _, card, _, _ in cards(collection)]
        # One blank of a text looks like the next, but for the sequence.
        found = [card for card in found if card.template()["name"] != "Cloze" or not card.ord or steps(card)]
        return [Shown(f"{card.note().fields[1]} {card.ord}", card.question(), card.answer()) for card in found]


def steps(card: Card) -> bool:
    """Tell whether a card is of the sequence that is looked at step by step."""
    return card.note()["Prompt"].startswith("From the ground up")


def frame(name: str, body: str, classes: str = DAY, width: int = 320) -> str:
    """Put a face into a frame of its own, in which no script runs."""
    page = f'<!doctype html><html><style>{WINDOW}</style><body class="{classes}"><div id="qa">{body}</div>'
    return (
        f'<iframe title="{escape(name)}" sandbox="allow-same-origin" width="{width}" height="300" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def measured(frames: Iterator[str], folder: Path) -> list[dict[str, Any]]:
    """Show frames in the browser; give what it measured of each."""
    page = folder / "page.html"
    page.write_text(PAGE.replace("{frames}", "".join(frames)), encoding="utf-8")
    found = re.search(r'<pre id="measured">(.*?)</pre>', dom_of(page, folder / "profile"), re.DOTALL)
    assert found
    assert found[1], "the browser measured nothing"
    result: list[dict[str, Any]] = json.loads(unescape(found[1]))
    return result


def test_gallery_on_the_narrowest_phone(gallery: list[Shown], tmp_path: Path) -> None:
    """No card is wider than its page, no question moves on the back, details and masks hide what they should."""
    wide = frame("wide", '<div style="width: 400px">the negative control</div>')
    faces = [frame(card.name, side) for card in gallery for side in (card.question, card.answer)]
    control, *found = measured(iter([wide, *faces]), tmp_path)
    assert control["too_wide"] >= 80
    assert len(found) == 2 * len(gallery) > 100
    assert {one["name"]: one["too_wide"] for one in found if one["too_wide"] > 0} == {}

    fronts, backs = found[::2], found[1::2]
    assert all(front["top"] > 0 for front in fronts)
    assert [front["name"] for front, back in zip(fronts, backs, strict=True) if front["top"] != back["top"]] == []

    details = [one for one in backs if one["opened"] is not None]
    assert len(details) > 5
    assert all(one["closed"] and one["opened"] and one["thumb"] >= 40 for one in details)

    assert not any(back["masked"] for back in backs)
    steps = [front for front in fronts if front["name"].startswith("From the ground up")]
    assert [step["masked"] for step in steps] == [4, 3, 2, 1, 0]
    assert ["Stratosphere" in step["words"] for step in steps] == [False, False, True, True, True]
    (rain,) = [front["words"] for front in fronts if front["name"].startswith("What falls from a cloud")]
    assert rain.split()[-5:] == ["[...]", "Drizzle", "Snow", "Sleet", "Hail"]


def test_night_is_dark_in_every_reader(gallery: list[Shown], tmp_path: Path) -> None:
    """Whatever class a reader gives, and whatever it paints itself, ink and paper are those of the night."""
    face = gallery[0].question
    around = f'<div class="night_mode"><div class="card">{face}</div></div>'
    nights = [frame(one, face, one) for one in ("card night_mode", "card nightMode", NIGHT)]
    day, *found = measured(iter([frame("day", face), *nights, frame("around", around, "")]), tmp_path)
    colours = template_texts()["common.css"]
    papers, inks = (re.findall(rf"--{name}: (#\w{{6}})", colours) for name in ("paper", "ink"))
    assert (day["paper"], day["ink"]) == (rgb(papers[0]), rgb(inks[0]))
    assert [(one["paper"], one["ink"]) for one in found] == [(rgb(papers[1]), rgb(inks[1]))] * 4


def rgb(colour: str) -> str:
    """Give a colour as a browser says it."""
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"
