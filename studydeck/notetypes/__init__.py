"""Note types: the templates folder in, checked note types out, and cards rendered from them as Anki does."""
