"""Identities: drafts, sections and the ledger in; notes with GUIDs, ordinals and times, and the new ledger out.

A note keeps its identity through edits, so that learners keep their reviews.
"""
