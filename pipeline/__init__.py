"""Longtake's steps, one module each; `VideoQA` and `Answer` are here too. Importing this package imports nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.answers import Answer
    from pipeline.video_qa import VideoQA

__all__ = ["Answer", "VideoQA"]


def __getattr__(name: str) -> Any:
    if name == "VideoQA":
        from pipeline.video_qa import VideoQA

        return VideoQA
    if name == "Answer":
        from pipeline.answers import Answer

        return Answer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
