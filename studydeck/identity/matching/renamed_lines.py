"""Pair the cells of table rows and columns that were renamed.

In: the unmatched notes of two paired sections. Out: pairs in the state.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Set as AbstractSet

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import is_informative

_Line = dict[int, tuple[str, str, str]]  # note -> term, label and meaning


def match_renamed_lines(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair the cells of a renamed table row or column if most of its cells are equal."""
    old_section, new_section = state.old.section_of(old_notes[0]), state.new.section_of(new_notes[0])
    # Rows are named by the term (part 0) and have cells by label (part 1); columns the other way round.
    for name_part, cell_part in ((0, 1), (1, 0)):
        old_lines, new_lines = (
            _lines_by_name(state.old.pairs_in(old_section), name_part),
            _lines_by_name(state.new.pairs_in(new_section), name_part),
        )
        removed, added = old_lines.keys() - new_lines.keys(), new_lines.keys() - old_lines.keys()
        common = _cells_of_several(old_lines, cell_part) | _cells_of_several(new_lines, cell_part)
        added_by_cell: dict[tuple[str, str], list[str]] = defaultdict(list)
        for new_name in sorted(added):
            for parts in new_lines[new_name].values():
                if len(added_by_cell[parts[cell_part], parts[2]]) < thresholds.MAX_NOTE_GROUP:
                    added_by_cell[parts[cell_part], parts[2]].append(new_name)
        candidates: list[tuple[int, str, str]] = []
        for old_name in sorted(removed):
            equal_cells = Counter(
                new_name
                for parts in old_lines[old_name].values()
                for new_name in added_by_cell[parts[cell_part], parts[2]]
            )
            for new_name, count in equal_cells.items():
                cell_count = max(len(old_lines[old_name]), len(new_lines[new_name]))
                most_equal = (
                    count >= thresholds.MIN_EQUAL_CELLS and count >= thresholds.MIN_EQUAL_CELL_SHARE * cell_count
                )
                whole_column = (
                    name_part
                    and count >= thresholds.MIN_COLUMN_CELLS
                    and count == len(old_lines[old_name]) == len(new_lines[new_name])
                )
                if most_equal and (
                    whole_column
                    or state.is_similar(old_name, new_name)
                    or _has_informative_cell(old_lines[old_name], new_lines[new_name], cell_part, common)
                ):
                    candidates.append((-count, old_name, new_name))
        for _, old_name, new_name in sorted(candidates):
            if old_name in removed and new_name in added:
                removed.remove(old_name)
                added.remove(new_name)
                _pair_cells(state, old_lines[old_name], new_lines[new_name], cell_part)


def _pair_cells(state: MatchState, old_cells: _Line, new_cells: _Line, cell_part: int) -> None:
    for old, parts in old_cells.items():
        matches = [new for new, new_parts in new_cells.items() if new_parts[cell_part] == parts[cell_part]]
        if len(matches) == 1 and state.is_open(old, matches[0]) and state.can_pair(old, matches[0]):
            state.pair(old, matches[0], "structural", thresholds.RENAMED_LINE_SCORE)


def _cells_of_several(lines: dict[str, _Line], cell_part: int) -> set[tuple[str, str]]:
    """Return the cells that several lines of a table have: they tell none of them from the others."""
    counts = Counter((parts[cell_part], parts[2]) for cells in lines.values() for parts in cells.values())
    return {cell for cell, count in counts.items() if count > 1}


def _has_informative_cell(
    old_cells: _Line,
    new_cells: _Line,
    cell_part: int,
    common: AbstractSet[tuple[str, str]],
) -> bool:
    """Return whether an equal cell of two lines is informative: numbers and check marks are equal by chance."""
    equal_cells = {(parts[cell_part], parts[2]) for parts in old_cells.values()} & {
        (parts[cell_part], parts[2]) for parts in new_cells.values()
    }
    return any(is_informative(meaning) for _, meaning in equal_cells - common)


def _lines_by_name(pairs: _Line, name_part: int) -> dict[str, _Line]:
    lines: dict[str, _Line] = defaultdict(dict)
    for note, parts in pairs.items():
        lines[parts[name_part]][note] = parts
    return lines
