"""Markdown: the bytes of a file in, a `Document` of sections, blocks and inlines out. Built on markdown-it-py."""
