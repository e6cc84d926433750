"""Turn Markdown study notes into an Anki deck whose notes keep their identity while the Markdown is edited.

A build is a pipeline of stages. Each stage is a function from frozen values to frozen values, and data flows one way:

    load -> embed -> parse -> vocabulary -> resolve -> extract -> deduplicate -> identify -> render -> package -> write
    file    deck     file     deck          file       file       deck           deck        note      deck       deck

    load          read the Markdown files, deck.toml, the ledger and the card templates from a folder
    embed         find the notes that a file embeds
    parse         turn the text of a file into a document of sections and blocks
    vocabulary    collect what the sections of the deck define and how they write their words
    resolve       replace the picture links of a document by the names of the pictures in the package
    extract       turn blocks into note drafts by rules; a block that gives no draft is skipped with a reason
    deduplicate   drop repeated drafts, and drafts that cannot be asked
    identify      match drafts with the notes in the ledger; every note keeps its identity or gets a new one
    render        fill the fields of the notes with HTML
    package       put notes, note types and pictures into the bytes of an .apkg file
    write         replace the ledger, then the package

The layers, from the top. A module imports only from lines below its own; modules on one line do not import each other
(import-linter enforces this, see pyproject.toml):

    __main__                                 the entry point of the program
    cli                                      the commands, their options, the console, signals
    api                                      the public API; its names are also those of this package
    project                                  loads a folder into what a build needs, for the API and the commands
    notes_folder | preview | releases | integrations
        notes_folder                         the sources of a deck, without what is left out
        preview                              the HTML page and its server
        releases                             versions, changelog
        integrations                         git, Anki
    checks | reports                         the linter | all output as text, JSON, Markdown and annotations
    storage                                  the disk: reads a folder, replaces files whole, holds locks
    cache | parallel                         runners of the pipeline: incremental, and in several processes
    pipeline                                 the whole build: the stages in their order
    runner                                   runs the stages of files and notes one after the other
    build_inputs                             what a build reads beside the notes
    apkg                                     the .apkg format: writer (the only user of genanki) and reader
    markdown | extraction | identity | rendering | notetypes | media | selection
        markdown                             text to document (the only user of markdown-it-py)
        extraction                           document to note drafts; `rules` holds one file for each rule
        identity                             the ledger, and the matching of drafts with it
        rendering                            the HTML of fields
        notetypes                            the note types, their card templates, and a card renderer
        media                                picture links, and the names of pictures in the package
        selection                            which paths are left out
    text | config                            words, sentences, normal form | deck.toml
    tex | media_content                      macros and commands of TeX | the bytes of media files
    errors                                   exceptions, for what stops a run
    model                                    the frozen values that the stages exchange
    diagnostics                              messages for the author, for what a run collects
    patterns                                 regular expressions that are compiled on first use
"""

__version__ = "0.1.0"
__all__ = [
    "BuildError",
    "Built",
    "Card",
    "Diagnostic",
    "DiagnosticCode",
    "ListedNote",
    "Project",
    "Result",
    "Severity",
    "SkippedBlock",
    "StudydeckError",
    "__version__",
    "build_deck",
    "list_notes",
    "load_project",
]

TYPE_CHECKING = False  # type checkers take it as true; importing typing would take 10 ms
if TYPE_CHECKING:
    from studydeck.api import (
        BuildError,
        Built,
        Card,
        Diagnostic,
        DiagnosticCode,
        ListedNote,
        Project,
        Result,
        Severity,
        SkippedBlock,
        StudydeckError,
        build_deck,
        list_notes,
        load_project,
    )
else:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used, so that the command line starts fast."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from studydeck import api

        return getattr(api, name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
