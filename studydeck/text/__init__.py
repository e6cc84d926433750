"""Language-level tools for plain text: tokens, normal form, length, sentences, terms, word lists and search.

In: a `Text` or a `str`. Out: words, offsets, lengths or parts of that text. No module depends on Anki or Markdown.
"""
