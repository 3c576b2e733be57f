"""Tracks that somebody else made (people, or another tracker) as an `ObjectIndex`.

Three forms of file are known, told apart by their first line (all boxes in pixels):

    csv    a header and rows `frame,id,class,x,y,w,h[,confidence]`: top-left corner, frames from 0, ids any text
    mot    MOTChallenge, `frame,id,x,y,w,h,conf,…` without a header, frames from 1. Ten columns (MOT15, trackers'
           results): no class. Eight or nine (MOT16, 17, 20): …,class,visibility. Milan et al. 2016, table 3;
           conf 0 in a ground truth means "not to be considered", as in TrackEval's mot_challenge_2d_box.py
    kitti  KITTI's tracking labels, 17 columns (18 with a score) set apart by blanks, frames from 0. Geiger et al. 2012

R: rows of the file, K: tracks. Reading is vectorised: two million rows take a few seconds.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from numbers import Integral, Real
from pathlib import Path
from typing import Literal

import numpy as np

from data.vocabulary import with_usual_names
from pipeline.errors import InputError
from pipeline.object_index import ObjectIndex
from pipeline.records import APPEARANCE_DIM

CSV_COLUMNS = ("frame", "id", "class", "x", "y", "w", "h")
MOT_COLUMNS = ("frame", "id", "x", "y", "w", "h", "confidence", "class number", "visibility")
KITTI_COLUMNS = {"frame": 0, "id": 1, "class": 2, "left": 6, "top": 7, "right": 8, "bottom": 9, "confidence": 17}
HEADER = f"{','.join(CSV_COLUMNS)}[,confidence]"
FORMS = f"csv (header {HEADER}), mot (MOTChallenge, 6 to 10 numbers a line), kitti (tracking labels, 17 or 18 columns)"
MAX_FRAMES = 10_000_000
"""More than four days at 25 fps: a frame number beyond it is a slip of the pen."""

# In COCO's words where COCO has one. None: not one visible object, left out.
MOT_CLASSES = ("person", "person", "car", "bicycle", "motorcycle", "non-motorised vehicle", "person") + (None,) * 6
"""Classes 1 to 13; the last six: distractor, occluder, occluder on the ground, full occluder, reflection, crowd."""
KITTI_CLASSES = {"Car": "car", "Van": "car", "Truck": "truck", "Pedestrian": "person", "Person_sitting": "person"}
KITTI_CLASSES |= {"Person": "person", "Cyclist": "bicycle", "Tram": "train", "Misc": "misc", "DontCare": None}


def read_given_tracks(
    path: Path | str,
    *,
    fps: float,
    size: tuple[int, int],
    duration_s: float | None = None,
    class_name: str | None = None,
    format: Literal["auto", "mot", "kitti", "csv"] = "auto",
) -> ObjectIndex:
    """Read a track file. Every frame 0 … last is a sampled frame at frame / fps, also where nothing is in sight.

    size: (width, height) of the picture, pixels. Boxes are cut to it; one wholly outside is not visible, and left out.
    duration_s: how long the clip goes on; default: to the end of the last frame.
    class_name: class of the rows whose file says none (default in mot: "person"); of an empty csv, the one class known.
    Track ids become 0 … K-1 by first appearance; the file's own are in `provenance["original_ids"]`.
    Raises InputError for a wrong setting, and for a file that is missing, of no known form, or wrong in some line.
    """
    path, warnings = Path(path), []
    _check_settings(fps, size, duration_s, format)
    data = _read_bytes(path)
    form, cells = _read_cells(path.name, data, format, has_class=class_name is not None)
    frame = _frames(cells, first=1 if form == "mot" else 0)
    class_id, keep, class_names = _classes(cells, form, class_name)
    score, considered = _scores(cells, form)
    ids, id_names = cells.words["id"]
    if ignored := len(np.unique(ids[keep & ~considered])):
        warnings.append(f"boxes of {ignored} objects are marked as not visible or not to be considered: left out")
    keep &= considered
    _check_ids(cells, frame, keep)
    box, inside = _boxes(cells, keep, *size)
    if outside := int((keep & ~inside).sum()):
        warnings.append(f"{outside} boxes lie wholly outside the {size[0]}x{size[1]} picture: left out")
    frame_t_s, duration_s = _extent(path.name, int(frame.max(initial=-1)), fps, duration_s)

    rows = np.flatnonzero(keep & inside)
    rows = rows[np.argsort(frame[rows], kind="stable")]  # by time, and within a frame as in the file
    track_id, originals = _by_first_appearance(ids[rows])
    names = [id_names[i] for i in originals]
    voted, changing = _majority(track_id, class_id[rows], len(names))
    if len(changing):
        shown = ", ".join(f'"{names[k]}" ({class_names[voted[k]]})' for k in changing[:5])
        shown += ", …" if len(changing) > 5 else ""
        warnings.append(f"{len(changing)} tracks change their class and get the most frequent one: {shown}")
    class_id, classes = _by_first_appearance(voted[track_id])
    order = np.lexsort((track_id, frame[rows]))
    digest = hashlib.sha256(data).hexdigest()
    made = {"made_from": "tracks", "format": form, "file": path.name, "digest": digest, "fps": float(fps)}
    return ObjectIndex(
        class_names=tuple(class_names[i] for i in classes) or ((class_name,) if class_name else ()),
        duration_s=duration_s,
        width=int(size[0]),
        height=int(size[1]),
        frame_t_s=frame_t_s,
        offsets=np.searchsorted(frame[rows], np.arange(len(frame_t_s) + 1)).astype(np.int64),
        boxes_xywhn=box[rows[order]],
        class_id=class_id[order].astype(np.int32),
        track_id=track_id[order].astype(np.int32),
        score=score[rows[order]].astype(np.float32),
        key_track_id=np.zeros(0, np.int32),
        key_t_s=np.zeros(0),
        key_appearance=np.zeros((0, APPEARANCE_DIM), np.float32),
        provenance={**made, "original_ids": names},
        warnings=tuple(warnings),
    )


def is_given(index: ObjectIndex) -> bool:
    """Were the tracks given by the user, not found by a detector?"""
    return "original_ids" in index.provenance


def with_usual_classes(index: ObjectIndex) -> ObjectIndex:
    """Given tracks with the classes that people ask about: a file names only those of which it has an object, and
    COCO's others are taken as known and never there. Any other index as it is."""
    return replace(index, class_names=with_usual_names(tuple(index.class_names))) if is_given(index) else index


def own_names(index: ObjectIndex) -> tuple[str, ...]:
    """The classes that the index itself names: of given tracks those that its file has."""
    if not is_given(index):
        return tuple(index.class_names)
    named = set(np.unique(index.class_id).tolist())
    return tuple(name for number, name in enumerate(index.class_names) if number in named)


# -------------------------------------------------------------------------------------------- from bytes to columns


@dataclass(frozen=True)
class _Cells:
    """A file by column. line: (R,) from 1; numbers: (R,) float64; words: (R,) positions in their list."""

    file: str
    line: np.ndarray
    numbers: dict[str, np.ndarray]
    words: dict[str, tuple[np.ndarray, list[str]]]

    def refuse(self, bad: np.ndarray, what: str, value: np.ndarray | None = None) -> None:
        """Raise InputError for the first row that is `bad`; `{}` in `what` is its value."""
        if bad.any():
            row = int(bad.argmax())
            shown = "" if value is None else value[row]
            shown = f"{shown:.10g}" if isinstance(shown, float) else shown[:60]
            raise _wrong(self.file, int(self.line[row]), what.format(f'"{shown}"'))


def _read_cells(file: str, data: bytes, format: str, has_class: bool) -> tuple[str, _Cells]:
    """The form of the file, and its cells. Raises InputError for another form, and a word where a number must be."""
    split = _split(file, data)
    number, first = next(split, (0, []))
    if not first:
        raise InputError(f"{file} is empty; a clip in which nothing appears has the header {HEADER} and no rows")
    form, columns = _layout(file, number, first, format, has_class)
    split = split if form == "csv" else chain([(number, first)], split)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in columns}
    seen: dict[str, dict[str, int]] = {name: {} for name in ("id", "class") if name in columns}
    line = []
    while chunk := list(islice(split, 2_000)):  # few at a time: four times faster than 100,000
        line_of, rows = zip(*chunk, strict=True)
        if {len(row) for row in rows} != {len(first)}:
            at = next(i for i, row in enumerate(rows) if len(row) != len(first))
            raise _wrong(file, line_of[at], f"{len(rows[at])} columns, but line {number} has {len(first)}")
        line.append(line_of)
        by_column = list(zip(*rows, strict=True))
        for name, position in columns.items():
            if (codes := seen.get(name)) is None:
                parts[name].append(_to_numbers(file, name, by_column[position], line_of))
            else:
                parts[name].append(np.array([codes.setdefault(w.strip(), len(codes)) for w in by_column[position]]))
    whole = {name: np.concatenate([np.zeros(0, int), *part]) for name, part in parts.items()}
    words = {name: (whole.pop(name), list(codes)) for name, codes in seen.items()}
    return form, _Cells(file, np.array(list(chain(*line)), int), whole, words)


def _split(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every line that is not blank."""
    try:
        data.decode("utf-8-sig")
        if b"\0" in data:
            raise ValueError("it holds a zero byte")
    except ValueError as error:
        raise InputError(f"{file} is not a text file in UTF-8 ({error}); known forms of tracks are {FORMS}") from error
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=None)
    first = next((line for line in lines if line.strip()), "")
    lines.seek(0)
    delimiter = max(",;\t", key=first.count)
    if delimiter not in first:
        yield from ((number, line.split()) for number, line in enumerate(lines, 1) if line.strip())
        return
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            if cells and (cells[0] or any(map(str.strip, cells))):
                yield reader.line_num, cells
    except csv.Error as error:
        raise _wrong(file, reader.line_num, f"{error}; put quotation marks round a whole cell or nowhere") from error


def _layout(file: str, line: int, first: list[str], format: str, has_class: bool) -> tuple[str, dict[str, int]]:
    """The form of a file with this first line, and column → position."""
    words, count = [cell.strip().lower() for cell in first], len(first)
    kinds, numeric = {kind.lower() for kind in KITTI_CLASSES}, all(map(_is_number, first))
    looks = {"mot": numeric and 6 <= count <= 10, "kitti": count in (17, 18) and words[2] in kinds}
    looks["csv"] = not numeric and bool(set(words) & set(CSV_COLUMNS))
    form = format if format != "auto" else next((form for form, fits in looks.items() if fits), None)
    if form == "csv":
        missing = [name for name in CSV_COLUMNS if name not in words and not (name == "class" and has_class)]
        if missing:
            raise _wrong(file, line, f"no column {', '.join(missing)}; the header must be {HEADER}")
        return form, {word: words.index(word) for word in (*CSV_COLUMNS, "confidence") if word in words}
    if form is None or count not in ((17, 18) if form == "kitti" else range(6, 11)):
        raise _wrong(file, line, f"not {form or 'a known form of tracks'}; known are {FORMS}")
    columns = KITTI_COLUMNS if form == "kitti" else {name: i for i, name in enumerate(MOT_COLUMNS)}
    known = 7 if (form, count) == ("mot", 10) else count  # the last three of MOT's ten are a place in the world
    return form, {name: i for name, i in columns.items() if i < known}


def _to_numbers(file: str, name: str, cells: tuple[str, ...], line_of: tuple[int, ...]) -> np.ndarray:
    """(R,) float64; an empty confidence is 1."""
    if name == "confidence":
        cells = tuple(cell if cell.strip() else "1" for cell in cells)
    try:
        out = np.array(list(map(float, cells)))
        if np.isfinite(out).all() and "_" not in "".join(cells):  # Python reads "1_0" as ten
            return out
    except ValueError:
        pass
    at = next(i for i, cell in enumerate(cells) if not _is_number(cell))
    name = {"w": "width", "h": "height"}.get(name, name)
    raise _wrong(file, line_of[at], f'the {name} is "{cells[at].strip()[:60]}", it must be a finite number')


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


# --------------------------------------------------------------------------------------- from columns to sightings


def _frames(cells: _Cells, first: int) -> np.ndarray:
    """(R,) int64, from 0."""
    frame, last = cells.numbers["frame"], first + MAX_FRAMES - 1
    wrong = (frame < first) | (frame > last) | (frame % 1 != 0)
    cells.refuse(wrong, f"the frame is {{}}, it must be a whole number from {first} to {last}", frame)
    return frame.astype(np.int64) - first


def _classes(cells: _Cells, form: str, class_name: str | None) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """(R,) position in the list of names, (R,) bool: is it one visible object, and that list."""
    nothing = np.zeros(len(cells.line), int)
    codes, words = cells.words.get("class", (nothing, [""]))
    if form == "mot":
        number = cells.numbers.get("class number", nothing - 1.0)
        cells.refuse(~np.isin(number, (-1, *range(1, 14))), "the class is {}, it must be 1 to 13, or -1", number)
        codes, names = np.maximum(number.astype(int), 0), [class_name or "person", *MOT_CLASSES]
    elif form == "kitti":
        known = {kind.lower(): name for kind, name in KITTI_CLASSES.items()}
        strange = np.isin(codes, [i for i, word in enumerate(words) if word.lower() not in known])
        must = f"the class is {{}}, it must be one of {', '.join(KITTI_CLASSES)}"
        cells.refuse(strange, must, np.array(words, object)[codes])
        names = [known[word.lower()] for word in words]
    else:
        names = [word or class_name or "" for word in words]
        unnamed = np.isin(codes, [i for i, name in enumerate(names) if not name])
        cells.refuse(unnamed, "the class is empty; name it, or give class_name")
    position = {name: i for i, name in enumerate(dict.fromkeys(name for name in names if name is not None))}
    keep = np.array([name is not None for name in names], bool)[codes]
    return np.array([position.get(name, 0) for name in names], int)[codes], keep, list(position)


def _scores(cells: _Cells, form: str) -> tuple[np.ndarray, np.ndarray]:
    """(R,) score, and (R,) bool: is the row to be considered (MOT's flag and visibility; always true elsewhere)."""
    every = np.ones(len(cells.line))
    score, considered = cells.numbers.get("confidence", every), every.astype(bool)
    outside = (score < 0) | (score > 1)
    if form == "csv":
        cells.refuse(outside, "the confidence is {}, it must be a number from 0 to 1", score)
    if form == "mot":
        classed = (cells.numbers.get("class number", -every) > 0).any()
        if classed or (np.isin(score, (0, 1)).all() and score.any()):  # a ground truth: its conf is a flag
            considered = score != 0
        if classed:
            considered &= cells.numbers.get("visibility", every) != 0
    return np.where(outside, 1.0, score), considered


def _check_ids(cells: _Cells, frame: np.ndarray, keep: np.ndarray) -> None:
    ids, names = cells.words["id"]
    name_of = np.array(names, object)
    without = np.isin(ids, [i for i, name in enumerate(names) if name in ("", "-1", "-1.0")])
    cells.refuse(keep & without, "the id is {}, which names no object; give tracks, not detections", name_of[ids])
    again, rows = keep.copy(), np.flatnonzero(keep)
    again[rows[np.unique(frame[rows] * len(names) + ids[rows], return_index=True)[1]]] = False
    cells.refuse(again, "the id {} occurs a second time in this frame; give it another id", name_of[ids])


def _boxes(cells: _Cells, keep: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """(R, 4) float32 xywhn cut to the picture, and (R,) bool: is any of it inside."""
    at = cells.numbers
    left, top = at.get("x", at.get("left")), at.get("y", at.get("top"))
    w, h = (at["w"], at["h"]) if "w" in at else (at["right"] - left, at["bottom"] - top)
    cells.refuse(keep & (w <= 0), "the width is {}, it must be a number above 0", w)
    cells.refuse(keep & (h <= 0), "the height is {}, it must be a number above 0", h)
    x0, x1 = np.clip(left, 0, width) / width, np.clip(left + w, 0, width) / width
    y0, y1 = np.clip(top, 0, height) / height, np.clip(top + h, 0, height) / height
    box = np.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], axis=1).astype(np.float32)
    return box, (x1 > x0) & (y1 > y0)


def _extent(file: str, last: int, fps: float, duration_s: float | None) -> tuple[np.ndarray, float]:
    """(F,) times of the frames, and the duration. Durations are often rounded: 1/20 of a frame more makes no frame."""
    if duration_s is None:
        return np.arange(max(last + 1, 1)) / fps, max(last + 1, 1) / fps
    if last > duration_s * fps + 0.05:
        seen = f"to {last / fps:.10g} s (frame {last} at {fps:.10g} fps)"
        raise InputError(f"the tracks of {file} go on {seen}, past duration_s {duration_s:.10g}; correct it, or fps")
    frames = max(last + 1, math.ceil(duration_s * fps - 0.05), 1)
    return np.arange(frames) / fps, float(max(duration_s, last / fps))


def _by_first_appearance(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(R,) codes numbered anew by first appearance, and (K,) which code each number was."""
    distinct, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.argsort(order)[inverse], distinct[order]


def _majority(track: np.ndarray, class_id: np.ndarray, tracks: int) -> tuple[np.ndarray, np.ndarray]:
    """(K,) each track's most frequent class (of equals the first seen), and the tracks that have more than one."""
    classes = int(class_id.max(initial=0)) + 1
    pair, first, count = np.unique(track * classes + class_id, return_index=True, return_counts=True)
    order = np.lexsort((first, -count, pair // classes))
    best = order[np.unique(pair[order] // classes, return_index=True)[1]]
    return pair[best] % classes, np.flatnonzero(np.bincount(pair // classes, minlength=tracks) > 1)


# ------------------------------------------------------------------------------------------------------- the errors


def _check_settings(fps: float, size: tuple[int, int], duration_s: float | None, format: str) -> None:
    if format not in ("auto", "mot", "kitti", "csv"):
        raise InputError(f"format {format!r} is not known; known are {FORMS}, or auto")
    if not (isinstance(fps, Real) and math.isfinite(fps) and fps > 0):
        raise InputError(f"fps is {fps!r}, it must be a number above 0, such as 25")
    pair = isinstance(size, (tuple, list)) and len(size) == 2
    if not (pair and all(isinstance(side, Integral) and side > 0 for side in size)):
        raise InputError(f"size is {size!r}, it must be width and height in whole pixels, such as (1280, 720)")
    most = MAX_FRAMES / fps
    if duration_s is not None and not (isinstance(duration_s, Real) and 0 < duration_s <= most):
        raise InputError(f"duration_s is {duration_s!r}, it must be a number of seconds above 0, up to {most:.10g}")


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the track file {path}: {getattr(error, 'strerror', error)}") from error


def _wrong(file: str, line: int, what: str) -> InputError:
    return InputError(f"{file}, line {line}: {' '.join(what.split())}")  # a cell may hold a line break
