"""Match drafts to known notes: two outlines in, a pairing of their numbers out. `passes.py` lists the passes."""
