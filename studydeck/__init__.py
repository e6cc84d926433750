"""Ordinary study notes in, an Anki deck out, with an identity for every note that survives its edits.

The stages, each a function of frozen values, in the order of `pipeline`:

    load -> parse -> resolve -> vocabulary -> extract -> deduplicate -> identify -> render -> package -> write
    file    file     file       deck          file       deck           deck        note      deck

    shapes, problems, errors       the frozen values, what the author should know, what stops a run
    content, digests               how text is measured and cut; what goes into GUIDs and digests
    pipeline, cache, parallel      the whole build, and how its stages are run: plainly, again and again, by several
    read/                          the only room that knows markdown-it
    rules/                         one file a shape of notes; `RULES` is the ordered table
    ledger/                        who is who: matching, ordinals, stamps, the committed file
    render/, faces, mustache       HTML of fields, the checked templates
    package                        the only room that knows genanki
    deck                           what a build starts from: ledger, settings, note types
    compare, versioning, history   two versions of a deck, the number of the next, and what git keeps of the last
    reviewer, clozes               a card as Anki renders it
    views/, commands/              words for people, the disk's ends
    anki/, live                    processes beside this one: the real Anki, a browser
    arguments, ending, cli, door   the command line, how a command is stopped, the clock, the way in
"""

__version__ = "0.1.0"
