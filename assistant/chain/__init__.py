"""The way of a question. Read `answer.py` first: it names the stages in order."""
