"""Extraction: draft notes from the sections of a document.

In: a `Document` and, for each of its sections, the part of the deck's vocabulary that it can use.
Out: an `ExtractedFile` with note drafts and skipped blocks; `deduplicate` compares the drafts of all files.
"""
