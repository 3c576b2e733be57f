"""Pictures for a page: what an answer rests on, and the moment of a clip that no browser can play."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.answers import Evidence
from pipeline.errors import InputError
from pipeline.talking.session import Talk
from pipeline.telling.evidence_pictures import BOX_COLOUR, chosen_pieces, evidence_frames, plain_paper
from pipeline.video import VideoReader

THUMB_PX, MOMENT_PX, LEAST_PX = 480, 960, 720
MOST_SHOTS = 12
"""Pictures of one answer on the page; the exported zip has more."""
KEPT_SHOTS = 800
PALE = (143, 176, 211)


class Pictures:
    """Evidence as JPEGs, each made when it is looked at; the newest are kept in memory."""

    def __init__(self):
        self._kept: OrderedDict[tuple[str, int, int, int], bytes | None] = OrderedDict()
        self._work = threading.Lock()

    def evidence(self, talk: Talk, turn: int, place: int) -> bytes | None:
        """The picture of one piece of evidence; None where there is none."""
        found = talk.turn(turn)
        pieces = chosen_pieces(found.answer.evidence, MOST_SHOTS) if found is not None else []
        if not 0 <= place < len(pieces):
            return None
        key = (talk.token, turn, found.version, place)
        with self._work:  # one at a time: decoding video is work
            if key not in self._kept:
                self._kept[key] = _shot(pieces[place], talk)
                while len(self._kept) > KEPT_SHOTS:
                    self._kept.popitem(last=False)
            return self._kept[key]


def _shot(piece: Evidence, talk: Talk) -> bytes | None:
    try:
        ((_, image),) = evidence_frames([piece], video=talk.video, index=talk.index)
    except InputError:  # the video is gone or damaged: the page shows none
        return None
    return _jpeg(thumbnail(image, piece))


def thumbnail(image: np.ndarray, piece: Evidence) -> Image.Image:
    """A small picture with the object's box. image: (H, W, 3) uint8."""
    picture = Image.fromarray(image)
    picture.thumbnail((THUMB_PX, THUMB_PX))
    draw = ImageDraw.Draw(picture)
    draw.rectangle(_corners(piece.box_xywhn, *picture.size), outline=(0, 0, 0), width=6)
    draw.rectangle(_corners(piece.box_xywhn, *picture.size, inset=1), outline=BOX_COLOUR, width=4)
    return picture


def moment(talk: Talk, t_s: float) -> bytes:
    """The clip at one moment with everything that is seen there, as JPEG; what the last answer rests on is orange.

    Raises InputError where the video can't be read.
    """
    image, index, view = None, talk.index, talk.view
    if talk.video is not None:
        with VideoReader.open(talk.video, "pyav") as reader:
            frame = next(reader.frames(max_side=MOMENT_PX, start_s=max(t_s - 1e-3, 0.0), prefetch=0), None)
            image = frame.image if frame is not None else None
    if image is None:
        image = plain_paper(*((index.width, index.height) if index is not None else (16, 9)))
    picture = Image.fromarray(image)
    if picture.width < LEAST_PX:  # a small video: names would cover it
        picture = picture.resize((LEAST_PX, round(picture.height * LEAST_PX / picture.width)))
    if view is None or not len(index) or t_s > view.edge_s[-1]:
        return _jpeg(picture)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(max(13, picture.width // 56))
    proven = {e.track_id for e in talk.turns[-1].answer.evidence} if talk.turns else set()
    at = int(np.clip(np.searchsorted(view.edge_s, t_s + 1e-6, "right") - 1, 0, len(index) - 1))
    rows = np.flatnonzero(view.row_frame == at)
    objects = np.searchsorted(view.row_ptr, rows, "right") - 1
    for row, k in sorted(
        zip(rows.tolist(), objects.tolist(), strict=True), key=lambda p: view.labels[0][p[1]] in proven
    ):
        colour = BOX_COLOUR if view.labels[0][k] in proven else PALE
        left, top, right, bottom = _corners(view.boxes_xywhn[row], *picture.size)
        draw.rectangle((left, top, right, bottom), outline=colour, width=3)
        name = view.labels[1][k]
        wide, high = draw.textlength(name, font=font) + 8, font.size + 5
        y = top - high if top >= high else top
        draw.rectangle((left, y, left + wide, y + high), fill=colour)
        draw.text((left + 4, y + high / 2), name, fill=(0, 0, 0), font=font, anchor="lm")
    return _jpeg(picture)


def _corners(box_xywhn, width: int, height: int, inset: int = 0) -> tuple[float, float, float, float]:
    x, y, w, h = (float(v) for v in box_xywhn)
    left, right = (min(max((x + side * w / 2) * width, 0), width - 1) for side in (-1, 1))
    top, bottom = (min(max((y + side * h / 2) * height, 0), height - 1) for side in (-1, 1))
    inset = inset if min(right - left, bottom - top) > 2 * inset else 0
    return left + inset, top + inset, right - inset, bottom - inset


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=82)
    return out.getvalue()
