"""An answer to look at: the frames of the video that it rests on, with their boxes, and a timeline of the clip.

save_evidence(answer, Path("evidence"), video=Path("street.mp4"), index=index)
# [evidence/evidence_01.jpg, …, evidence/timeline.png]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from data.clock import clock
from pipeline.answers import Answer, Evidence
from pipeline.errors import InputError
from pipeline.object_index import ObjectIndex, write_aside
from pipeline.telling.english import asked_time
from pipeline.telling.timeline_picture import draw_timeline
from pipeline.video import VideoReader

MOST_PICTURES = 40
MAX_SIDE = 1280
"""Longer side of a saved picture, pixels."""
JUMP_S = 2.0
"""Moments farther apart than this are sought one by one; between closer ones the video is simply read on."""
OLD_PICTURE = re.compile(r"evidence_\d\d\.jpg")
BOX_COLOUR, PAPER, INK = (255, 122, 26), (24, 26, 30), (240, 240, 240)


def save_evidence(answer: Answer, folder: Path, *, video: Path | None, index: ObjectIndex) -> list[Path]:
    """Write `evidence_01.jpg` … (at most 40, by time) and `timeline.png` into `folder`; their paths, in that order.

    video: the file that the index was made of, None where there is only the index. A moment that the video does not
    hold (another, shorter file) gets no picture. Pictures that an earlier answer left in `folder` under such names are
    replaced or removed. Raises InputError where the folder can't be written or the video can't be read.
    """
    folder = Path(folder)
    timeline = folder / "timeline.png"
    write_aside(timeline, lambda aside: draw_timeline(answer, index, aside))
    saved: list[Path] = []
    if video is not None and answer.evidence:
        chosen = chosen_pieces(answer.evidence, MOST_PICTURES)
        for piece, image in zip(chosen, _fetch(video, [e.t_s for e in chosen], index.step_s), strict=True):
            if image is not None:
                path = folder / f"evidence_{len(saved) + 1:02}.jpg"
                picture = draw_evidence(image, piece)
                write_aside(path, lambda aside, picture=picture: picture.save(aside, format="JPEG", quality=88))
                saved.append(path)
    try:
        for old in folder.iterdir():
            if OLD_PICTURE.fullmatch(old.name) and old not in saved:
                old.unlink()
    except OSError as error:
        raise InputError(f"cannot write in {folder}: {error}; choose a folder that you can write to") from error
    return [*saved, timeline]


def evidence_frames(
    evidence: Sequence[Evidence], *, video: Path | None, index: ObjectIndex, most: int = MOST_PICTURES
) -> Iterator[tuple[Evidence, np.ndarray]]:
    """Each piece (at most so many, by time) with its frame; plain paper where there is no video, or no such frame.

    Frames are (H, W, 3) uint8, RGB. Raises InputError where the video can't be read.
    """
    chosen = chosen_pieces(evidence, most)
    frames = _fetch(video, [e.t_s for e in chosen], index.step_s) if video is not None else iter([None] * len(chosen))
    for piece, image in zip(chosen, frames, strict=True):
        yield piece, plain_paper(index.width, index.height) if image is None else image


def plain_paper(width: int, height: int) -> np.ndarray:
    """(H, W, 3) uint8: an empty picture in the video's proportions, with a grid of thirds, longer side 960."""
    scale = 960 / max(width, height, 1)
    out = np.full((max(round(height * scale), 2), max(round(width * scale), 2), 3), (44, 48, 56), np.uint8)
    for share in (1 / 3, 2 / 3):
        out[int(out.shape[0] * share)] = out[:, int(out.shape[1] * share)] = (62, 67, 77)
    return out


def draw_evidence(image: np.ndarray, piece: Evidence) -> Image.Image:
    """The frame with the object's box and name, and a strip below it that says when. image: (H, W, 3) uint8, RGB."""
    height, width = image.shape[:2]
    size = max(13, round(max(width, height) / 52))
    font, small = ImageFont.load_default(size), ImageFont.load_default(max(12, round(size * 0.8)))
    strip = 2 * size
    picture = Image.new("RGB", (width, height + strip), PAPER)
    picture.paste(Image.fromarray(image), (0, 0))
    draw = ImageDraw.Draw(picture)

    x, y, w, h = piece.box_xywhn
    line = max(2, size // 7)
    left, right = (min(max((x + side * w / 2) * width, 0), width - 1) for side in (-1, 1))
    top, bottom = (min(max((y + side * h / 2) * height, 0), height - 1) for side in (-1, 1))
    draw.rectangle((left, top, right, bottom), outline=BOX_COLOUR, width=line)
    name_w = draw.textlength(piece.class_name, font=font) + size * 0.6
    name_x = min(max(left, 0), max(width - name_w, 0))
    name_y = top - size * 1.3 if top >= size * 1.3 else min(bottom + line, height - size * 1.3)
    draw.rectangle((name_x, name_y, name_x + name_w, name_y + size * 1.3), fill=BOX_COLOUR)
    draw.text((name_x + size * 0.3, name_y + size * 0.65), piece.class_name, fill=(0, 0, 0), font=font, anchor="lm")

    at = asked_time(piece.t_s)
    draw.text((size * 0.5, height + strip / 2), at, fill=BOX_COLOUR, font=font, anchor="lm")
    when = f"{piece.class_name}, in sight {clock(max(piece.start_s, 0))} to {clock(max(piece.end_s, 0))}"
    begin = size * 0.5 + draw.textlength(at, font=font) + size * 0.7
    draw.text((begin, height + strip / 2), when, fill=INK, font=small, anchor="lm")
    return picture


def chosen_pieces(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """At most so many pieces in the order of their best moment: of each object one first, then spread over the clip."""
    ordered = sorted(evidence, key=lambda e: (e.t_s, e.track_id))
    if len(ordered) <= most:
        return ordered
    firsts: dict[int, int] = {}
    for k, e in enumerate(ordered):
        firsts.setdefault(e.track_id, k)
    one_each, taken = list(firsts.values()), set(firsts.values())
    if len(one_each) >= most:
        return [ordered[one_each[k]] for k in _spread(len(one_each), most)]
    rest = [k for k in range(len(ordered)) if k not in taken]
    return [ordered[k] for k in sorted(one_each + [rest[k] for k in _spread(len(rest), most - len(one_each))])]


def _spread(n: int, most: int) -> list[int]:
    """`most` positions of 0 … n - 1, evenly spread, both ends among them."""
    return np.unique(np.linspace(0, n - 1, most).round().astype(int)).tolist()


def _fetch(video: Path, times_s: Sequence[float], step_s: float) -> Iterator[np.ndarray | None]:
    """The frame nearest to each time, in pictures of at most `MAX_SIDE`; None where there is none near.

    times_s: ascending. step_s: between two frames of the index: its half, or one frame of the video, still counts as
    near. The video is read forwards once, with jumps.
    """
    with VideoReader.open(video, "pyav") as reader:
        frame_s = 1 / reader.info.fps if reader.info.fps else 0.04
        near_s = max(step_s / 2, frame_s, 0.02) + 1e-3
        frames, before, after = iter(()), None, None  # the newest two frames that have been read
        for t_s in times_s:
            if after is None or t_s - after.t_s > JUMP_S:
                if hasattr(frames, "close"):
                    frames.close()
                frames = reader.frames(max_side=MAX_SIDE, start_s=max(t_s - near_s, 0.0), prefetch=0)
                before = after = next(frames, None)
            while after is not None and after.t_s < t_s and (new := next(frames, None)) is not None:
                before, after = after, new
            found = [frame for frame in (before, after) if frame is not None and abs(frame.t_s - t_s) <= near_s]
            yield min(found, key=lambda frame: abs(frame.t_s - t_s)).image if found else None
