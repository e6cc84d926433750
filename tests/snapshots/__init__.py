"""Ordinary notes, one folder a rule, each with the listing that it gives."""
