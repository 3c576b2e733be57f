"""A data set in YOLO's form, looked at before hours are spent on it.

data.yaml        path: folder (default: where data.yaml lies), train: images/train, val: images/val, names: [...]
images/train/*   pictures            labels/train/*.txt   `class cx cy w h` a line, parts of the picture's size
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from pipeline.errors import InputError
from pipeline.object_index import write_aside

PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
_LOOKED_AT = 200
"""Pictures whose size is read to see whether all have one."""


@dataclass(frozen=True)
class DetectorData:
    """file: data.yaml. train, val: pictures. one_shape: (height, width) where all pictures have one aspect ratio."""

    file: Path
    class_names: tuple[str, ...]
    train: tuple[Path, ...]
    val: tuple[Path, ...]
    one_shape: tuple[int, int] | None

    @staticmethod
    def read(file: Path) -> DetectorData:
        """Raises InputError with what is missing or wrong."""
        said = _read_yaml(file)
        names = _names(file, said.get("names"))
        root = Path(str(said.get("path") or file.parent)).expanduser()
        root = root if root.is_absolute() or root.exists() else file.parent / root
        train, val = (tuple(_pictures(file, root, split, said.get(split))) for split in ("train", "val"))
        if both := {path.resolve() for path in train} & {path.resolve() for path in val}:
            raise InputError(
                f"{file}: {len(both)} pictures are in train and in val, such as {min(both).name}; part them"
            )
        for split, pictures in (("train", train), ("val", val)):
            _check_labels(file, split, pictures, len(names))
        shape = _one_shape((*train[:_LOOKED_AT], *val[:_LOOKED_AT]))
        return DetectorData(file.resolve(), names, train, val, shape)

    def write_plain(self, folder: Path) -> Path:
        """The same data set for ultralytics: lists of pictures and a data.yaml in `folder`, whose path is returned.

        Nothing is left to guess (ultralytics looks for relative paths in other places), and nothing to run: a
        `download:` in a data.yaml is code.
        """
        import yaml

        for split, pictures in (("train", self.train), ("val", self.val)):
            lines = "".join(f"{picture.resolve()}\n" for picture in pictures)
            write_aside(folder / f"{split}.txt", lambda path, lines=lines: path.write_text(lines, encoding="utf-8"))
        said = {"path": str(folder.resolve()), "train": "train.txt", "val": "val.txt", "names": list(self.class_names)}
        text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
        write_aside(folder / "data.yaml", lambda path: path.write_text(text, encoding="utf-8"))
        return folder / "data.yaml"

    def pictures(self, most: int, size: int) -> torch.Tensor:
        """(B, 3, H, W) float32 0–1 RGB: some training pictures, evenly spread, their longer side `size` pixels."""
        import cv2

        hw = input_hw(self.one_shape, size)
        out = []
        for number in np.unique(np.linspace(0, len(self.train) - 1, most).astype(int)):
            image = cv2.imread(str(self.train[number]))
            if image is not None:
                out.append(cv2.resize(image, hw[::-1], interpolation=cv2.INTER_AREA)[:, :, ::-1])
        if not out:
            raise InputError(f"{self.file}: no training picture can be read")
        return torch.from_numpy(np.ascontiguousarray(np.stack(out).transpose(0, 3, 1, 2))).float() / 255


def input_hw(one_shape: tuple[int, int] | None, size: int, stride: int = 32) -> tuple[int, int]:
    """(height, width) in pixels of the network's input: `size` at the longer side, whole strides, square if mixed."""
    height, width = one_shape or (1, 1)
    scale = size / max(height, width)
    return tuple(max(stride, -(-round(side * scale) // stride) * stride) for side in (height, width))


def _read_yaml(file: Path) -> dict:
    import yaml

    if not file.is_file():
        raise InputError(f"no such data set: {file}; --data is the data.yaml of a data set in YOLO's form")
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{file} cannot be read as YAML: {error}") from error
    if not isinstance(said, dict):
        raise InputError(f"{file} is no data.yaml: it must say train, val and names")
    return said


def _names(file: Path, said: object) -> tuple[str, ...]:
    if isinstance(said, dict) and sorted(said) == list(range(len(said))):
        said = [said[number] for number in range(len(said))]
    if not isinstance(said, list) or not said or not all(isinstance(n, (str, int)) and str(n).strip() for n in said):
        raise InputError(f"{file}: names must list the class names, like names: [person, car]")
    names = tuple(str(name).strip() for name in said)
    if len(set(names)) < len(names):
        raise InputError(f"{file}: a class name stands twice in names")
    return names


def _pictures(file: Path, root: Path, split: str, said: object) -> Iterator[Path]:
    places = said if isinstance(said, list) else [said]
    if not said or not all(isinstance(place, str) for place in places):
        raise InputError(f"{file}: {split} must name the folder of its pictures, like {split}: images/{split}")
    found: list[Path] = []
    for place in places:
        path = root / place
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in PICTURES)
        elif path.is_file():
            lines = path.read_text(encoding="utf-8-sig").split()
            found += [path.parent / line if line.startswith("./") else Path(line) for line in lines]
        else:
            raise InputError(f"{file}: {split} is {place}, but there is no {path}")
    if not found:
        raise InputError(f"{file}: there are no pictures ({', '.join(sorted(PICTURES))}) in {split}: {said}")
    yield from found


def label_path(picture: Path) -> Path:
    """Where ultralytics looks for the labels of a picture: `…/images/a/b.jpg` → `…/labels/a/b.txt`."""
    parts = list(picture.parts)
    if "images" in parts:
        parts[len(parts) - 1 - parts[::-1].index("images")] = "labels"
    return Path(*parts).with_suffix(".txt")


def _check_labels(file: Path, split: str, pictures: tuple[Path, ...], classes: int) -> None:
    """Is there any label, and are the classes known? Single unreadable pictures are left out by ultralytics."""
    boxes = 0
    for picture in pictures:
        path = label_path(picture)
        try:
            lines = path.read_text().splitlines() if path.is_file() else []
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read the labels {path}: {error}") from error
        for number, line in enumerate(lines, 1):
            cells = line.split()
            if not cells:
                continue
            try:
                class_id, box = int(float(cells[0])), [float(cell) for cell in cells[1:]]
            except ValueError as error:
                raise InputError(f"{path}, line {number}: a label is `class cx cy w h`, not {line[:60]!r}") from error
            if not 0 <= class_id < classes:
                raise InputError(f"{path}, line {number}: class {class_id}, but {file.name} names {classes}")
            if len(box) < 4 or not all(-0.01 <= part <= 1.01 for part in box):
                raise InputError(f"{path}, line {number}: a box is `cx cy w h` in parts of the picture (0–1)")
            boxes += 1
    if not boxes:
        where = label_path(pictures[0])
        raise InputError(f"{file}: no labels were found for {split}; those of {pictures[0].name} belong in {where}")


def _one_shape(pictures: tuple[Path, ...]) -> tuple[int, int] | None:
    from PIL import Image

    shapes: set[tuple[int, int]] = set()
    for path in pictures:
        try:
            with Image.open(path) as image:
                shapes.add((image.height, image.width))
        except (OSError, ImportError) as error:  # ultralytics lets PIL look for a package that reads HEIF
            raise InputError(f"the picture {path} cannot be read; take it out of the data set") from error
    ratios = [height / width for height, width in shapes]
    return max(shapes) if max(ratios) - min(ratios) < 0.01 else None
