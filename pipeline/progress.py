"""The progress bar of work on a video: video time, speed in times real time, and time left."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm

from data.clock import clock


class VideoProgress:
    """`with VideoProgress("street.mp4", duration_s) as progress: progress.at(t_s)`; silent where `quiet`."""

    def __init__(self, title: str, duration_s: float | None, *, start_s: float = 0.0, quiet: bool = False):
        self._duration_s = duration_s
        self._start_s = start_s
        self._title = title if len(title) <= 28 else title[:27] + "…"
        self._bar = tqdm(
            total=duration_s,
            initial=start_s,
            desc=self._title,
            bar_format="{desc} {percentage:3.0f}%|{bar:24}| {remaining} left"
            if duration_s
            else "{desc} {elapsed} so far",
            disable=quiet,
            file=sys.stderr,
            mininterval=0.2 if sys.stderr.isatty() else 10.0,
        )

    def at(self, t_s: float) -> None:
        """The work has reached this time of the video, seconds."""
        elapsed = max(self._bar.format_dict["elapsed"], 1e-3)
        speed = (t_s - self._start_s) / elapsed
        of = f" of {clock(self._duration_s)}" if self._duration_s else ""
        self._bar.set_description_str(f"{self._title}  {clock(t_s)}{of}  {speed:.1f}× real time", refresh=False)
        reached = min(t_s, self._duration_s) if self._duration_s else t_s
        self._bar.update(max(0.0, reached - self._bar.n))

    def __enter__(self) -> VideoProgress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None and self._duration_s:
            self._bar.update(max(0.0, self._duration_s - self._bar.n))
        self._bar.close()
