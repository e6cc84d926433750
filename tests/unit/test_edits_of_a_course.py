"""Edits of the notes of a French course, each of which leaves every card where it is, there and back again."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from studydeck.identity.matching.idf import word_set
from studydeck.pipeline import Built
from tests.support.pipeline import build_notes, rebuild

Files = dict[str, str]
Edit = Callable[[Files], Files]

CELL, EVOLUTION = "biologie/cellule.md", "biologie/evolution.md"
NOTES: Files = {
    CELL: """# Cellule et génétique

## Organites

| Organite | Rôle | Découvert par |
| --- | --- | --- |
| Mitochondrie | produit l'ATP par la respiration | Altmann |
| Ribosome | assemble les protéines | Palade |
| Lysosome | digère les déchets de la cellule | de Duve |

### Membrane

Bicouche de phospholipides qui sépare la cellule de son milieu.

## Division

### Mitose

La mitose donne **deux cellules identiques** à la cellule mère.

Phases :

1. prophase
2. métaphase
3. anaphase
4. télophase

### Méiose

La méiose donne quatre cellules **haploïdes**.

## Vocabulaire

- Génotype : ensemble des gènes d'un individu
- Phénotype : ensemble des caractères visibles
- Allèle : version d'un gène

### Qu'est-ce qu'un codon ?

Un triplet de nucléotides.
""",
    EVOLUTION: """# Évolution

## Sélection naturelle

Darwin publie *L'Origine des espèces* en **1859**.

### Dérive génétique

Variation au hasard de la fréquence des allèles, surtout dans les petites populations.

## Dates

| Année | Événement |
| --- | --- |
| 1859 | L'Origine des espèces |
| 1865 | Lois de Mendel |
| 1953 | Structure de l'ADN |
""",
}


def replacing(file: str, *swaps: tuple[str, str]) -> Edit:
    """Return an edit that replaces texts of one file; each must occur once."""

    def edit(files: Files) -> Files:
        text = files[file]
        for old, new in swaps:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return files | {file: text}

    return edit


def everywhere(pattern: str, replacement: str) -> Edit:
    return lambda files: {name: re.sub(pattern, replacement, text, flags=re.MULTILINE) for name, text in files.items()}


def section(text: str, heading: str) -> str:
    """Return a section of the second level."""
    return text[text.index(f"## {heading}\n") :].partition("\n## ")[0].rstrip("\n") + "\n\n"


def split_off(files: Files) -> Files:
    """Move a section into a file of its own, one level up."""
    part = section(files[CELL], "Division")
    return {**files, CELL: files[CELL].replace(part, ""), "biologie/division.md": re.sub("(?m)^#", "", part)}


def one_file(files: Files) -> Files:
    return {CELL: files[CELL] + "\n" + re.sub("(?m)^#", "##", files[EVOLUTION])}


def reorder(files: Files) -> Files:
    part = section(files[CELL], "Division")
    return files | {CELL: files[CELL].replace(part, "").replace("## Organites", f"{part}## Organites")}


def bullets_to_rows(files: Files) -> Files:
    """Turn the bullets of the vocabulary into a table."""
    bullets = re.compile(r"(?:^- .* : .*\n)+", re.MULTILINE)
    rows = re.findall(r"^- (.*) : (.*)$", files[CELL], re.MULTILINE)
    table = "| Terme | Sens |\n| --- | --- |\n" + "".join(f"| {term} | {meaning} |\n" for term, meaning in rows)
    return files | {CELL: bullets.sub(table, files[CELL])}


EDITS: dict[str, Edit] = {
    "headings renamed": replacing(CELL, ("## Organites", "## Les organites"), ("### Mitose", "### La mitose")),
    "a level down": everywhere("^#", "##"),
    "a title above": everywhere(r"\A#", "# Licence 1\n\n#"),
    "a table of bullets": bullets_to_rows,
    "definition lists": everywhere(r"^- (\w+) : (.*)$", r"\1\n: \2\n"),
    "a part split off": split_off,
    "files merged": one_file,
    "files moved": lambda files: {name.replace("biologie", "L1"): text for name, text in files.items()},
    "sections reordered": reorder,
    "quotation marks": everywhere("'", "’"),
    "guillemets": replacing(EVOLUTION, ("*L'Origine des espèces*", "« L'Origine des espèces »")),
    "dashes": everywhere(r"^- (\w+) : ", r"- **\1** — "),
    "a spelling reform": everywhere("vénement", "vènement"),
    "accents lost": replacing(CELL, ("caractères", "caracteres"), ("protéines", "proteines")),
    "answers written anew": replacing(
        CELL,
        ("Bicouche de phospholipides qui sépare la cellule de son milieu.", "Laisse passer l'eau et certains ions."),
        ("version d'un gène", "l'une des formes que prend un même locus"),
        ("Un triplet de nucléotides.", "Trois bases qui désignent un acide aminé."),
    ),
    "answers exchanged": replacing(
        CELL,
        ("Génotype : ensemble des gènes d'un individu", "Génotype : ensemble des caractères, visibles"),
        ("Phénotype : ensemble des caractères visibles", "Phénotype : ensemble des gènes d'un individu"),
    ),
    "a row on top": replacing(CELL, ("| Mitochondrie", "| Noyau | contient l'ADN | Brown |\n| Mitochondrie")),
    "a year on top": replacing(EVOLUTION, ("| 1859 |", "| 1809 | Naissance de Darwin |\n| 1859 |")),
    "columns renamed": replacing(CELL, ("| Organite | Rôle | Découvert par |", "| Nom | Fonction | Découvreur |")),
    "steps inserted": replacing(CELL, ("2. mét", "2. prométaphase\n3. mét"), ("4. télophase", "5. télophase\n6. fin")),
    "a heading asks": replacing(CELL, ("### Membrane", "### Qu'est-ce que la membrane ?")),
    "bold questions": everywhere(r"^### (.*\?)$", r"**\1**"),
    "numbered headings": everywhere(r"^## ", "## 1. "),
    "links": replacing(CELL, ("la cellule mère", "la [[cellule mère]]")),
}


@cache
def first_build() -> Built:
    return build_notes(NOTES)


def cards(built: Built) -> dict[tuple[str, int], str]:
    """Return what each card asks for, by GUID and ordinal."""
    return {(entry.guid, number): phrase for entry in built.ledger.notes for number, phrase in entry.cards.items()}


@pytest.mark.parametrize("name", EDITS)
def test_no_card_is_lost_or_exchanged(name: str) -> None:
    """Each packed card is there, asks for the same fact, and asks as before once the edit is undone."""
    first = first_build()
    files = EDITS[name](dict(NOTES))
    assert files != NOTES
    second = rebuild(first, files)
    assert not second.retired
    packed = {(note.guid, number) for note in first.notes for number in note.ordinals}
    assert packed <= {(note.guid, number) for note in second.notes for number in note.ordinals}
    texts = {entry.guid: entry.text for entry in second.ledger.notes}
    for entry in first.ledger.notes:
        terms = [word_set(text.partition("|")[0]) for text in (entry.text, texts[entry.guid])]
        assert terms[0] & terms[1], f"{entry.text} is {texts[entry.guid]} now"
    back = rebuild(second, NOTES)
    assert {key: cards(back)[key] for key in packed} == {key: cards(first)[key] for key in packed}
