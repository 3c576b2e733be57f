"""The simulated world: clips of 10 s to 10 h as clean object tracks, in the record that a real video's index is.

`make_clip(seed, settings)` draws a detector's list of names, cameras, arrivals, paths, things that stand, fixed things
that hide others, cuts and loops, projects everything into the picture, and keeps a row only where an object is really
to be seen at a sampled frame. `score` holds the share of the object that is seen; one appearance key per object holds
its true look. All randomness comes from the seed (PCG64). R rows, V visits, N objects, F frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from data.motions import Things, Visits, draw_arrivals, draw_crossings, draw_standing, draw_traffic
from data.overlaps import frame_offsets
from data.small_arrays import positions
from data.world_cameras import STAGES, Cameras, Stage, draw_cameras
from data.world_kinds import Cast, draw_cast
from data.world_looks import draw_looks
from data.world_picture import Rows, hide_rows, project_visits
from pipeline.object_index import ObjectIndex

MADE_FROM = "simulated world"


@dataclass(frozen=True)
class WorldSettings:
    """What clips are like. A pair is a range, drawn from log-uniformly.

    duration_s: seconds. fps: sampled frames per second, one is drawn. objects_per_min: arrivals in clips of a minute or
    less; longer clips are sparser (`per_min * minutes ** -sparseness`). most_at_once: objects before the camera.
    max_rows: sightings in one clip at most (about a million tokens): things are left out of fuller clips. max_frames:
    sampled frames at most: longer clips are sampled less often.
    stages: weights of `STAGES`. cuts, loops, empty, crowds: share of clips with scene cuts, looped footage, empty
    stretches, and four times as many objects.
    coco_share: share with COCO's names; class_names: a list to use in all clips instead.
    """

    duration_s: tuple[float, float] = (20.0, 120.0)
    fps: tuple[float, ...] = (1.0, 2.0, 2.0, 2.0, 3.0, 5.0)
    objects_per_min: tuple[float, float] = (6.0, 110.0)
    sparseness: float = 0.3
    most_at_once: int = 60
    max_rows: int = 1_000_000
    max_frames: int = 250_000
    stages: tuple[float, ...] = (5.0, 2.0, 2.0, 1.5, 1.5)
    cuts: float = 0.12
    loops: float = 0.04
    empty: float = 0.2
    crowds: float = 0.03
    coco_share: float = 0.5
    class_names: tuple[str, ...] | None = None


PICTURES = ((1920, 1080), (1280, 720), (640, 360), (768, 432), (640, 480), (1242, 375), (1080, 1920), (960, 960))
_PICTURE_SHARE = np.cumsum((0.3, 0.25, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05))


ALIKE_SHARE = 0.5
"""Share of clips in which things of a class look more alike than people on a street do: one room's light, one team's
shirts, cars from afar. On a real counter, different people have cosines of 0.86 to 0.98 (LOG.md)."""


def make_clip(seed: int, settings: WorldSettings | None = None) -> ObjectIndex:
    """The clean clip that `seed` stands for: the same on every machine."""
    settings = settings or WorldSettings()
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 0x776F726C])))
    width, height = PICTURES[int(_PICTURE_SHARE.searchsorted(rng.random()).clip(max=len(PICTURES) - 1))]
    fps = settings.fps[rng.integers(len(settings.fps))]
    duration_s = max(2.0 / fps, _log_uniform(rng, settings.duration_s))
    fps = min(fps, settings.max_frames / duration_s)
    repeats, base_s = 1, duration_s
    if rng.random() < settings.loops and duration_s > 16:
        repeats = int(rng.integers(2, max(3, min(20, duration_s // 8))))
        base_s = duration_s / repeats
    t_s = _frame_times(rng, base_s, fps)
    stages, cuts = _draw_stages(rng, settings)
    cameras = draw_cameras(rng, t_s, stages, cuts=cuts)
    cast = draw_cast(rng, coco_share=settings.coco_share, class_names=settings.class_names)
    things, visits = _populate(rng, settings, cameras, cast, t_s, base_s, width / height)
    rows = project_visits(visits, cameras, t_s, width / height, max_rows=settings.max_rows // repeats)
    rows = hide_rows(rng, rows, cameras, visits, t_s, width, height)
    made = {"made_from": MADE_FROM, "seed": seed, "stages": list(stages), "cuts": cuts, "loops": repeats}
    made["cut_s"] = [round(t, 3) for t in cameras.cut_s[1:200].tolist()]
    return _index(rng, rows, cast, things, t_s, base_s, repeats, (width, height), made)


def _log_uniform(rng: np.random.Generator, between: tuple[float, float]) -> float:
    low, high = between
    return float(low * (high / low) ** rng.random())


def _frame_times(rng: np.random.Generator, duration_s: float, fps: float) -> np.ndarray:
    """(F,) k / fps; in some clips with the irregular steps of a phone or a web camera."""
    t_s = np.arange(max(2, int(np.ceil(duration_s * fps - 1e-6)))) / fps
    if rng.random() < 0.1:
        t_s[1:] += rng.uniform(-0.15, 0.15, len(t_s) - 1) / fps
    return t_s


def _draw_stages(rng: np.random.Generator, settings: WorldSettings) -> tuple[tuple[Stage, ...], bool]:
    weight = np.array(settings.stages) / sum(settings.stages)
    cuts = bool(rng.random() < settings.cuts)
    many = int(rng.integers(2, 5)) if cuts else 1
    return tuple(STAGES[k] for k in _choices(rng, weight, many)), cuts


def _choices(rng: np.random.Generator, weight: np.ndarray, many: int) -> np.ndarray:
    """As `rng.choice(len(weight), many, p=weight)`, without its checks."""
    odds = weight.cumsum()
    return (odds / odds[-1]).searchsorted(rng.random(many), side="right")


# ------------------------------------------------------------------------------------------------------- who is there


def _populate(
    rng: np.random.Generator,
    settings: WorldSettings,
    cameras: Cameras,
    cast: Cast,
    t_s: np.ndarray,
    duration_s: float,
    aspect: float,
) -> tuple[Things, Visits]:
    """Everybody's visits."""
    per_min = _log_uniform(rng, settings.objects_per_min) * (4.0 if rng.random() < settings.crowds else 1.0)
    minutes = duration_s / 60
    early_s = min(40.0, duration_s) if rng.random() < 0.7 else 0.0  # who came before the clip begins
    many = per_min * minutes * max(1.0, minutes) ** -settings.sparseness * (1 + 0.3 * early_s / duration_s)
    many = (many + 2) * len(cameras) ** 0.7  # what happens before the other cameras isn't seen
    parties = 1 + rng.poisson(many / 1.3)
    grouped = rng.random() * 0.35
    size = 1 + (rng.random(parties) < grouped) * rng.geometric(0.5, parties).clip(max=7)
    party = np.repeat(np.arange(parties), size)
    odds = cast.share.cumsum()[:-1]
    cls = odds.searchsorted(rng.random(parties))[party]
    mixed = rng.random(len(cls)) < 0.1  # a person with a dog
    cls = np.where(mixed, odds.searchsorted(rng.random(len(cls))), cls)
    camera = rng.integers(0, len(cameras), parties)[party]
    middle = np.sort(cast.build[:, 0])[len(cast.build) // 2]
    build = cast.build[cls] * np.exp(rng.normal(0, (0.08, 0.1, 0.2, 0.0), (len(cls), 4)))
    relative = (build[:, 0] / middle) ** 0.75 * middle**0.2
    widest = 0.95 * aspect / (cameras.scale[camera] * build[:, 1])
    relative = np.where(cameras.flat[camera], np.minimum(relative, widest), relative)
    tempo = np.exp(rng.normal(0.1, 0.45))
    things = Things(cls=cls, size=relative, aspect=build[:, 1], speed=build[:, 2] * tempo)
    ego = cameras.ego[camera]
    stands = (rng.random(len(cls)) < build[:, 3]) & ~ego
    most = min(1 + rng.poisson(3), settings.max_rows // (4 * len(t_s)))
    surplus = stands & (stands.cumsum() > most)
    stands &= ~surplus
    moves = ~stands & ~(surplus & (rng.random(len(cls)) < 0.5))
    arrival_s = draw_arrivals(rng, -early_s, duration_s, parties)[party]
    parts = []
    who = positions(stands)
    if len(who):
        parts.append(draw_standing(rng, cameras, things, who, camera[who], aspect=aspect, end_s=duration_s))
    who = positions(moves & ego)
    if len(who):
        parts.append(draw_traffic(rng, cameras, things, who, camera[who], arrival_s[who], aspect=aspect))
    who = positions(moves & ~ego)
    returning = rng.random() ** 2 * 0.5
    start_s, group = arrival_s, party
    absence = np.log(rng.uniform(3, 8 + duration_s / 6))
    for round_ in range(3):
        if not len(who):
            break
        if round_ and len(cameras) > 1:  # seen again, by another camera perhaps
            other = rng.permutation(camera)
            camera = np.where((rng.random(len(camera)) < 0.3) & ~cameras.ego[other], other, camera)
        walk = draw_crossings(rng, cameras, things, who, camera[who], start_s[who], group[who], aspect=aspect)
        parts.append(walk)
        again = rng.random(len(who)) < returning
        start_s = np.zeros(len(cls))
        start_s[who] = walk.end_s + 1.0 + np.exp(rng.normal(absence, 0.8, len(who)))
        who = who[again]
        who = who[start_s[who] < duration_s]
        group = np.arange(len(cls))
    visits = Visits.join(parts) if parts else None
    if visits is None:  # everybody was left out: one of them walks by
        who = np.zeros(1, np.int64)
        visits = draw_crossings(rng, cameras, things, who, camera[who], arrival_s[who], who, aspect=aspect)
    if rng.random() < settings.empty:
        visits = _empty_stretch(rng, visits, duration_s)
    return things, _thin(visits, settings.most_at_once)


def _empty_stretch(rng: np.random.Generator, visits: Visits, duration_s: float) -> Visits:
    """Leave out who would be there in some stretch of the clip."""
    span = duration_s * rng.uniform(0.1, 0.5)
    begin = rng.uniform(0, duration_s - span)
    meets = (visits.start_s < begin + span) & (visits.end_s > begin)
    return visits.take(~meets) if (~meets).any() else visits


def _thin(visits: Visits, most: int) -> Visits:
    """Leave out visits that begin while `most` others go on."""
    if len(visits) <= most:
        return visits
    open_ = np.searchsorted(np.sort(visits.start_s), visits.start_s, side="right")
    open_ -= np.searchsorted(np.sort(visits.end_s), visits.start_s)
    return visits.take(open_ <= most)


# ------------------------------------------------------------------------------------------------------- to the record


def _index(
    rng: np.random.Generator,
    found: tuple[Rows, np.ndarray],
    cast: Cast,
    things: Things,
    t_s: np.ndarray,
    base_s: float,
    repeats: int,
    size_wh: tuple[int, int],
    made: dict[str, Any],
) -> ObjectIndex:
    """The record of the rows and of how much of each is seen, shown `repeats` times over. made: the provenance."""
    rows, seen = found
    kept, first = np.unique(rows.thing, return_index=True)
    kept = kept[first.argsort(kind="stable")]  # numbered by first sight
    number = np.zeros(len(things) + 1, np.int32)
    number[kept] = np.arange(len(kept))
    track = number[rows.thing]
    order = np.argsort(rows.frame * (len(kept) + 1) + track)
    track, frame = track[order], rows.frame  # the order of frames stays
    x0, y0, x1, y1 = rows.xyxy[:, order]
    boxes = np.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], 1).astype(np.float32)
    class_id = cast.shown[things.cls[rows.thing[order]]].astype(np.int32)
    score = seen[order].astype(np.float32)
    if repeats > 1:
        frame = (frame + np.arange(repeats)[:, None] * len(t_s)).ravel()
        boxes, class_id, track, score = (
            np.tile(a, (repeats,) + (1,) * (a.ndim - 1)) for a in (boxes, class_id, track, score)
        )
        t_s = (t_s + np.arange(repeats)[:, None] * base_s).ravel()
    birth = np.full(len(kept), np.inf)
    np.minimum.at(birth, track, t_s[frame])
    variety = float(rng.uniform(0.05, 0.75) if rng.random() < ALIKE_SHARE else np.exp(rng.normal(0.05, 0.2)))
    made["variety"] = round(variety, 3)
    looks = draw_looks(rng, things.cls[kept], variety=variety)
    return ObjectIndex(
        class_names=cast.class_names,
        duration_s=base_s * repeats,
        width=size_wh[0],
        height=size_wh[1],
        frame_t_s=t_s,
        offsets=frame_offsets(frame, len(t_s)),
        boxes_xywhn=boxes,
        class_id=class_id,
        track_id=track,
        score=score,
        key_track_id=np.arange(len(kept), dtype=np.int32),
        key_t_s=birth,
        key_appearance=looks,
        provenance=made,
    )
