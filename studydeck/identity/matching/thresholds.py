"""All thresholds, weights and limits by which notes, sections and cards are matched: one table, which the passes read.

A line gives a name, a type, a unit, a source and a value; the comment above it says what the value decides. Sources:

    MEASURED   docs/explanation/matching.md shows what other values keep and mistake, as
               `python -m benchmarks.thresholds` counts it
    CHOSEN     set by judgement and by the examples of tests/unit/test_match.py; no figures support the value
    RANK       chosen so that stronger evidence has the higher score; how far they are apart is judgement
    BOUND      chosen to limit the number of comparisons
    FORMAT     follows from the format of the ledger or of the texts

Read a value as `thresholds.NAME`, so that the benchmark can vary it. Similarities and scores are from 0 to 1, lengths
are in characters.
"""

from __future__ import annotations

from typing import Annotated

MEASURED = "measured: see docs/explanation/matching.md"
CHOSEN = "chosen by judgement and examples"
RANK = "chosen: stronger evidence first"
BOUND = "chosen: limits the number of comparisons"
FORMAT = "follows from a format"

# --- Match scores: how certain the pairs of a pass are; other passes give 1 or the similarity of the texts. ---

# A text or meaning that is unique among the unmatched notes.
UNIQUE_SCORE: Annotated[float, "score", RANK] = 0.95
# A term that changed only as the heading that it contains was renamed.
RENAMED_HEADING_SCORE: Annotated[float, "score", RANK] = 0.95
# Two of the three parts of a pair are equal.
TWO_PARTS_SCORE: Annotated[float, "score", RANK] = 0.9
# A cell of a renamed table row or column.
RENAMED_LINE_SCORE: Annotated[float, "score", RANK] = 0.85
# A question that names something, with another answer.
SAME_QUESTION_SCORE: Annotated[float, "score", RANK] = 0.85
# Lists of one section that share items.
LIST_SCORE: Annotated[float, "score", RANK] = 0.8
# Pairs with a lower score are reported as doubtful.
MIN_CERTAIN_SCORE: Annotated[float, "score", CHOSEN] = 0.75

# --- Texts that identify a note. ---

# The ledger truncates texts to 200 characters and then strips trailing white space.
TRUNCATED_LENGTH: Annotated[int, "characters", FORMAT] = 198
# Meanings are compared for equality up to this length: a longer term leaves less of them in a truncated text.
MEANING_LENGTH: Annotated[int, "characters", FORMAT] = 100
# A meaning identifies a note with this length and number of words, or with the second length in a script that does not
# separate words.
INFORMATIVE_LENGTH: Annotated[int, "characters", CHOSEN] = 12
INFORMATIVE_WORDS: Annotated[int, "words", CHOSEN] = 2
INFORMATIVE_CJK_LENGTH: Annotated[int, "characters", CHOSEN] = 6
# A text identifies a note with a unique question or in the same file; and by itself.
MIN_LENGTH_IN_CONTEXT: Annotated[int, "characters", CHOSEN] = 8
MIN_LENGTH_ALONE: Annotated[int, "characters", CHOSEN] = 20
# A text that another one begins with, except for a typo.
MIN_LENGTH_WITH_TYPO: Annotated[int, "characters", CHOSEN] = 60
# A text that occurs several times.
MIN_REPEATED_LENGTH: Annotated[int, "characters", CHOSEN] = 30
# A meaning that has a new term in another file.
MIN_RENAMED_MEANING_LENGTH: Annotated[int, "characters", CHOSEN] = 24
# The content words of a meaning that has another term in its section; a shorter one ("a kind of bear") fits several.
MIN_RENAMED_MEANING_WORDS: Annotated[int, "words", CHOSEN] = 5
# A text that is restored: shorter ones ("answer: D", "returns: a number") occur in many notes.
MIN_RESTORED_CLOZE_LENGTH: Annotated[int, "characters", CHOSEN] = 12
MIN_RESTORED_PAIR_LENGTH: Annotated[int, "characters", CHOSEN] = 40
# The content words around the blank of a sentence that is one note, whatever is hidden.
MIN_WORDS_AROUND_BLANK: Annotated[int, "words", CHOSEN] = 3
# Letters of a word that two answers share: shorter ones are mostly articles and prepositions.
MIN_CONTENT_WORD: Annotated[int, "letters", CHOSEN] = 4
# An answer that is looked for at another question; shorter ones are equal by chance.
MIN_MOVED_ANSWER: Annotated[int, "characters", CHOSEN] = 5
# Sections of one note below one heading: so many that are all replaced are a template that was filled anew.
MIN_REPLACED_SECTIONS: Annotated[int, "sections", CHOSEN] = 3
# The terms of an equal meaning that is one note.
MIN_TERM_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.5
# The meanings of a nested item that stays below its term.
MIN_MEANING_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.6

# --- Sections: an equal place or name adds its score to the share of contents that are paired, 0 to 1. ---

SAME_FILE_AND_PATH: Annotated[float, "score", RANK] = 0.5
SAME_PARENT: Annotated[float, "score", RANK] = 0.45
SAME_PATH: Annotated[float, "score", RANK] = 0.42
SAME_HEADING: Annotated[float, "score", RANK] = 0.4
# A similar heading adds this much times the similarity, plus the bonus.
SIMILAR_HEADING: Annotated[float, "score", RANK] = 0.45
SIMILAR_HEADING_BONUS: Annotated[float, "score", RANK] = 0.05
MIN_HEADING_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.75
# Sections with a lower sum are not paired.
MIN_SECTION_SCORE: Annotated[float, "score", CHOSEN] = 0.4
# Paired notes are counted as a share of at least this share of the section's notes.
MIN_CONTENT_SHARE: Annotated[float, "share", CHOSEN] = 0.25
# Among several sections with equal keys, each position of distance costs this much.
POSITION_COST: Annotated[float, "score", RANK] = 0.001
# A shorter heading identifies no section by itself.
MIN_HEADING_LENGTH: Annotated[int, "characters", CHOSEN] = 5
# Up to so many sections with equal keys are all compared with each other.
MAX_SECTION_GROUP: Annotated[int, "sections", BOUND] = 12
# Heading paths are followed so far: a merged ledger can contain a cycle.
MAX_HEADING_DEPTH: Annotated[int, "headings", BOUND] = 100

# --- Notes within paired sections. ---

# Above so many equal texts or keys, comparing all with all would take too long.
MAX_NOTE_GROUP: Annotated[int, "notes", BOUND] = 64
# The third part of a pair of which two parts are equal; the names of a renamed row or column.
MIN_PART_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.5
# Added to the word similarity of such parts before it is compared with the minimum.
WORD_BONUS: Annotated[float, "similarity", CHOSEN] = 0.2
# Equal options that an exam question with the same stem keeps.
MIN_EQUAL_OPTIONS: Annotated[int, "options", CHOSEN] = 2
# Equal cells that identify a renamed row or column, and the share of its cells that they have to be.
MIN_EQUAL_CELLS: Annotated[int, "cells", CHOSEN] = 2
MIN_EQUAL_CELL_SHARE: Annotated[float, "share", CHOSEN] = 0.5
# Cells of a renamed column of which every cell is equal.
MIN_COLUMN_CELLS: Annotated[int, "cells", CHOSEN] = 3
# The equal items of two lists of one section that are one list, or their share of the shorter list.
MIN_EQUAL_ITEMS: Annotated[int, "items", CHOSEN] = 2
MIN_KEPT_ITEM_SHARE: Annotated[float, "share", CHOSEN] = 0.5

# --- Reworded notes: which similarity is enough. ---

# Below this score neighbours are mistaken for each other.
MIN_MATCH_SCORE: Annotated[float, "score", MEASURED] = 0.68
# A rival within the margin makes a match doubtful; from the high score on, a rival within the smaller margin.
MARGIN: Annotated[float, "score", MEASURED] = 0.1
HIGH_SCORE: Annotated[float, "score", CHOSEN] = 0.9
HIGH_SCORE_MARGIN: Annotated[float, "score", MEASURED] = 0.02
# A note has to be this much more similar than the nearby notes are among themselves.
CONTRAST: Annotated[float, "score", MEASURED] = 0.05
# From this score on, nearby notes are not compared.
NEARLY_EQUAL: Annotated[float, "score", CHOSEN] = 0.95
# Added to the minimum score: without context, if both sections exist but are not paired, and for a short text.
EXTRA_NO_CONTEXT: Annotated[float, "score", MEASURED] = 0.1
EXTRA_MOVED: Annotated[float, "score", MEASURED] = 0.22
EXTRA_SHORT: Annotated[float, "score", MEASURED] = 0.08
SHORT_LENGTH: Annotated[int, "characters", CHOSEN] = 25
# The context of a note, 0 to 1.1: a paired section, each paired neighbour, the same file; below the minimum, none.
SECTION_CONTEXT: Annotated[float, "context", CHOSEN] = 0.5
NEIGHBOUR_CONTEXT: Annotated[float, "context", CHOSEN] = 0.25
FILE_CONTEXT: Annotated[float, "context", CHOSEN] = 0.1
MIN_CONTEXT: Annotated[float, "context", CHOSEN] = 0.2
# How much the context adds to the rank: it decides between equal scores and makes no two texts similar.
CONTEXT_WEIGHT: Annotated[float, "rank per context", MEASURED] = 0.12
# Fuzzy matches are context for more of them; no deck was seen to find any in later rounds.
MAX_FUZZY_ROUNDS: Annotated[int, "rounds", BOUND] = 4

# --- Reworded notes: which candidates are compared. ---

# Notes at most so many places before or after a note are nearby; of these the most similar ones are compared.
NEARBY: Annotated[int, "notes", BOUND] = 12
MIN_NEARBY_SIMILARITY: Annotated[float, "similarity", BOUND] = 0.5
MAX_NEARBY_COMPARED: Annotated[int, "notes", BOUND] = 2
# All unmatched notes of a section up to this size; otherwise so many before and after the same relative position.
SMALL_SECTION: Annotated[int, "notes", BOUND] = 40
WINDOW: Annotated[int, "notes", BOUND] = 8
# So many occurrences of rare words are looked up.
RARE_WORD_BUDGET: Annotated[int, "occurrences", BOUND] = 48
# Of these notes, so many with at least this character similarity, and at most so much less than the best one.
MAX_CANDIDATES: Annotated[int, "notes", BOUND] = 6
MIN_CANDIDATE_SIMILARITY: Annotated[float, "similarity", BOUND] = 0.4
MAX_BELOW_BEST: Annotated[float, "similarity", BOUND] = 0.3

# --- The similarity of two texts. ---

# Two sentences that say the same up to the same blank, or around it with the same words in another order.
SAME_BLANK_SCORE: Annotated[float, "similarity", CHOSEN] = 0.8
# A lower similarity counts as none.
SIMILARITY_CUTOFF: Annotated[float, "similarity", BOUND] = 0.45
# Below this character similarity two texts are unrelated, and their words are not compared.
MIN_CHARACTER_SIMILARITY: Annotated[float, "similarity", BOUND] = 0.5
# Words that differ by a typo: of at least this length, and with this similarity, which is higher for a shorter word.
TYPO_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.75
SHORT_WORD_TYPO_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.85
MIN_TYPO_LENGTH: Annotated[int, "characters", CHOSEN] = 4
LONG_WORD_LENGTH: Annotated[int, "characters", CHOSEN] = 6
# The letters with which two inflections of one word begin, and their share of the shorter one.
MIN_SHARED_STEM: Annotated[int, "letters", CHOSEN] = 5
MIN_STEM_SHARE: Annotated[float, "share", CHOSEN] = 0.6
# The letters that two words with opposite beginnings share at their ends.
MIN_CONTRASTING_STEM: Annotated[int, "letters", CHOSEN] = 4
# The weight of a word with a typo, as a share of that of an equal word.
TYPO_WEIGHT: Annotated[float, "share", CHOSEN] = 0.9
# A word that occurs so often in both builds together also occurs in another note.
COMMON_WORD_COUNT: Annotated[int, "occurrences", CHOSEN] = 3
# A text that contains the other, or most words of it: base plus weight times the ratio of their lengths.
CONTAINED_BASE: Annotated[float, "similarity", CHOSEN] = 0.72
COVERED_BASE: Annotated[float, "similarity", CHOSEN] = 0.66
CONTAINED_TERM_BASE: Annotated[float, "similarity", CHOSEN] = 0.7
LENGTH_RATIO_WEIGHT: Annotated[float, "similarity", CHOSEN] = 0.2
# The weighted share of the shorter text's words that the longer one must contain; the minimum number of its words; the
# minimum ratio of the two lengths.
MIN_COVERAGE: Annotated[float, "share", CHOSEN] = 0.9
MIN_COVERED_WORDS: Annotated[int, "words", CHOSEN] = 4
MIN_COVERED_LENGTH_RATIO: Annotated[float, "ratio", CHOSEN] = 0.4
# Meanings that are similar, so that a term may have been extended; and those that are the same.
SIMILAR_MEANING: Annotated[float, "similarity", CHOSEN] = 0.8
SAME_MEANING: Annotated[float, "similarity", CHOSEN] = 0.95
# The factor of the similarity of terms that differ in numbers, and of labels that are not equal.
NUMBERED_TERM_FACTOR: Annotated[float, "factor", CHOSEN] = 0.5
OTHER_LABEL_FACTOR: Annotated[float, "factor", CHOSEN] = 0.8
# A pair with an equal question: base plus weight times the similarity of the meanings.
SAME_QUESTION_BASE: Annotated[float, "similarity", CHOSEN] = 0.25
SAME_QUESTION_WEIGHT: Annotated[float, "similarity", CHOSEN] = 0.75
# A pair with the same meaning: base plus weight times the similarity of the terms.
SAME_MEANING_BASE: Annotated[float, "similarity", CHOSEN] = 0.6
SAME_MEANING_WEIGHT: Annotated[float, "similarity", CHOSEN] = 0.35
# Any other pair: the weights of its term and of its meaning; and its loss if one of them is unrelated.
TERM_WEIGHT: Annotated[float, "share", CHOSEN] = 0.5
OTHER_MEANING_WEIGHT: Annotated[float, "share", CHOSEN] = 0.5
UNRELATED_PART_PENALTY: Annotated[float, "similarity", CHOSEN] = 0.15
# The factor for the label of such pairs: base plus weight times the similarity of the labels.
LABEL_BASE: Annotated[float, "factor", CHOSEN] = 0.85
LABEL_WEIGHT: Annotated[float, "factor", CHOSEN] = 0.15
# The factor for a pair with the same words, of which other ones are the term now.
REGROUPED_FACTOR: Annotated[float, "factor", CHOSEN] = 0.85
# The weights of the kept items as a share of the shorter list and of the longer one.
SHORTER_LIST_WEIGHT: Annotated[float, "share", CHOSEN] = 0.65
LONGER_LIST_WEIGHT: Annotated[float, "share", CHOSEN] = 0.35
# The penalties for a negation in only one text, and for other numbers: if nothing else differs, or with other words,
# and each in a short text or in a longer one.
NEGATION_PENALTY: Annotated[float, "similarity", CHOSEN] = 0.1
# The penalty for words with opposite beginnings, where other words differ as well.
CONTRASTING_WORD_PENALTY: Annotated[float, "similarity", CHOSEN] = 0.3
ONLY_NUMBERS_PENALTY: Annotated[float, "similarity", CHOSEN] = 0.12
ONLY_NUMBERS_PENALTY_SHORT: Annotated[float, "similarity", CHOSEN] = 0.3
NUMBERS_PENALTY: Annotated[float, "similarity", CHOSEN] = 0.05
NUMBERS_PENALTY_SHORT: Annotated[float, "similarity", CHOSEN] = 0.15
SHORT_TEXT_WORDS: Annotated[int, "words", CHOSEN] = 7
# From this share of replaced common words on: base plus weight times the share.
MIN_SUBSTITUTED_SHARE: Annotated[float, "share", CHOSEN] = 0.06
SUBSTITUTION_BASE: Annotated[float, "similarity", CHOSEN] = 0.05
SUBSTITUTION_WEIGHT: Annotated[float, "similarity", CHOSEN] = 0.4

# --- Cards: which hidden phrase is a reworded one of an earlier package. ---

# "test error" is not "dev error"; a single word may differ by a typo only: "strainer" is not "brazier".
MIN_PHRASE_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.74
MIN_WORD_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.78
# The similarity of a phrase that contains the other one, if that has the minimum length.
CONTAINED_PHRASE_SIMILARITY: Annotated[float, "similarity", CHOSEN] = 0.9
MIN_CONTAINED_PHRASE_LENGTH: Annotated[int, "characters", CHOSEN] = 3
# Phrases of one note times its packed cards that are compared at most: an asked list can have thousands of items.
MAX_PHRASE_PAIRS: Annotated[int, "pairs", BOUND] = 250_000
