"""Compare the table of confidence with a fit on judged cards, and show what each threshold keeps.

    python -m benchmarks.confidence [--points] [--write]

`judged_cards.json` holds cards of public repositories of notes: for each the number of its repository, what a judge
said of it, its features, without any text, and whether the rules still make it. One that they make no more has the
features that it had; it counts for the fit, but not for the curve. The fit is a logistic regression on the first half
of the repositories that were judged first, whose weights are drawn to those of a prior and rounded to whole points;
it is measured on their second half, and on the later draws, which were judged when the table stood. `--points` prints
the fitted points. `--write` puts the figures into docs/explanation/confidence.md.

A judge keeps a card that is good or usable; a refused one is bad, junk, or wrong.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import write_figures
from studydeck.extraction.confidence import confidence_table

ROOT = Path(__file__).parents[1]
CARDS, PAGE = Path(__file__).with_name("judged_cards.json"), ROOT / "docs" / "explanation" / "confidence.md"
GROUPS = (("First half", 14), ("Second half", 44), ("Later draws", 999))  # the last number of the repositories of each
LOG_ODDS_OF_POINT = math.log(2) / 2  # two points double the odds
_LEAST_CARDS, _LEAST_REPOSITORIES = 5, 3  # that have a feature, for a weight of its own
_ROUNDS = 12  # of the fit, each over all features
_RANGES = ((-99, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 99))  # of points, for the calibration
_SHRINKAGES = (2.0, 10.0, 40.0)  # how strongly weights are drawn to the prior, in cards


class JudgedCard(NamedTuple):
    repository: int
    verdict: str
    features: tuple[str, ...]
    is_made: bool = True

    @property
    def is_kept(self) -> bool:
        return self.verdict in {"good", "usable"}

    @property
    def is_junk(self) -> bool:
        return self.verdict in {"junk", "wrong"}


def read_cards(path: Path = CARDS) -> list[JudgedCard]:
    """Return the judged cards of a file."""
    data = json.loads(path.read_text("utf-8"))
    names = data["features"]
    return [
        JudgedCard(repository, verdict, tuple([names[number] for number in numbers]), bool(is_made))
        for repository, verdict, numbers, is_made in data["cards"]
    ]


def grouped(cards: Sequence[JudgedCard]) -> dict[str, list[JudgedCard]]:
    """Return the cards by the group of their repositories, in the order of `GROUPS`."""
    groups: dict[str, list[JudgedCard]] = {name: [] for name, _ in GROUPS}
    for card in cards:
        groups[next(name for name, last in GROUPS if card.repository <= last)].append(card)
    return groups


def points_of(card: JudgedCard, points: Mapping[str, int]) -> int:
    return sum([points.get(feature, 0) for feature in card.features])


def order_rate(cards: Sequence[JudgedCard], points: Mapping[str, int]) -> float:
    """Return how often a card that is kept has more points than one that is refused; equal points count half."""
    kept, refused = Counter[int](), Counter[int]()
    for card in cards:
        (kept if card.is_kept else refused)[points_of(card, points)] += 1
    wins = sum(
        count * other * (1.0 if mine > theirs else 0.5 if mine == theirs else 0.0)
        for mine, count in kept.items()
        for theirs, other in refused.items()
    )
    return wins / (kept.total() * refused.total())


def fit(cards: Sequence[JudgedCard], prior: Mapping[str, int], shrinkage: float) -> dict[str, int]:
    """Return points for the features of judged cards, drawn to those of a prior; feature by feature, by Newton's step.

    Parameters
    ----------
    cards : to fit.
    prior : points of features; others are drawn to 0.
    shrinkage : the number of cards that the prior counts for.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    repositories: dict[str, set[int]] = defaultdict(set)
    for number, card in enumerate(cards):
        for feature in card.features:
            rows[feature].append(number)
            repositories[feature].add(card.repository)
    means = {feature: prior.get(feature, 0) * LOG_ODDS_OF_POINT for feature in rows}
    fitted = [
        feature
        for feature in rows
        if len(rows[feature]) >= _LEAST_CARDS and len(repositories[feature]) >= _LEAST_REPOSITORIES
    ]
    weights, start = dict(means), 0.0
    sums = [math.fsum([means[feature] for feature in card.features]) for card in cards]
    for _ in range(_ROUNDS):
        chances = [_chance(start + each) for each in sums]
        start += math.fsum([card.is_kept - chance for card, chance in zip(cards, chances, strict=True)]) / math.fsum(
            [chance * (1 - chance) for chance in chances]
        )
        for feature in fitted:
            slope, curvature = shrinkage * (means[feature] - weights[feature]), shrinkage
            for number in rows[feature]:
                chance = _chance(start + sums[number])
                slope += cards[number].is_kept - chance
                curvature += chance * (1 - chance)
            step = slope / curvature
            weights[feature] += step
            for number in rows[feature]:
                sums[number] += step
    points = {feature: round(weight / LOG_ODDS_OF_POINT) for feature, weight in weights.items()}
    return {**prior, **points}


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def curve(cards: Sequence[JudgedCard], points: Mapping[str, int], start: int, thresholds: range) -> Iterator[str]:
    """Yield a row of a table for each threshold: what it keeps, and what is among that."""
    total, good = len(cards), sum(card.verdict == "good" for card in cards)
    for threshold in thresholds:
        made = [card for card in cards if start + points_of(card, points) >= threshold]
        good_made = sum(card.verdict == "good" for card in made)
        kept, junk = sum(card.is_kept for card in made), sum(card.is_junk for card in made)
        yield (
            f"| {threshold} | {_percent(len(made), total)} | {_percent(good_made, good)} | "
            f"{_percent(good_made, len(made))} | {_percent(kept, len(made))} | {_percent(junk, len(made))} |"
        )


def calibration(cards: Sequence[JudgedCard], points: Mapping[str, int], start: int) -> Iterator[str]:
    """Yield a row of a table for each range of points: how many cards have them, and what judges said."""
    for least, most in _RANGES:
        found = [card for card in cards if least <= start + points_of(card, points) <= most]
        if not found:
            continue
        name = f"up to {most}" if least == -99 else f"from {least} on" if most == 99 else f"{least} and {most}"
        kept, junk = sum(card.is_kept for card in found), sum(card.is_junk for card in found)
        yield f"| {name} | {len(found)} | {_percent(kept, len(found))} | {_percent(junk, len(found))} |"


def _percent(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else "–"


def table_figures(cards: Sequence[JudgedCard]) -> str:
    """Return the curve and the calibration of the table in use."""
    table = confidence_table()
    lines: list[str] = []
    made = [card for card in cards if card.is_made]
    for name, group in grouped(made).items():
        ordered = f"{order_rate(group, table.points):.0%}"
        lines += [
            f"{name}, {len(group)} cards; a kept card has more points than a refused one in {ordered} of all pairs:",
            "",
            "| threshold | cards made | of the good ones | good | good and usable | junk and wrong |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
            *curve(group, table.points, table.start, range(10)),
            "",
            "| points | cards | good and usable | junk and wrong |",
            "| --- | ---: | ---: | ---: |",
            *calibration(group, table.points, table.start),
            "",
        ]
    return "\n".join(lines)


def fit_figures(cards: Sequence[JudgedCard]) -> str:
    """Return how well fits on the first half order the cards of all groups, beside the table in use."""
    groups, table = list(grouped(cards).values()), confidence_table()

    def row(name: str, points: Mapping[str, int]) -> str:
        return f"| {name} | {' | '.join([f'{order_rate(group, points):.0%}' for group in groups])} |"

    lines = [
        f"| points | {' | '.join([name.lower() for name, _ in GROUPS])} |",
        f"| --- |{' ---: |' * len(GROUPS)}",
        row("the table", table.points),
    ]
    for name, prior in (("fitted", {}), ("the table, moved by the fit", table.points)):
        lines += [
            row(f"{name}, prior of {shrinkage:.0f} cards", fit(groups[0], prior, shrinkage))
            for shrinkage in _SHRINKAGES
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the figures, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", action="store_true", help="print the points of the fit on all cards")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    options = parser.parse_args()
    cards = read_cards()
    if options.points:
        fitted = fit(cards, confidence_table().points, _SHRINKAGES[1])
        for feature, points in sorted(fitted.items(), key=lambda row: row[1]):
            print(f"{points:3} (table {confidence_table().points.get(feature, 0):2}) {feature}")
    figures = f"{table_figures(cards)}\n{fit_figures(cards)}"
    if options.write:
        write_figures(PAGE, figures)
    else:
        print(figures)


if __name__ == "__main__":
    main()
