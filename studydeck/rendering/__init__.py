"""Render the fields of notes: a `NoteDraft` or `Note` in, HTML that Anki can import safely out."""
