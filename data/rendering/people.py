"""People: a body of lofts on a skeleton of 14 bones, dressed at random.

Bones: 0 pelvis, 1 chest, 2 head, 3/6 thigh, 4/7 shin, 5/8 foot (left/right), 9/11 upper arm, 10/12 forearm, 13 what is
held in the right hand. At rest the figure stands, arms down, facing x; sizes are for 1.75 m and scaled.
"""

# ruff: noqa: RUF005 (tuples are added to arrays here)
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.rendering import palette
from data.rendering.figure import Figure
from data.rendering.gait import HAND, JOINTS, person_pose
from data.rendering.luggage import backpack, carried_suitcase, handbag, held_umbrella
from data.rendering.mesh import Colour, Material, Mesh, join
from data.rendering.shapes import ball, box, dome, stack, tube

PELVIS, CHEST, HEAD = 0, 1, 2
BONES = 14


@dataclass(frozen=True)
class Dress:
    """What somebody looks like. height: metres. wide: of the body against the usual."""

    height: float
    wide: float
    female: bool
    child: bool
    skin: Colour
    hair: Colour
    hair_style: str
    top: Colour
    top_material: Material
    coat: bool
    sleeves: str
    bottom: Colour
    legs: str
    shoes: Colour
    hat: Colour | None
    carries: tuple[str, ...]


def draw_dress(rng: np.random.Generator, *, carries: tuple[str, ...] | None = None, child: float = 0.09) -> Dress:
    """Somebody. carries: of backpack, handbag, suitcase, umbrella; None: as it happens."""
    is_child = bool(rng.random() < child)
    female = bool(rng.random() < 0.5)
    height = rng.uniform(1.05, 1.4) if is_child else rng.normal(1.66 if female else 1.78, 0.065)
    if carries is None:
        odds = {"backpack": 0.14, "handbag": 0.22 if female else 0.05, "suitcase": 0.04, "umbrella": 0.015}
        carries = tuple(name for name, share in odds.items() if rng.random() < share and not is_child)[:2]
    styles = ("long", "bob", "bun", "tail", "short") if female else ("short", "short", "crop", "bald", "bob")
    materials = (Material.CLOTH, Material.CLOTH, Material.CLOTH, Material.STRIPES, Material.CHECKS)
    legs = ("trousers", "trousers", "skirt", "dress", "shorts") if female else ("trousers",) * 4 + ("shorts",)
    return Dress(
        height=float(np.clip(height, 1.0, 2.0)),
        wide=float(np.clip(rng.normal(1.0, 0.1), 0.82, 1.35)),
        female=female,
        child=is_child,
        skin=palette.pick(rng, palette.SKIN),
        hair=palette.pick(rng, palette.HAIR),
        hair_style=str(rng.choice(styles)),
        top=palette.cloth(rng),
        top_material=materials[rng.integers(len(materials))],
        coat=bool(rng.random() < 0.3),
        sleeves=str(rng.choice(("short", "long", "long"))),
        bottom=palette.pick(rng, palette.TROUSERS, 0.08) if rng.random() < 0.8 else palette.cloth(rng),
        legs=str(rng.choice(legs)),
        shoes=palette.pick(rng, palette.SHOES),
        hat=palette.cloth(rng) if rng.random() < 0.14 else None,
        carries=carries,
    )


def make_person(rng: np.random.Generator, dress: Dress | None = None) -> Figure:
    """A person with what they carry; every carried thing is an object of its own."""
    dress = dress or draw_dress(rng)
    scale = dress.height / 1.75
    parts, names = [body(dress)], ["person"]
    for name in dress.carries:
        made = {"backpack": backpack, "handbag": handbag, "suitcase": carried_suitcase, "umbrella": held_umbrella}[name]
        parts.append(made(rng, dress.wide).of_part(len(names)))
        names.append(name)
    mesh = join(parts).moved(scale=scale)
    holds = next((name for name in ("umbrella", "suitcase", "handbag") if name in dress.carries), "")
    details = {
        "scale": scale,
        "sway": float(rng.normal(0, 0.12)),
        "swing": float(rng.uniform(0.75, 1.2)),
        "holds": holds,
    }
    return Figure(
        mesh, tuple(names), BONES, person_pose(details), 0.28, 0.35, stride_m=1.42 * scale**0.6, details=details
    )


def _blend(z: np.ndarray, joint: float, half: float) -> np.ndarray:
    """Share of the upper bone along a limb."""
    part = np.clip((z - joint + half) / (2 * half), 0, 1)
    return part * part * (3 - 2 * part)


def body(dress: Dress) -> Mesh:
    """The whole body, 1.75 m tall, dressed."""
    pieces = [_torso(dress), *_head(dress)]
    for side in (1, -1):
        pieces += _leg(dress, side) + _arm(dress, side)
    if dress.legs in ("skirt", "dress"):
        pieces.append(_skirt(dress))
    return join(pieces)


def _torso(dress: Dress) -> Mesh:
    w, f = dress.wide, dress.female
    hem = 0.70 if dress.coat else 0.90
    belly = 0.012 * max(0.0, (w - 1) * 10)
    upper = [
        (1.49, 0.055, 0.066, 0.0),
        (1.465, 0.075, 0.115, 0.0),
        (1.43, 0.094, 0.176 if f else 0.198, 0.0),
        (1.36, 0.106, 0.172 if f else 0.192, 0.004),
        (1.27, (0.122 if f else 0.112) * w, (0.152 if f else 0.172) * w, 0.014 if f else 0.006),
        (1.12, 0.098 * w + belly, (0.128 if f else 0.152) * w, 0.006 + belly),
        (1.00, 0.112 * w + belly, (0.168 if f else 0.160) * w, belly),
        (0.92, 0.122 * w, (0.180 if f else 0.168) * w, -0.004),
    ]
    if dress.coat:
        upper = [(z, rx * 1.10 + 0.004, ry * 1.07, cx) for z, rx, ry, cx in upper]
        upper += [(0.80, 0.142 * w, 0.190 * w, 0.0), (hem, 0.152 * w, 0.200 * w, 0.0)]
    else:
        upper[-1] = (0.905, 0.124 * w, (0.181 if f else 0.170) * w, -0.004)
    top = stack(upper[::-1], sides=14, square=2.4)
    top = top.painted(dress.top, dress.top_material).bound(CHEST, PELVIS, _blend(top.position[:, 2], 1.06, 0.09))
    seat_colour = dress.top if dress.legs == "dress" else dress.bottom
    seat = stack(
        [(0.80, 0.07, 0.10), (0.85, 0.108 * w, 0.158 * w), (0.93, 0.118 * w, 0.170 * w), (1.0, 0.10 * w, 0.155 * w)],
        sides=12,
        square=2.4,
    )
    pieces = [top, seat.painted(seat_colour, Material.CLOTH).bound(PELVIS)]
    if dress.coat and not f:
        shirt = box((0.098 * w + 0.022, 0, 1.36), (0.02, 0.06, 0.16)).painted((0.9, 0.9, 0.88)).bound(CHEST)
        pieces.append(shirt)
    return join(pieces)


def _leg(dress: Dress, side: int) -> list[Mesh]:
    thigh, shin, foot = (3, 4, 5) if side > 0 else (6, 7, 8)
    y = side * 0.092
    w = 0.75 + 0.25 * dress.wide
    bare = dress.legs != "trousers"
    loose = 1.0 if bare else 1.12
    sections = [
        (0.93, 0.088 * w * loose, 0.086 * w * loose, -0.004),
        (0.80, 0.086 * w * loose, 0.084 * w * loose, 0.0),
        (0.66, 0.072 * w * loose, 0.068 * w * loose, 0.004),
        (0.54, 0.060 * w * loose, 0.056 * w * loose, 0.004),
        (0.49, 0.057 * w * loose, 0.054 * w * loose, 0.004),
        (0.44, 0.055 * w * loose, 0.052 * w * loose, 0.0),
        (0.35, 0.058 * loose, 0.052 * loose, -0.012),
        (0.22, 0.046 * loose * (1 if bare else 1.12), 0.042 * loose, -0.008),
        (0.075, 0.038 * (1 if bare else 1.6), 0.034 * (1 if bare else 1.6), -0.004),
    ]
    leg = stack([(z, rx, ry, cx, y) for z, rx, ry, cx in sections[::-1]], sides=10)
    colour = np.where((leg.position[:, 2:] > 0.5) & (dress.legs != "dress"), dress.bottom, dress.skin)
    if not bare:
        colour = np.broadcast_to(np.array(dress.bottom), (len(leg), 3))
    elif dress.legs in ("skirt", "dress"):
        colour = np.broadcast_to(np.array(dress.skin), (len(leg), 3))
    z = leg.position[:, 2]
    leg = leg.painted(colour, Material.CLOTH if not bare else Material.SKIN).bound(thigh, shin, _blend(z, 0.49, 0.07))
    shoe = stack(
        [
            (0.0, 0.135, 0.047, 0.055, y),
            (0.03, 0.138, 0.049, 0.055, y),
            (0.06, 0.105, 0.043, 0.03, y),
            (0.10, 0.054, 0.042, -0.012, y),
        ],
        sides=10,
        square=2.6,
    )
    sole = stack([(0.0, 0.138, 0.05, 0.055, y), (0.022, 0.14, 0.051, 0.055, y)], sides=10, square=2.6)
    return [
        leg,
        shoe.painted(dress.shoes, Material.MATTE, 0.25).bound(foot),
        sole.painted((0.85, 0.85, 0.82) if dress.shoes[0] < 0.6 else (0.25, 0.25, 0.25)).bound(foot),
    ]


def _arm(dress: Dress, side: int) -> list[Mesh]:
    upper, fore = (9, 10) if side > 0 else (11, 12)
    shoulder, elbow, wrist, hand = (
        np.array(p) * (1, side, 1) for p in (JOINTS["shoulder"], JOINTS["elbow"], (JOINTS["wrist"]), HAND)
    )
    if dress.female:
        inward = np.array([0, -0.018 * side, 0])
        shoulder, elbow, wrist, hand = shoulder + inward, elbow + inward, wrist + inward, hand + inward
    w = 0.8 + 0.2 * dress.wide
    thick = 1.18 if dress.coat else 1.05
    points = [
        shoulder + (0, -0.02 * side, 0.035),
        shoulder,
        shoulder * 0.6 + elbow * 0.4,
        elbow * 0.92 + shoulder * 0.08,
        elbow,
        elbow * 0.85 + wrist * 0.15,
        wrist * 0.6 + elbow * 0.4,
        wrist,
    ]
    radii = np.array([0.048, 0.057, 0.05, 0.042, 0.041, 0.042, 0.037, 0.029]) * w * thick
    arm = tube(points, radii, sides=9)
    z = arm.position[:, 2]
    short = dress.sleeves == "short" and not dress.coat
    cut = elbow[2] + 0.05
    colour = np.where((z[:, None] > cut) | (not short), dress.top, dress.skin)
    look = Material.SKIN if short else dress.top_material
    arm = arm.painted(colour, look).bound(upper, fore, _blend(z, elbow[2], 0.05))
    near = z > shoulder[2] + 0.02
    arm.bone[near, 1], arm.weight[near] = CHEST, 0.5
    palm = (
        ball(hand + (0.005, 0, 0), (0.030, 0.020, 0.056), rings=6, sides=8)
        .painted(dress.skin, Material.SKIN)
        .bound(fore)
    )
    finger = ball(hand + (0.02, -0.004 * side, -0.045), (0.018, 0.016, 0.034), rings=5, sides=6)
    return [arm, palm, finger.painted(dress.skin, Material.SKIN).bound(fore)]


def _head(dress: Dress) -> list[Mesh]:
    big = 1.14 if dress.child else 1.0
    neck = tube([(0.0, 0, 1.44), (0.006, 0, 1.50), (0.014, 0, 1.56)], (0.058, 0.050, 0.050), sides=10)
    weight = _blend(neck.position[:, 2], 1.52, 0.03)
    out = [neck.painted(dress.skin, Material.SKIN).bound(HEAD, CHEST, weight)]
    c = np.array([0.02, 0.0, 1.64])
    skull = stack(
        [
            (-0.120, 0.034, 0.032, 0.040),
            (-0.105, 0.058, 0.050, 0.026),
            (-0.07, 0.078, 0.064, 0.012),
            (-0.02, 0.090, 0.072, 0.004),
            (0.03, 0.096, 0.076, -0.002),
            (0.075, 0.085, 0.068, -0.008),
            (0.105, 0.056, 0.046, -0.012),
            (0.118, 0.022, 0.018, -0.012),
        ],
        sides=14,
        square=2.15,
    )
    face = [
        skull.painted(dress.skin, Material.SKIN),
        ball((0.098, 0, -0.018), (0.018, 0.012, 0.022), rings=5, sides=6).painted(dress.skin, Material.SKIN),
        ball((0.0, 0.076, -0.012), (0.020, 0.010, 0.030), rings=5, sides=6).painted(dress.skin, Material.SKIN),
        ball((0.0, -0.076, -0.012), (0.020, 0.010, 0.030), rings=5, sides=6).painted(dress.skin, Material.SKIN),
        box((0.079, 0, -0.072), (0.016, 0.036, 0.009)).painted(palette.darker(dress.skin, 0.62)),
    ]
    for y in (-0.032, 0.032):
        face.append(ball((0.084, y, 0.010), (0.010, 0.013, 0.008), rings=5, sides=6).painted((0.92, 0.92, 0.90)))
        face.append(ball((0.092, y, 0.010), 0.0062, rings=4, sides=6).painted((0.10, 0.08, 0.07)))
        face.append(box((0.090, y, 0.030), (0.010, 0.030, 0.006)).painted(palette.darker(dress.hair, 0.9)))
    face += _hair(dress)
    return [*out, join(face).moved(c - (0, 0, 0.12 * (1 - big)), scale=big).bound(HEAD)]


def _hair(dress: Dress) -> list[Mesh]:
    paint = lambda mesh: mesh.painted(dress.hair, Material.HAIR, 0.12)  # noqa: E731
    if dress.hat is not None:
        cap = dome((-0.006, 0, 0.032), (0.108, 0.086, 0.100), low=0.0).painted(dress.hat, Material.CLOTH)
        brim = stack([(0.034, 0.055, 0.066, 0.10), (0.046, 0.05, 0.062, 0.098)], sides=12).painted(
            palette.darker(dress.hat, 0.85)
        )
        nape = stack([(-0.06, 0.05, 0.068, -0.045), (0.04, 0.07, 0.080, -0.03)], sides=12)
        return [cap, brim, paint(nape)]
    if dress.hair_style == "bald":
        return []
    crop = dress.hair_style == "crop"
    cap = dome((-0.012, 0, 0.034), (0.104, 0.084, 0.094 if crop else 0.104), low=-0.02)
    back = stack(
        [(-0.075, 0.046, 0.060, -0.050), (-0.03, 0.066, 0.079, -0.034), (0.04, 0.082, 0.084, -0.022)], sides=12
    )
    out = [paint(cap), paint(back)]
    if dress.hair_style in ("long", "bob"):
        end = -0.30 if dress.hair_style == "long" else -0.15
        out.append(
            paint(
                stack(
                    [
                        (end, 0.030, 0.085, -0.062),
                        (end * 0.6, 0.052, 0.098, -0.056),
                        (-0.04, 0.074, 0.094, -0.036),
                        (0.05, 0.088, 0.088, -0.022),
                    ],
                    sides=12,
                    square=2.6,
                )
            )
        )
    elif dress.hair_style == "bun":
        out.append(paint(ball((-0.105, 0, 0.055), 0.046, rings=6, sides=8)))
    elif dress.hair_style == "tail":
        out.append(
            paint(
                tube(
                    [(-0.09, 0, 0.05), (-0.145, 0, 0.0), (-0.15, 0, -0.10), (-0.135, 0, -0.2)],
                    (0.028, 0.036, 0.032, 0.008),
                    sides=8,
                )
            )
        )
    return out


def _skirt(dress: Dress) -> Mesh:
    long = dress.legs == "dress"
    colour = dress.top if long else dress.bottom
    hem = 0.42 if long else 0.50
    sections = [
        (hem, 0.195, 0.225),
        (0.62, 0.165, 0.205),
        (0.80, 0.140, 0.190),
        (0.95, 0.122, 0.172),
        (1.04, 0.104, 0.138),
    ]
    mesh = stack([(z, rx, ry * (0.8 + 0.2 * dress.wide)) for z, rx, ry in sections], sides=16, caps=True)
    mesh = mesh.painted(colour, dress.top_material if long else Material.CLOTH)
    y, z = mesh.position[:, 1], mesh.position[:, 2]
    side = np.where(y >= 0, 3.0, 6.0)
    share = 0.62 * np.clip((0.95 - z) / 0.4, 0, 1) * np.clip(np.abs(y) / 0.06, 0.25, 1)
    return _two_legs(mesh, side, 1 - share)


def _two_legs(mesh: Mesh, side: np.ndarray, weight: np.ndarray) -> Mesh:
    mesh = mesh.bound(PELVIS, 3, weight)
    mesh.bone[:, 1] = side
    return mesh
