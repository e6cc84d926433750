"""Ordinary study notes in, an Anki deck out, with an identity for every note that survives its edits.

The street, along which one value walks and never turns back:

    files.sources -> read     -> rules -> ledger  -> render, faces -> package -> files.write
    Source           Section     Draft    Note        Row              bytes

    shapes, problems, content      the frozen values, what the author should know, how text is measured and cut
    memory, cores                  what pure functions gave before, for a build after a build; many of them at once
    read/                          the only room that knows markdown-it
    rules/                         one file a shape of notes; `RULES` is the ordered table
    ledger/                        who is who: matching, ordinals, stamps, the committed file
    render/, faces, mustache       HTML of fields, the checked templates
    package                        the only room that knows genanki
    drafting, build                the two halves of the street, as pure functions
    compare, versioning, history   two versions of a deck, the number of the next, and what git keeps of the last
    reviewer, clozes               a card as Anki renders it
    views/, commands/              words for people, the disk's ends
    anki/, live                    processes beside this one: the real Anki, a browser
    arguments, ending, cli, door   the command line, how a command is stopped, the clock, the way in
"""

__version__ = "0.1.0"
