"""Answers in words, as HTML and as pictures."""
