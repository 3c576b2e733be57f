"""How things move through a place: people on foot who give way to each other, vehicles that follow each other.

Vehicles: the intelligent driver model (Treiber, Hennecke and Helbing 2000), with stops. People walk from place to
place, step aside for who comes towards them, and cross the road where a car has stopped or none is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from data.rendering.actors import Actor, stay_of
from data.rendering.layout import Lane, Layout

STEP_S = 0.1
BRAKE_MSS, PULL_MSS, GAP_M, GAP_S = 2.2, 1.5, 2.2, 1.2
ZEBRA_M = 3.2
"""Vehicles stop so far from the middle of a crossing."""


@dataclass(frozen=True)
class Go:
    """Walk to a place. crosses: over the road, when it is safe. speed: m/s, if other than the walker's own."""

    x: float
    y: float
    crosses: bool = False
    speed: float | None = None


@dataclass(frozen=True)
class Wait:
    """Stay for some seconds. doing: as in `Motion`. face: heading, radians."""

    seconds: float
    doing: str = ""
    face: float | None = None


@dataclass
class Walker:
    """Somebody on foot. start_s: when it sets out from (x, y). ghost: does not step aside (a flying bird, a ball)."""

    actor: Actor
    start_s: float
    x: float
    y: float
    legs: Sequence[Go | Wait]
    speed: float = 1.3
    radius: float = 0.3
    ghost: bool = False


@dataclass
class Driver:
    """A vehicle in a lane. start_s: when it is at `from_x`; it leaves at `to_x`. stops: (x of its middle, seconds)."""

    actor: Actor
    lane: Lane
    start_s: float
    from_x: float
    to_x: float
    speed: float = 8.5
    stops: Sequence[tuple[float, float]] = ()


@dataclass
class _Moving:
    leg: int = 0
    waited: float = 0.0
    left: float = -1.0
    waits: bool = False
    kerb_s: float = 0.0
    speed: float = 0.0
    facing: list[float | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    doing: list[tuple[float, float, str]] = field(default_factory=list)
    done: bool = False


def play(layout: Layout, walkers: Sequence[Walker], drivers: Sequence[Driver], end_s: float) -> None:
    """Let everybody move until `end_s`; the stays are added to their actors."""
    begin = min([0.0, *(w.start_s for w in walkers), *(d.start_s for d in drivers)])
    on_foot, driving = [_Moving() for _ in walkers], [_Moving() for _ in drivers]
    obstacles = np.array(layout.obstacles or [(1e6, 1e6, 0.0)], float)
    for step in range(int((end_s - begin) / STEP_S) + 2):
        t = begin + step * STEP_S
        _drive_all(drivers, driving, walkers, on_foot, t)
        _walk_all(walkers, on_foot, drivers, driving, obstacles, t)
    for mover, state in [*zip(walkers, on_foot, strict=True), *zip(drivers, driving, strict=True)]:
        if len(state.times) < 3:
            continue
        t_s, place = np.array(state.times), np.array(state.places)
        if isinstance(mover, Driver):
            heading = np.full(len(t_s), 0.0 if mover.lane.way > 0 else np.pi)
            mover.actor.stays.append(stay_of(t_s, place[:, 0], place[:, 1], heading=heading))
        else:
            place = _rounded_corners(place)
            mover.actor.stays.append(stay_of(t_s, place[:, 0], place[:, 1], facing=state.facing, doing=state.doing))


def _rounded_corners(place: np.ndarray) -> np.ndarray:
    """(K, 2) a path without sharp bends: a running mean over half a second."""
    if len(place) < 7:
        return place
    kernel = np.ones(5) / 5
    padded = np.concatenate([np.repeat(place[:1], 2, 0), place, np.repeat(place[-1:], 2, 0)])
    return np.stack([np.convolve(padded[:, k], kernel, "valid") for k in (0, 1)], 1)


# --------------------------------------------------------------------------------------------------------- vehicles


def _drive_all(
    drivers: Sequence[Driver], driving: list[_Moving], walkers: Sequence[Walker], on_foot: list[_Moving], t: float
) -> None:
    """One step of all vehicles."""
    claims = set()  # the x of the crossings that somebody waits at or walks on
    for walker, state in zip(walkers, on_foot, strict=True):
        leg = walker.legs[state.leg] if state.leg < len(walker.legs) else None
        # who waits for long lets the vehicles go on for a while: one of them may stand on the crossing
        if isinstance(leg, Go) and leg.crosses and not state.done and state.places and state.kerb_s % 18 < 12:
            claims.add(leg.x)
    order = sorted(
        range(len(drivers)),
        key=lambda k: -(drivers[k].lane.way * (driving[k].places[-1][0] if driving[k].places else -1e9)),
    )
    for k in order:
        driver, state = drivers[k], driving[k]
        if state.done or t < driver.start_s:
            continue
        way, half = driver.lane.way, driver.actor.figure.length / 2
        if not state.places:
            ahead = _gap_ahead(drivers, driving, k, driver.from_x)
            if ahead < 2.0:  # no room to come in yet
                continue
            state.speed = driver.speed if ahead > 25 else max(0.0, min(driver.speed, (ahead - 2) / 2))
            state.places.append((driver.from_x, driver.lane.y))
            state.times.append(t)
            continue
        x = state.places[-1][0]
        gap, lead = _leader(drivers, driving, k, x)
        limits = [(gap, lead)]
        for stop_x, seconds in list(driver.stops)[state.leg : state.leg + 1]:
            far = way * (stop_x - x)
            if far < 0.6 and state.speed < 0.3:
                state.waited += STEP_S
                if state.waited > seconds:
                    state.leg, state.waited = state.leg + 1, 0.0
            limits.append((far + GAP_M - 0.3, 0.0))
        for crossing in claims:
            far = way * (crossing - x) - half - ZEBRA_M
            if far > -1.0 and far > state.speed**2 / (2 * 3.2) - 0.5:
                limits.append((far + GAP_M, 0.0))
        pull = min(_follow(state.speed, driver.speed, g, v) for g, v in limits)
        state.speed = max(0.0, state.speed + pull * STEP_S)
        x += way * state.speed * STEP_S
        state.places.append((x, driver.lane.y))
        state.times.append(t)
        state.done = way * (x - driver.to_x) > 0


def _follow(speed: float, wanted: float, gap: float, lead: float) -> float:
    """Acceleration, m/s²."""
    room = GAP_M + max(0.0, speed * GAP_S + speed * (speed - lead) / (2 * np.sqrt(PULL_MSS * BRAKE_MSS)))
    return float(max(PULL_MSS * (1 - (speed / wanted) ** 4 - (room / max(gap, 0.3)) ** 2), -7.0))


def _leader(drivers: Sequence[Driver], driving: list[_Moving], k: int, x: float) -> tuple[float, float]:
    """Gap to the vehicle ahead in the lane and its speed."""
    best, speed = 1e3, 30.0
    me = drivers[k]
    for other, state in zip(drivers, driving, strict=True):
        if other is me or state.done or not state.places or other.lane is not me.lane:
            continue
        far = me.lane.way * (state.places[-1][0] - x)
        gap = far - (other.actor.figure.length + me.actor.figure.length) / 2
        if far > 0 and gap < best:
            best, speed = gap, state.speed
    return best, speed


def _gap_ahead(drivers: Sequence[Driver], driving: list[_Moving], k: int, x: float) -> float:
    me, best = drivers[k], 1e3
    for other, state in zip(drivers, driving, strict=True):
        if other is not me and other.lane is me.lane and state.places and not state.done:
            gap = abs(state.places[-1][0] - x) - (other.actor.figure.length + me.actor.figure.length) / 2
            best = min(best, gap)
    return best


def _is_safe(x: float, drivers: Sequence[Driver], driving: list[_Moving]) -> bool:
    """May one step onto the crossing at x?"""
    for driver, state in zip(drivers, driving, strict=True):
        if state.done or not state.places:
            continue
        half = driver.actor.figure.length / 2
        far = driver.lane.way * (x - state.places[-1][0])
        if -half - 0.8 < far < half + 1.0:  # on the crossing
            return False
        if far > 0 and state.speed > 0.4 and (far - half) / state.speed < 6.5:
            return False
    return True


# ------------------------------------------------------------------------------------------------------ people on foot


def _walk_all(
    walkers: Sequence[Walker],
    on_foot: list[_Moving],
    drivers: Sequence[Driver],
    driving: list[_Moving],
    obstacles: np.ndarray,
    t: float,
) -> None:
    here = [k for k, (w, s) in enumerate(zip(walkers, on_foot, strict=True)) if t >= w.start_s and not s.done]
    for k in here:
        if not on_foot[k].places:
            on_foot[k].places.append((walkers[k].x, walkers[k].y))
            on_foot[k].times.append(t)
            on_foot[k].facing.append(None)
    at = np.array([on_foot[k].places[-1] for k in here]).reshape(-1, 2)
    radius = np.array([walkers[k].radius for k in here])
    solid = np.array([not walkers[k].ghost for k in here], bool)
    for row, k in enumerate(here):
        walker, state = walkers[k], on_foot[k]
        if state.leg >= len(walker.legs):
            state.done = True
            continue
        leg = walker.legs[state.leg]
        x, y = state.places[-1]
        face: float | None = None
        if isinstance(leg, Wait):
            if state.waited == 0.0 and leg.doing:
                state.doing.append((t, t + leg.seconds, leg.doing))
            state.waited += STEP_S
            state.speed, face = 0.0, leg.face
            if state.waited >= leg.seconds:
                state.leg, state.waited = state.leg + 1, 0.0
        elif leg.crosses and not state.waits and not _is_safe(leg.x, drivers, driving):
            state.speed = 0.0
            state.kerb_s += STEP_S
            face = float(np.arctan2(leg.y - y, leg.x - x))
        else:
            state.kerb_s = 0.0
            state.waits = leg.crosses  # once on the road, on it goes
            if state.left == -1.0:  # something stands in the way? then the next place will do
                state.left = 4.0 + 1.8 * float(np.hypot(leg.x - x, leg.y - y)) / (leg.speed or walker.speed)
            x, y = _step(walker, state, leg, x, y, at, radius, solid, row, obstacles)
            state.left -= STEP_S
            if np.hypot(leg.x - x, leg.y - y) < max(0.25, 0.12 * state.speed) or (state.left < 0 and not leg.crosses):
                state.leg, state.waits, state.left = state.leg + 1, False, -1.0
        state.places.append((x, y))
        state.times.append(t + STEP_S)
        state.facing.append(face)


def _step(
    walker: Walker,
    state: _Moving,
    leg: Go,
    x: float,
    y: float,
    at: np.ndarray,
    radius: np.ndarray,
    solid: np.ndarray,
    row: int,
    obstacles: np.ndarray,
) -> tuple[float, float]:
    goal = np.array([leg.x - x, leg.y - y])
    far = np.hypot(*goal)
    ahead = goal / max(far, 1e-6)
    aside = np.array([-ahead[1], ahead[0]])
    wanted = (leg.speed or walker.speed) * min(1.0, 0.35 + far / 0.8)
    push = 0.0
    if not walker.ghost:
        others = np.delete(np.column_stack([at, np.where(solid, radius, -9.0)]), row, 0)
        for ox, oy, r in np.concatenate([others, obstacles]):
            off = np.array([ox - x, oy - y])
            along, across = off @ ahead, off @ aside
            room = walker.radius + r + 0.25
            if -0.3 < along < 2.4 and abs(across) < room:
                side = -np.sign(across) if abs(across) > 0.05 else -1.0
                push += side * (room - abs(across)) * (1.1 if along > 0 else 0.5)
                if 0 < along < 0.7 and abs(across) < room - 0.3:
                    wanted *= 0.75
    state.speed += float(np.clip(wanted - state.speed, -3.0 * STEP_S, 1.6 * STEP_S))
    move = ahead * state.speed + aside * float(np.clip(push * 2.2, -0.8, 0.8)) * min(1.0, state.speed)
    return float(x + move[0] * STEP_S), float(y + move[1] * STEP_S)
