"""What learners corrected: their notes, the released versions and the build of today in; edits and a patch out.

words           the words of a field, without what Anki's editor changes by itself
comparison      which fields of a learner's notes are in no version: the edits
locations       where the changed words of an edit stand in the source, and what is to be written there
patches         which edits give the learner's words when the notes are built with them, and the unified diff
listing         edits as text and as JSON
"""
