"""The whole build: sources, settings, ledger and card templates in; notes, package and the new ledger out.

    stage         function                                      for each   result
    embed         markdown.transclusion.with_embeds             deck       Sources with the texts that they embed
    parse         markdown.sections.parse                       file       Document
    vocabulary    extraction.vocabulary.deck_vocabulary         deck       DeckVocabulary
    resolve       media.resolve_pictures                        file       Document with the names of its pictures
    extract       extraction.engine.extract                     file       NoteDrafts and SkippedBlocks
    deduplicate   extraction.deduplicate.deduplicate            deck       NoteDrafts
    identify      identity.assign.assign_identities             deck       Notes and the new Ledger
    decide        identity.decide.decided_drafts                deck       drafts as decided, within identify
    render        rendering.fields.render_fields                note       Row
    package       apkg.writer.pack                              deck       bytes of the .apkg file

`extract_deck` runs the stages from embed to deduplicate, `build` runs identify and render and assembles the deck, and
`pack` runs the last one.
Every stage is a function of frozen values. A `Runner` calls the stages of files and notes one after the other;
`parallel` overrides it to use several processes, and `cache` to skip what did not change. `storage` loads the inputs
before, reads the pictures that the parsed files show, and writes the results after.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck import __version__, build_inputs
from studydeck.apkg import writer
from studydeck.build_inputs import Inputs, ResolvedConfig
from studydeck.config import Config
from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.errors import DiagnosticCollector
from studydeck.extraction.confidence import WAITING_REASON, least_confidence, with_weak_cards
from studydeck.extraction.deduplicate import ambiguous_clues, deduplicate, same_questions
from studydeck.extraction.left_over import headings_left_over
from studydeck.extraction.redraft import redrafted
from studydeck.extraction.vocabulary import deck_vocabulary
from studydeck.identity import ledger as ledger_file
from studydeck.identity.assign import Assignment, PerNote, assign_identities
from studydeck.identity.decide import DecidedNote, decision_diagnostics, with_skipped_blocks
from studydeck.identity.diagnose import left_out_notes, waiting_cards
from studydeck.identity.initial_ledger import InitialLedger, KnownLedgers, initial_ledger
from studydeck.identity.ledger import Ledger
from studydeck.identity.lost_notes import lost_notes, with_found
from studydeck.identity.subdecks import assign_subdecks, many_subdecks, unused_decks
from studydeck.identity.withheld import CardPolicy
from studydeck.markdown.transclusion import with_embeds
from studydeck.media import picture_diagnostics
from studydeck.model.anki import Deck, NoteType, Picture, Row
from studydeck.model.document import Source
from studydeck.model.media_types import PACKED_NAME, SOUND_TAG
from studydeck.model.notes import ExtractedDeck, Note, NoteDraft, Pair, SkippedBlock, WithheldCard
from studydeck.notetypes import issue_links, speech
from studydeck.patterns import lazy_pattern
from studydeck.rendering.fields import render_settings, sides_html
from studydeck.runner import Runner
from studydeck.text.card_words import card_words

Links = Iterable[tuple[str, str]]  # (path of a file, picture link as written in it)
Pictures = Mapping[tuple[str, str], Picture]
_logger = logging.getLogger(__name__)
_MEDIA_NAME = lazy_pattern(rf'<img [^<>]*\bsrc="({PACKED_NAME.pattern})"|{SOUND_TAG.pattern}')


class Built(Struct, frozen=True):
    """The results of a build: `before` is the ledger that it started from, `retired` the notes that it retired.

    `withheld` are the cards that are too weak to be made, which are among the skipped blocks, too. `asked` has for each
    note the draft as today's rules give it, without what is there only because it was packed. `skipped_notes` are those
    that the author decided not to pack, which are in the ledger; `decided` has each decision with its note.
    """

    config: Config
    notes: tuple[Note, ...]
    skipped: tuple[SkippedBlock, ...]
    diagnostics: tuple[Diagnostic, ...]
    deck: Deck
    ledger: Ledger
    ledger_text: str
    before: Ledger = field(default_factory=Ledger)
    retired: tuple[ledger_file.LedgerEntry, ...] = ()
    withheld: tuple[WithheldCard, ...] = ()
    asked: tuple[NoteDraft, ...] = ()
    skipped_notes: tuple[Note, ...] = ()
    decided: tuple[DecidedNote, ...] = ()


PLAIN = Runner()
NO_PICTURES: Pictures = MappingProxyType({})


def extract_deck(
    sources: Sequence[Source],
    find_pictures: Callable[[Links], Pictures] = lambda _links: NO_PICTURES,
    runner: Runner = PLAIN,
) -> ExtractedDeck:
    """Extract the notes of all sources: embed, parse, vocabulary, resolve, extract and deduplicate.

    Parameters
    ----------
    sources : in the order of their paths.
    find_pictures : returns the pictures that exist, by path and link, for the links in the sources.
    runner : runs the stages of a file.
    """
    summaries = runner.parse(with_embeds(sources))
    pictures = find_pictures([(file.path, link) for file in summaries for link in file.pictures])
    names = {link: picture.name for link, picture in pictures.items()}
    files = runner.extract(deck_vocabulary([file.vocabulary for file in summaries]), names)
    drafts, dropped, doubts = deduplicate(list(chain.from_iterable([file.drafts for file in files])))
    sections = tuple(chain.from_iterable([file.sections for file in files]))
    skipped = [*chain.from_iterable([file.skipped for file in files]), *dropped]
    skipped += headings_left_over(sections, drafts)
    _logger.debug("extracted %d drafts and %d skipped blocks from %d files", len(drafts), len(skipped), len(files))
    return ExtractedDeck(
        sections,
        tuple(drafts),
        tuple(sorted(skipped, key=lambda block: (block.span.path, block.span.line))),
        tuple(
            chain(
                *[file.diagnostics for file in summaries],
                *[file.diagnostics for file in files],
                picture_diagnostics({source.path: source.text for source in sources}, pictures) if pictures else (),
                doubts,
            )
        ),
        pictures,
    )


def build(inputs: Inputs, extracted: ExtractedDeck, runner: Runner = PLAIN) -> Built:
    """Build the deck from extracted drafts: settings, ledger and note types, then identify and render.

    Parameters
    ----------
    inputs : everything besides the drafts: settings, ledgers, card templates, decisions, and the time of the build in
        seconds since the epoch.
    extracted : what `extract_deck` returned for the sources of `inputs`.
    runner : runs the stages of a note.

    Returns
    -------
    the notes with their identities, the deck to pack, the new ledger, and all diagnostics, none of them an error.

    Raises
    ------
    BuildError : if any diagnostic is an error; it carries all of them.
    """
    diagnostics, notetypes = DiagnosticCollector(extracted.diagnostics), tuple[NoteType, ...]()
    initial, resolved = InitialLedger(Ledger()), ResolvedConfig(inputs.config)
    with diagnostics.collecting():
        known = KnownLedgers(
            inputs.ledger_text,
            inputs.earlier,
            inputs.package,
            inputs.config.id,
            max(inputs.now, inputs.clock),
            _texts_by_sides(extracted.drafts) if inputs.package and inputs.ledger_text is None else {},
        )
        draft_texts = {draft.fingerprint.text for draft in extracted.drafts}
        initial = initial_ledger(known, draft_texts, runner.read_ledger, reset_identities=inputs.reset_identities)
        diagnostics += initial.diagnostics
        resolved = build_inputs.resolve_config(inputs, initial.ledger)
        diagnostics += resolved.diagnostics
    with diagnostics.collecting():
        loaded = runner.load_note_types(inputs.templates, resolved.config.id, resolved.config.language)
        spoken = speech.with_speech(loaded, resolved.config.speak)
        link_words = card_words(resolved.config.language).report
        notetypes = issue_links.with_issue_links(spoken, resolved.config.issues_url, link_words)
    diagnostics.raise_on_errors()
    config, before = resolved.config, initial.ledger
    ledger = replace(before, deck=config.id, name=config.name)
    with diagnostics.collecting():
        notetypes = build_inputs.date_note_types(notetypes, ledger, inputs.now)
    with diagnostics.collecting():
        ledger = replace(ledger, note_types=build_inputs.note_type_records(notetypes))
        policy = _card_policy(inputs, config, before)
        found_language = None if inputs.config.language else config.language
        ledger = replace(ledger, min_confidence=config.min_confidence, language=found_language)
        clues = ambiguous_clues(extracted.drafts) if inputs.decisions.notes else frozenset[str]()
        assign = partial(
            assign_identities,
            sections=extracted.sections,
            ledger=ledger,
            now=inputs.now,
            decisions=inputs.decisions,
            policy=policy,
            has_new_words=before.language not in (None, config.language),
            redraft=partial(redrafted, ambiguous_clues=clues),
            per_note=PerNote(runner.key_of, runner.read_known),
        )
        assigned = assign(extracted.drafts)
        if lost := lost_notes(extracted.drafts, ledger, assigned):
            names = {link: picture.name for link, picture in extracted.pictures.items()}
            if found := runner.read_lost(with_embeds(inputs.sources), lost, names):
                drafts, settled = with_found(
                    extracted.drafts, found, lost, extracted.sections, ledger, assigned.settled
                )
                assigned = assign(drafts, settled=settled)
        diagnostics += assigned.diagnostics
    diagnostics.raise_on_errors(extracted.skipped)
    skipped = with_weak_cards(_without_asked_lists(extracted, assigned), assigned.withheld)
    skipped = with_weak_cards(skipped, assigned.waiting, WAITING_REASON)
    diagnostics += waiting_cards(assigned.waiting, before)
    decided = with_skipped_blocks(assigned.decided, extracted.skipped)
    diagnostics += (*inputs.decisions.conflicts, *decision_diagnostics(decided))
    if assigned.skipped:  # of two notes with one question, the author may have skipped one
        others = [diagnostic for diagnostic in diagnostics if diagnostic.code != DiagnosticCode.SAME_QUESTION]
        diagnostics[:] = [*others, *same_questions([note.draft for note in assigned.notes])]
    diagnostics += _no_notes_warning(assigned)
    rows = runner.render(assigned.notes, render_settings(config))
    _logger.debug("identified and rendered %d notes", len(rows))
    decks = {source.path: source.deck for source in inputs.sources}
    subdecks, records = assign_subdecks(config.subdecks, decks, before, assigned.ledger)
    if any(subdecks.values()):
        rows = tuple(
            replace(row, subdeck=subdecks[note.draft.span.path]) for note, row in zip(assigned.notes, rows, strict=True)
        )
    diagnostics += unused_decks(decks, config.subdecks)
    diagnostics += many_subdecks({row.subdeck for row in rows})
    diagnostics += left_out_notes(inputs.left_out, before, assigned.retired)
    assigned = replace(assigned, ledger=replace(assigned.ledger, subdecks=records))
    deck = assemble(config, rows, notetypes, extracted.pictures)
    ledger_text = runner.write_ledger(assigned.ledger)
    ledgers = (assigned.ledger, ledger_text, before, assigned.retired)
    cards = (assigned.withheld, assigned.asked, assigned.skipped, decided)
    return Built(config, assigned.notes, skipped, tuple(diagnostics), deck, *ledgers, *cards)


def _card_policy(inputs: Inputs, config: Config, before: Ledger) -> CardPolicy:
    """Return which cards are made; a deck that was never built has no setting that could have moved."""
    setting = config.min_confidence
    is_moved = bool(before.notes) and setting is not None and setting != before.min_confidence

    def unchanged(paths: Collection[str]) -> AbstractSet[str]:
        if inputs.accept_new or is_moved or not before.release:
            return frozenset()
        texts = {source.path: source.text for source in inputs.sources if source.path in paths}
        return inputs.unchanged_since(before.release[0], texts, inputs.config)

    return CardPolicy(least_confidence(setting), is_moved, inputs.accept_held, unchanged)


def _without_asked_lists(extracted: ExtractedDeck, assigned: Assignment) -> tuple[SkippedBlock, ...]:
    """Return the skipped blocks without long lists that are asked as the author decided, and without their headings."""
    asked = [entry.note.draft for entry in assigned.decided if entry.note and entry.decision.items]
    if not asked:
        return extracted.skipped
    spans = {draft.span for draft in asked}
    headings = {*headings_left_over(extracted.sections, extracted.drafts)}
    headings.difference_update(headings_left_over(extracted.sections, (*extracted.drafts, *asked)))
    return tuple([block for block in extracted.skipped if block.span not in spans and block not in headings])


def _no_notes_warning(assigned: Assignment) -> tuple[Diagnostic, ...]:
    if assigned.notes:
        return ()
    message = "the notes give no card; to see why each block was skipped: studydeck list --skipped"
    return (warning(DiagnosticCode.NO_NOTES, ".", 0, message),)


def _texts_by_sides(drafts: Sequence[NoteDraft]) -> dict[tuple[str, str], str]:
    """Return what identifies each pair, by the HTML of its sides; nothing for sides that two of them have."""
    found: dict[tuple[str, str], str] = {}
    for draft in drafts:
        if isinstance(draft.body, Pair) and not draft.legacy_only:
            sides, text = sides_html(draft.body, draft.answer_media), draft.fingerprint.text
            found[sides] = text if found.get(sides, text) == text else ""
    return {sides: text for sides, text in found.items() if text}


def assemble(config: Config, rows: tuple[Row, ...], notetypes: Sequence[NoteType], pictures: Pictures) -> Deck:
    """Put the deck together, with the files that its rows show and play."""
    shown_names = (
        {match[1] or match[2] for row in rows for row_field in row.fields for match in _MEDIA_NAME.finditer(row_field)}
        if pictures
        else set()
    )
    media = {picture.name: picture.data for picture in pictures.values() if picture.name in shown_names}
    description = build_inputs.deck_description(config)
    return Deck(config.id, config.name, description, config.version, rows, tuple(notetypes), media, __version__)


def pack(deck: Deck) -> bytes:
    """Return the bytes of the package."""
    return writer.pack(deck)
