"""Snapshot cases: notes, one folder for each rule, and the listing that each must give."""
