"""TeX: the source of a formula in; TeX that MathJax in Anki displays and nothing else out, or a `FormulaError`.

`macros` expands what notes define, before anything else reads a formula; `mathjax` decides what may reach a card.
"""
