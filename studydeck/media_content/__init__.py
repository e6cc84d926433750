"""The bytes of media files: what a format is, and what may be published of it.

In: the bytes of a picture, sound or video of the notes folder. Out: the same picture or sound without location data and
scripts, always the same bytes for the same input, or a `MediaError`.
"""
