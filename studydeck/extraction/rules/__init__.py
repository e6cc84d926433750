"""The rules: each takes a context, the index of a block and the vocabulary of the section, and may claim the block.

Out: a `RuleResult` with drafts or skipped blocks, or None for a block that the rule does not read. `RULES` in
`extraction/engine.py` is their order.
"""
