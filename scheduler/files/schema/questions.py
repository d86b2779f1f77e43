"""The questions that a desk from old rosters still has: a file beside its tables, each row of which stands open."""

from __future__ import annotations

from scheduler.files.schema.cells import TEXT, VALUE
from scheduler.files.schema.table import Column, Table
from scheduler.i18n import Sentence

QUESTIONS = Table(
    "questions 问题 待答 待答问题",
    Sentence(
        "老排班表没有写明的：答好后再运行 scheduler adopt，或在各表里改好，删去那一行",
        "what the old rosters do not tell: answer and run scheduler adopt again, or mend the tables and delete the row",
    ),
    (
        Column("key 编号", TEXT, Sentence("问题的编号", "the question's key"), required=True),
        Column("question 问题", VALUE, Sentence("问什么", "what is asked"), required=True),
        Column("proposed 建议", TEXT, Sentence("建议的回答", "an answer for which something speaks")),
        Column("answer 回答", TEXT, Sentence("回答", "the answer")),
    ),
)
