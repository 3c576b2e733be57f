"""An `ObjectIndex` as a plain table for other programs: MOTChallenge text, CSV, or Parquet.

Boxes are in pixels, x and y the top-left corner, rounded to `STEP_PX`; no box becomes empty or leaves the picture by
rounding, so that `pipeline.given_tracks` reads every exported row again. R: rows of the index.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from pipeline.errors import InputError
from pipeline.object_index import ObjectIndex, write_aside

Kind = Literal["mot", "csv", "parquet"]
STEP_PX = 0.01
COLUMNS = ("frame", "t_s", "id", "class", "x", "y", "w", "h", "confidence")
_CHUNK = 100_000
"""Rows formatted at a time, so that ten hours (two million rows) need little memory."""


KIND_OF_SUFFIX: dict[str, Kind] = {".txt": "mot", ".csv": "csv", ".parquet": "parquet"}


def export_index(index: ObjectIndex, path: Path | str, kind: Kind | None = None) -> None:
    """Write `index` to `path` as `kind`; by default what the suffix says: .txt (mot), .csv or .parquet.

    Raises InputError for another suffix or kind, for a missing pyarrow, and when the file can't be written.
    """
    path = Path(path)
    kind = kind or KIND_OF_SUFFIX.get(path.suffix.lower())
    if kind is None:
        raise InputError(f'no kind of table has the suffix "{path.suffix}" of {path.name}; take .txt, .csv or .parquet')
    if kind not in get_args(Kind):
        raise InputError(f"kind {kind!r} is not known; known are {', '.join(get_args(Kind))}")
    if kind == "mot":
        export_mot(index, path)
    else:
        _WRITE_TABLE[kind](index, path)


def export_mot(index: ObjectIndex, path: Path | str) -> None:
    """MOTChallenge's form of a tracker's result: `frame,id,x,y,w,h,score,-1,-1,-1`, frame and id from 1.

    frame is the number of the sampled frame (its time is in the table, not here); classes are lost. An object without
    an identity has the id -1. Raises InputError when the file can't be written.
    """
    identity = np.where(index.track_id < 0, -1, index.track_id + 1)
    columns = (index.row_frame + 1, identity, *_boxes_px(index).T, index.score)
    write_aside(Path(path), lambda aside: _write(aside, "", "%d,%d,%.2f,%.2f,%.2f,%.2f,%.3f,-1,-1,-1\n", columns))


def export_table(index: ObjectIndex, path: Path | str) -> None:
    """`frame,t_s,id,class,x,y,w,h,confidence` as .csv or .parquet, by the suffix of `path`.

    Raises InputError for another suffix, for a missing pyarrow (.parquet), and when the file can't be written.
    """
    path = Path(path)
    write = _WRITE_TABLE.get(path.suffix.lower().removeprefix("."))
    if write is None:
        raise InputError(f'a table can\'t have the suffix "{path.suffix}" of {path.name}; take .csv or .parquet')
    write(index, path)


def _write_csv(index: ObjectIndex, path: Path) -> None:
    times = np.array([f"{t_s:.4f}" for t_s in index.frame_t_s], object)
    names = np.array([_quoted(name) for name in index.class_names], object)
    columns = (
        *(index.row_frame, times[index.row_frame], index.track_id, names[index.class_id]),
        *(*_boxes_px(index).T, index.score),
    )
    form = "%d,%s,%d,%s,%.2f,%.2f,%.2f,%.2f,%.3f\n"
    write_aside(path, lambda aside: _write(aside, ",".join(COLUMNS) + "\n", form, columns))


def _write_parquet(index: ObjectIndex, path: Path) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise InputError('parquet needs pyarrow: pip install "longtake[export]", or write .csv') from error
    names = pa.array(index.class_names, pa.string())
    x, y, w, h = _boxes_px(index).T
    columns = (
        *(index.row_frame, index.frame_t_s[index.row_frame], index.track_id),
        pa.DictionaryArray.from_arrays(pa.array(index.class_id, pa.int32()), names),
        *(x, y, w, h, index.score),
    )
    table = pa.table(dict(zip(COLUMNS, columns, strict=True)))
    write_aside(path, lambda aside: pq.write_table(table, aside))


_WRITE_TABLE = {"csv": _write_csv, "parquet": _write_parquet}


def _boxes_px(index: ObjectIndex) -> np.ndarray:
    """(R, 4) float64: x, y, width, height in pixels, whole multiples of STEP_PX inside the picture, never empty."""
    size = np.array([index.width, index.height], np.float64)
    centre, extent = index.boxes_xywhn[:, :2].astype(np.float64), index.boxes_xywhn[:, 2:].astype(np.float64)
    low = np.clip(np.round((centre - extent / 2) * size / STEP_PX), 0, size / STEP_PX - 1)
    high = np.clip(np.round((centre + extent / 2) * size / STEP_PX), low + 1, size / STEP_PX)
    return np.concatenate([low, high - low], axis=1) * STEP_PX + 0.0  # no "-0.00"


def _write(aside: Path, header: str, form: str, columns: tuple[np.ndarray, ...]) -> None:
    """Write one line for each row of `columns`: `form` filled with its cells."""
    with aside.open("w", encoding="utf-8", newline="") as file:
        file.write(header)
        for start in range(0, len(columns[0]), _CHUNK):
            file.writelines(_lines(form, [column[start : start + _CHUNK].tolist() for column in columns]))


def _lines(form: str, columns: list[list]) -> Iterator[str]:
    return map(form.__mod__, zip(*columns, strict=True))


def _quoted(name: str) -> str:
    """A CSV cell: in quotation marks where it needs them."""
    cell = io.StringIO()
    csv.writer(cell, lineterminator="").writerow([name])
    return cell.getvalue()
