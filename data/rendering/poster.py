"""One picture that says what a clip holds: a still with boxes and times, and under it when everything is visible."""

from __future__ import annotations

import colorsys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from data.rendering.clip import Shooting
from data.rendering.staging import Staging
from data.vocabulary import noun
from pipeline.given_tracks import read_given_tracks
from pipeline.object_index import ObjectIndex

Rgb = tuple[int, int, int]
PAPER, INK, PALE = (250, 250, 248), (38, 40, 46), (150, 152, 158)
LANE_PX, ROW_PX, LEFT_PX, LABEL_PX = 5, 20, 118, 17
STANDS_SHARE = 0.97
"""What is visible for more of the clip than this stands about: it gets no box, and no bar."""


def draw_poster(staging: Staging, tracks: Path, path: Path, t_s: float, fps: float) -> None:
    """Write the picture for the tracks of a staging. PNG with 256 colours."""
    index = read_given_tracks(tracks, fps=fps, size=staging.camera.size)
    image = Image.fromarray(Shooting(staging).draw(t_s)[0].image)
    _draw_boxes(image, index, t_s)
    foot = _timeline(index, image.width, t_s)
    page = Image.new("RGB", (image.width, image.height + foot.height), PAPER)
    page.paste(image, (0, 0))
    page.paste(foot, (0, image.height))
    page.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name), size)


def _colours(index: ObjectIndex) -> dict[str, Rgb]:
    """A colour per class, in the order of first sight."""
    out = {}
    for k, name in enumerate(index.class_names):
        out[name] = tuple(int(255 * v) for v in colorsys.hsv_to_rgb((0.58 + 0.381966 * k) % 1, 0.62, 0.93))
    return out


def _clock(t_s: float) -> str:
    return f"{int(t_s) // 60}:{int(t_s) % 60:02d}"


def _runs(index: ObjectIndex, track: int) -> list[tuple[float, float]]:
    """(begin, end) of the stretches in which a track is visible, seconds."""
    frame = index.row_frame[index.track_id == track]
    cut = np.flatnonzero(np.diff(frame) > 1)
    begin, stop = np.append(0, cut + 1), np.append(cut, len(frame) - 1)
    t = index.frame_t_s
    return [(float(t[frame[a]]), float(t[frame[b]]) + index.step_s) for a, b in zip(begin, stop, strict=True)]


def _passes_by(index: ObjectIndex, track: int) -> bool:
    return bool((index.track_id == track).sum() < STANDS_SHARE * len(index.frame_t_s))


def _draw_boxes(image: Image.Image, index: ObjectIndex, t_s: float) -> None:
    pen, font = ImageDraw.Draw(image), _font(12, bold=True)
    colours = _colours(index)
    now = index.frame(int(np.abs(index.frame_t_s - t_s).argmin()))
    labels: list[tuple[float, float, float, float]] = []
    for row in now.boxes_xywhn[:, 3].argsort()[::-1]:  # the largest first: its label has the first choice of a place
        (cx, cy, w, h), track = now.boxes_xywhn[row], int(now.track_id[row])
        if not _passes_by(index, track):
            continue
        name = index.class_names[int(now.class_id[row])]
        runs = _runs(index, track)
        box = np.array([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]) * (*image.size, *image.size)
        pen.rectangle(box.tolist(), outline=colours[name], width=2)
        for text in (f"{name} {_clock(runs[0][0])}–{_clock(runs[-1][1])}", name):
            wide = pen.textlength(text, font=font) + 8
            x = float(np.clip(box[0], 0, image.width - wide))
            places = [(x, y, x + wide, y + LABEL_PX) for y in (box[1] - LABEL_PX, box[3]) if y > 0]
            place = next((p for p in places if not any(_meet(p, other) for other in labels)), None)
            if place:
                labels.append(place)
                pen.rectangle(place, fill=colours[name])
                pen.text((x + 4, place[1] + LABEL_PX / 2), text, fill=(20, 20, 24), font=font, anchor="lm")
                break


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _timeline(index: ObjectIndex, width: int, t_s: float) -> Image.Image:
    """A row per class, a bar per object; the moment of the still is marked."""
    colours = _colours(index)
    rows = []
    for cls, name in enumerate(index.class_names):
        tracks = [int(t) for t, c in zip(index.tracks.track_id, index.tracks.class_id, strict=True) if c == cls]
        tracks = [t for t in tracks if _passes_by(index, t)]
        if tracks:
            rows.append((name, tracks))
    height = 34 + sum(ROW_PX + LANE_PX * max(0, _lanes(index, tracks)[1] - 2) for _, tracks in rows) + 8
    image = Image.new("RGB", (width, height), PAPER)
    pen, font, small = ImageDraw.Draw(image), _font(12), _font(10)
    scale = (width - LEFT_PX - 18) / index.duration_s
    for t in range(0, int(index.duration_s) + 1, 10):
        x = LEFT_PX + t * scale
        pen.line((x, 24, x, height - 6), fill=(228, 228, 224))
        pen.text((x, 6), _clock(t), fill=PALE, font=small, anchor="ma")
    y = 28
    for name, tracks in rows:
        lane_of, lanes = _lanes(index, tracks)
        words = f"{len(tracks)} {name if len(tracks) == 1 else noun(name).plural}"
        pen.text((LEFT_PX - 10, y + 1), words, fill=INK, font=font, anchor="ra")
        for track in tracks:
            top = y + 3 + LANE_PX * lane_of[track]
            for begin, end in _runs(index, track):
                pen.rectangle(
                    (LEFT_PX + begin * scale, top, LEFT_PX + end * scale, top + LANE_PX - 2), fill=colours[name]
                )
        y += ROW_PX + LANE_PX * max(0, lanes - 2)
    x = LEFT_PX + t_s * scale
    pen.line((x, 22, x, height - 6), fill=INK, width=1)
    return image


def _lanes(index: ObjectIndex, tracks: list[int]) -> tuple[dict[int, int], int]:
    """Which lane each object's bars lie in, so that none overlap, and how many lanes there are."""
    busy: list[float] = []
    out = {}
    for track in tracks:
        runs = _runs(index, track)
        lane = next((k for k, until in enumerate(busy) if until <= runs[0][0]), len(busy))
        if lane == len(busy):
            busy.append(0.0)
        busy[lane] = runs[-1][1]
        out[track] = lane
    return out, len(busy)
