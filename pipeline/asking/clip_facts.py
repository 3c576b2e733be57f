"""Facts of the clip itself, which no detector is needed for: "how long is the video?", "what is its resolution?"."""

from __future__ import annotations

import re

from pipeline.answers import Answer
from pipeline.comparing.comparison import POLITE
from pipeline.object_index import ObjectIndex
from pipeline.telling.english import length_words

_CLIP = r"(?:the |this |that |your |my )?(?:whole |entire )?(?:video|clip|recording|footage|film|movie)"
_LENGTH = re.compile(
    rf"\W*{POLITE}(?:how long (?:is|was|does) {_CLIP}(?: last| take| run| in"
    rf" total| altogether)*"
    rf"|how many (?:seconds|minutes) (?:long )?(?:is|does) {_CLIP}(?: long| last)?"
    rf"|(?:what (?:is|['’]s) )?the (?:total |whole )?(?:length|duration|running time) of {_CLIP}"
    rf"|(?:what (?:is|['’]s) )?(?:the )?{_CLIP}(?:['’]s)? (?:length|duration))\W*$",
    re.I,
)
_SIZE = re.compile(
    rf"\W*(?:what (?:is|['’]s) )?the (?:resolution|size in pixels|picture size|frame size)(?: of {_CLIP}|"
    rf" of the (?:picture|frame))?\W*$",
    re.I,
)


def clip_fact(text: str, index: ObjectIndex) -> Answer | None:
    """The answer to a question about the clip itself; None to any other."""
    if _LENGTH.match(text):
        said = f"The video is {length_words(index.duration_s)} long."
        return Answer(text, said, "duration", index.duration_s, 1.0)
    if _SIZE.match(text):
        size = f"{index.width}×{index.height}"
        return Answer(text, f"The picture is {index.width} pixels wide and {index.height} high.", "word", size, 1.0)
    return None
