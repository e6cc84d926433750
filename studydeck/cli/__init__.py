"""The command line: one module for each command, and the console, options and signals that they share.

A command takes `Options` and a `Console`, and returns its exit code. `main` reads the arguments.
"""
