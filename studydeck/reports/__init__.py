"""Reports: a build, diagnostics or two decks in; text, JSON, Markdown or annotations out, line by line."""
