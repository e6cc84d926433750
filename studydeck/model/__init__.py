"""Values between the stages: frozen structs, one module for what each stage gives.

`document` is what is parsed, `notes` what is extracted and identified, `anki` what is packed. `traverse` and
`text_edits` read and edit content, `digests` says what counts as equal.
"""
