"""Learning looks: views of drawn objects (`data.rendering.looks_set`), what may happen to a view, the loss, and how
well objects are told apart afterwards.

Shapes: N crops of a batch, C = 3 channels, A length of a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import rankdata
from torch import Tensor

from data.rendering.figure import CLASSES
from data.rendering.looks_set import MARGIN, SIDE_PX
from models.looks import LookReader
from pipeline.class_kinds import group_of_classes
from pipeline.errors import InputError
from pipeline.learned_looks import CROP_PX

STORIES, OBJECTS, VIEWS = 6, 16, 4
"""A batch: so many objects of so many stories, each seen so many times."""
HELD_OUT = 12
"""The first stories of a folder are to measure with."""
SHARPNESS = 12.0
"""Cosines are multiplied by this in the loss."""
OTHER_STORIES = 3.0
"""How much less objects of other stories or kinds count as somebody to be told from: their light gives them away."""
JITTER, SHIFT = 0.1, 0.08
CUT, HIDDEN, SMALL, GREY = 0.12, 0.2, 0.25, 0.08
"""Shares of the views that are cut by a picture's edge, partly hidden, small, and of the stories without colours."""


class Views(NamedTuple):
    """crops_NHWC: uint8. object_N: a number of its own for each. group_N, story_N."""

    crops_NHWC: Tensor
    object_N: Tensor
    group_N: Tensor
    story_N: Tensor


@dataclass(frozen=True)
class Story:
    """All views of one story. rows_of: of each object that is seen twice or more."""

    crops: Tensor
    group: np.ndarray
    rows_of: dict[int, np.ndarray]

    @staticmethod
    def read(path: Path) -> Story:
        with np.load(path) as file:
            who = file["object_id"]
            rows = {int(k): np.flatnonzero(who == k) for k in np.unique(who)}
            return Story(
                torch.from_numpy(file["crop"]),
                group_of_classes(tuple(CLASSES))[file["class_id"]],
                {k: mine for k, mine in rows.items() if len(mine) > 1},
            )


def read_stories(folder: Path) -> tuple[list[Story], list[Story]]:
    """Stories to learn from, and to measure with. Raises InputError where there are too few."""
    paths = sorted(folder.glob("*.npz"))
    if len(paths) < 2 * HELD_OUT:
        raise InputError(
            f"{folder} holds {len(paths)} stories, {2 * HELD_OUT} or more are needed; make them with "
            "python -m data.render --looks --scenes 260 --out FOLDER"
        )
    stories = [Story.read(path) for path in paths]
    held, learnt = stories[:HELD_OUT], stories[HELD_OUT:]
    return [story for story in learnt if len(story.rows_of) >= 4], held


def draw_views(stories: list[Story], rng: np.random.Generator) -> Views:
    """Views of some objects of some stories."""
    crops, numbers, groups, places = [], [], [], []
    for place in range(STORIES):
        story = stories[int(rng.integers(len(stories)))]
        objects = list(story.rows_of)
        for k in rng.permutation(len(objects))[:OBJECTS]:
            mine = story.rows_of[objects[k]]
            rows = rng.choice(mine, VIEWS, replace=len(mine) < VIEWS)
            crops.append(story.crops[rows])
            numbers += [len(numbers)] * VIEWS
            groups += story.group[rows].tolist()
            places += [place] * VIEWS
    return Views(torch.cat(crops), *map(torch.tensor, (numbers, groups, places)))


def plain_crops(crops_NHWC: Tensor) -> Tensor:
    """(N, C, CROP_PX, CROP_PX) float32, 0 to 1: the boxes without their margin."""
    edge = round(SIDE_PX * MARGIN / (1 + 2 * MARGIN))
    return crops_NHWC[:, edge:-edge, edge:-edge].permute(0, 3, 1, 2).float() / 255


def changed_crops(views: Views, generator: torch.Generator) -> Tensor:
    """(N, C, CROP_PX, CROP_PX): as a detector may have cut them out, in another light, hidden, small, turned round."""
    crops = views.crops_NHWC.permute(0, 3, 1, 2).float() / 255
    number = len(crops)

    def some(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    way = _boxes(number, some)
    grid = F.affine_grid(way, [number, 3, CROP_PX, CROP_PX], align_corners=False)
    crops = F.grid_sample(crops, grid, padding_mode="border", align_corners=False)
    small = some(number) < SMALL
    if small.any():
        side = int(torch.randint(10, CROP_PX // 2, (1,), generator=generator))
        crops[small] = F.interpolate(F.interpolate(crops[small], side, mode="area"), CROP_PX, mode="bilinear")
    bright, contrast = 0.24 * (some(number, 1, 1, 1) - 0.5), 1 + 0.5 * (some(number, 1, 1, 1) - 0.5)
    crops = ((crops - 0.5) * contrast + 0.5 + bright) * (1 + 0.12 * (some(number, 3, 1, 1) - 0.5))
    for k in torch.nonzero(some(number) < HIDDEN)[:, 0].tolist():
        wide, high, other = (int(x) for x in torch.randint(10, 40, (3,), generator=generator))
        left, top = int(some(1) * (CROP_PX - wide)), int(some(1) * (CROP_PX - high))
        place = slice(top, top + high), slice(left, left + wide)
        crops[(k, slice(None), *place)] = crops[((k + other) % number, slice(None), *place)]
    grey = (some(int(views.story_N.max()) + 1) < GREY)[views.story_N]
    if grey.any():
        crops[grey] = crops[grey].mean(1, keepdim=True)
    return (crops + 0.015 * torch.randn(crops.shape, generator=generator)).clamp(0, 1)


def _boxes(number: int, some) -> Tensor:
    """(N, 2, 3) ways to cut the box out of the stored crop: a little off, some flipped, some with a part missing."""
    inner = 1 / (1 + 2 * MARGIN)
    way = torch.zeros(number, 2, 3)
    way[:, 0, 0] = inner * (1 + 2 * JITTER * (some(number) - 0.5)) * torch.where(some(number) < 0.5, -1.0, 1.0)
    way[:, 1, 1] = inner * (1 + 2 * JITTER * (some(number) - 0.5))
    way[:, :, 2] = 2 * SHIFT * (some(number, 2) - 0.5)
    cut, side, amount = some(number) < CUT, some(number), 0.5 * some(number)
    for axis, sign, low, high in ((0, 1, 0.0, 0.35), (1, -1, 0.35, 0.6), (1, 1, 0.6, 1.0)):
        mine = cut & (side >= low) & (side < high)
        way[mine, axis, 2] += sign * way[mine, axis, axis].abs() * amount[mine]
        way[mine, axis, axis] *= 1 - amount[mine]
    return way


def look_loss(looks_NA: Tensor, views: Views) -> tuple[Tensor, dict[str, Tensor]]:
    """Each two views of an object against all views of others: mean of log(1 + sum exp(other - same))."""
    with torch.autocast(looks_NA.device.type, enabled=False):
        alike = SHARPNESS * looks_NA.float() @ looks_NA.float().T
    same = views.object_N[:, None] == views.object_N[None]
    near = (views.story_N[:, None] == views.story_N[None]) & (views.group_N[:, None] == views.group_N[None])
    against = torch.where(near, alike, alike - OTHER_STORIES).masked_fill(same, -1e4).logsumexp(1)
    same = same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)
    loss = F.softplus(against[:, None] - alike)[same].mean()
    return loss, {"looks": loss.detach()}


def look_batches(stories: list[Story], seed: int, start: int) -> Iterator[tuple[Views, Tensor]]:
    """Endless batches from sample `start` on: views, and their changed crops."""
    rng = np.random.Generator(np.random.PCG64([seed, start]))
    generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
    while True:
        views = draw_views(stories, rng)
        yield views, changed_crops(views, generator)


@dataclass
class LookEvaluation:
    """Held-out stories: is an object more like itself than like others of its kind in its story?"""

    stories: list[Story] = field(repr=False)

    @torch.inference_mode()
    def __call__(self, model: LookReader) -> dict[str, float]:
        """`all`: area under the curve, same against other, single views; `strangers`: how many of the others are as
        alike as nine of ten views of one object are."""
        model.eval()
        areas, strangers = [], []
        for story in self.stories:
            rows = np.concatenate(list(story.rows_of.values()))
            who = np.repeat(np.arange(len(story.rows_of)), [len(mine) for mine in story.rows_of.values()])
            looks = model(plain_crops(story.crops[rows])).numpy()
            i, j = np.triu_indices(len(rows), 1)
            cosine, kind = (looks[i] * looks[j]).sum(1), story.group[rows]
            same = who[i] == who[j]
            own, other = cosine[same], cosine[~same & (kind[i] == kind[j])]
            areas.append(area_under_curve(own, other))
            strangers.append(float((other >= np.quantile(own, 0.1)).mean()))
        model.train()
        return {"all": float(np.mean(areas)), "strangers": float(np.mean(strangers))}


def area_under_curve(own: np.ndarray, other: np.ndarray) -> float:
    """Chance that a random one of `own` is above a random one of `other`."""
    rank = rankdata(np.concatenate([own, other]))
    return float((rank[: len(own)].sum() - len(own) * (len(own) + 1) / 2) / max(len(own) * len(other), 1))
