"""Dogs, cats and birds."""

from __future__ import annotations

import numpy as np

from data.rendering import palette
from data.rendering.figure import Figure, Motion, Pose
from data.rendering.mesh import Colour, Material, Mesh, join, jointed, pitch, turn_x, turn_z
from data.rendering.shapes import ball, hull, loft, stack, tube

# bones of four-legged animals: 0 body, 1 head, 2 tail, then thigh and shin of front left, front right, back left, right
_LEGS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def make_dog(rng: np.random.Generator) -> Figure:
    """A dog, 30 to 68 cm at the shoulder; built 55 cm tall."""
    colour = palette.pick(rng, palette.FUR, 0.06)
    second = palette.pick(rng, palette.FUR, 0.06) if rng.random() < 0.4 else colour
    ears = "drop" if rng.random() < 0.55 else "up"
    size = rng.uniform(0.30, 0.68) / 0.55
    stout = rng.uniform(0.9, 1.2)
    mesh = _four_legged(
        colour,
        second,
        stout,
        ears,
        snout=rng.uniform(0.10, 0.15),
        tail=0.34 if rng.random() < 0.8 else 0.12,
        tail_up=0.9,
    )
    if rng.random() < 0.6:
        collar = tube([(0.355, 0, 0.62), (0.335, 0, 0.57)], 0.088, sides=12).painted(palette.cloth(rng)).bound(1)
        mesh = join([mesh, collar])
    return Figure(
        mesh.moved(scale=size),
        ("dog",),
        11,
        _trotting(size, 0.6, 0.25),
        0.22 * size,
        1.0 * size,
        stride_m=0.72 * size,
        details={"scale": size},
    )


def make_cat(rng: np.random.Generator) -> Figure:
    """A cat, 22 to 28 cm at the shoulder."""
    colour = palette.pick(rng, palette.FUR, 0.06)
    second = (0.92, 0.91, 0.88) if rng.random() < 0.4 else colour
    size = rng.uniform(0.23, 0.29) / 0.55
    mesh = _four_legged(
        colour, second, 0.95, "up", snout=0.045, tail=0.52, tail_up=0.35 if rng.random() < 0.5 else 1.4, head=1.12
    )
    return Figure(
        mesh.moved(scale=size), ("cat",), 11, _trotting(size, 0.45, 0.05), 0.2 * size, 0.95 * size, stride_m=0.62 * size
    )


def _four_legged(
    colour: Colour,
    second: Colour,
    stout: float,
    ears: str,
    *,
    snout: float,
    tail: float,
    tail_up: float,
    head: float = 1.0,
) -> Mesh:
    fur = lambda mesh, c=colour: mesh.painted(c, Material.HAIR, 0.03)  # noqa: E731
    s = stout
    trunk = hull(
        [
            (-0.36, 0.40, 0.54, 0.05),
            (-0.33, 0.36 - 0.02 * s, 0.57, 0.098 * s),
            (-0.20, 0.355, 0.575, 0.108 * s),
            (-0.04, 0.345, 0.565, 0.105 * s),
            (0.12, 0.30, 0.57, 0.118 * s),
            (0.24, 0.30, 0.585, 0.115 * s),
            (0.32, 0.35, 0.60, 0.09 * s),
            (0.36, 0.42, 0.60, 0.05),
        ],
        sides=14,
        square=2.2,
    )
    belly = np.where(trunk.position[:, 2:] < 0.42, second, colour)
    neck = tube([(0.24, 0, 0.50), (0.33, 0, 0.60), (0.40, 0, 0.69)], (0.105 * s, 0.086, 0.072), sides=10)
    parts = [fur(trunk, belly).bound(0), fur(neck).bound(1, 0, np.clip((neck.position[:, 0] - 0.24) / 0.12, 0, 1))]
    face = [
        fur(ball((0.43, 0, 0.72), (0.095, 0.078, 0.078), rings=8, sides=12)),
        fur(
            hull(
                [
                    (0.46, 0.665, 0.735, 0.052),
                    (0.46 + 0.6 * snout, 0.665, 0.715, 0.040),
                    (0.47 + snout, 0.675, 0.705, 0.028),
                ],
                sides=10,
                square=2.4,
            ),
            second,
        ),
        ball((0.475 + snout, 0, 0.702), (0.016, 0.018, 0.014), rings=5, sides=6).painted(
            (0.06, 0.05, 0.05), Material.MATTE, 0.5
        ),
    ]
    for y in (1, -1):
        face.append(
            ball((0.485, y * 0.042, 0.745), 0.013, rings=5, sides=6).painted((0.05, 0.04, 0.04), Material.MATTE, 0.8)
        )
        if ears == "drop":
            ear = hull(
                [(0.0, -0.12, 0.0, 0.012), (0.035, -0.13, 0.005, 0.016), (0.07, -0.10, 0.0, 0.010)], sides=8, square=2.2
            )
            ear = ear.moved((0.365, y * 0.082, 0.775), turn_x(0.22 * y))
        else:
            ear = stack([(0.0, 0.032, 0.020), (0.05, 0.020, 0.012), (0.095, 0.004, 0.003)], sides=8).moved(
                (0.395, y * 0.05, 0.765), turn_x(-0.22 * y)
            )
        face.append(fur(ear, palette.darker(colour, 0.75)))
    middle = np.array([0.36, 0, 0.64])
    face_mesh = join(face)
    parts.append(face_mesh.moved(-middle).moved(middle, scale=head).bound(1))
    out = np.array([-np.cos(tail_up), 0, np.sin(tail_up)])
    points = [
        np.array([-0.33, 0, 0.545]) + out * tail * p + np.array([-0.06, 0, 0.10]) * p * p * tail
        for p in (0, 0.3, 0.65, 1)
    ]
    parts.append(fur(tube(points, (0.036, 0.030, 0.026, 0.012), sides=8)).bound(2))
    for k, (end, side) in enumerate(_LEGS):
        x, y = (0.24, 0.072 * s) if end > 0 else (-0.27, 0.074 * s)
        thick = 1.0 if end > 0 else 1.35
        leg = stack(
            [
                (0.0, 0.040, 0.030, x + 0.018, y * side),
                (0.03, 0.036, 0.028, x + 0.010, y * side),
                (0.06, 0.023, 0.021, x, y * side),
                (0.22, 0.027, 0.025, x - (0.035 if end < 0 else 0), y * side),
                (0.34, 0.045 * thick, 0.036, x, y * side),
                (0.50, 0.060 * thick, 0.040, x, y * side * 0.9),
            ],
            sides=8,
        )
        z = leg.position[:, 2:]
        coat = np.where(z < 0.12, second, colour)
        share = np.clip((z[:, 0] - 0.20) / 0.08, 0, 1)
        parts.append(fur(leg, coat).bound(3 + 2 * k, 4 + 2 * k, share))
    return join(parts)


def _trotting(size: float, swing: float, wag: float) -> Pose:
    def pose(motion: Motion) -> np.ndarray:
        moving = float(np.clip(motion.speed / 0.4, 0, 1))
        bob = 0.02 * size * moving * np.cos(2 * motion.phase)
        body = motion.place.copy()
        body[2, 3] += bob
        if motion.doing == "sit":
            body = jointed(body, np.array([-0.30, 0, 0.30]) * size, pitch(0.62))
            body[2, 3] -= 0.11 * size
        nod = 0.06 * np.sin(2 * motion.phase) * moving + (1 - moving) * 0.18 * np.sin(motion.t_s * 0.9)
        out = [
            body,
            jointed(
                body,
                np.array([0.28, 0, 0.54]) * size,
                pitch(-0.1 + nod) @ turn_z(0.3 * (1 - moving) * np.sin(motion.t_s * 0.6)),
            ),
        ]
        out.append(jointed(body, np.array([-0.33, 0, 0.54]) * size, turn_z(wag * np.sin(motion.t_s * 11))))
        for k, (end, side) in enumerate(_LEGS):
            phase = motion.phase + (np.pi if (k in (1, 2)) else 0.0)
            x, y = (0.24, 0.072) if end > 0 else (-0.27, 0.074)
            angle = swing * moving * np.sin(phase)
            knee = moving * (0.25 + 0.75 * max(0.0, np.cos(phase + 0.3))) * end
            if motion.doing == "sit":
                angle, knee = (-0.62, 0.0) if end > 0 else (0.85, 1.9)
            thigh = jointed(body, np.array([x, y * side, 0.45]) * size, pitch(angle))
            out += [thigh, jointed(thigh, np.array([x, y * side, 0.24]) * size, pitch(-knee))]
        return np.stack(out)

    return pose


def make_bird(rng: np.random.Generator) -> Figure:
    """A pigeon, a crow or a gull, of 28 to 45 cm; `doing` "fly" spreads its wings. Bones: body, head, wings, legs."""
    kind = rng.random()
    body_c, wing_c = (
        ((0.48, 0.50, 0.54), (0.58, 0.60, 0.63)) if kind < 0.5 else ((0.08, 0.08, 0.09), (0.07, 0.07, 0.08))
    )
    if kind > 0.78:
        body_c, wing_c = (0.93, 0.93, 0.92), (0.70, 0.72, 0.75)
    size = rng.uniform(0.85, 1.45)
    parts = [
        hull(
            [
                (-0.15, 0.125, 0.15, 0.02),
                (-0.08, 0.09, 0.165, 0.05),
                (0.0, 0.065, 0.185, 0.066),
                (0.07, 0.085, 0.20, 0.058),
                (0.11, 0.13, 0.21, 0.03),
            ],
            sides=12,
            square=2.1,
        )
        .painted(body_c, Material.MATTE, 0.15)
        .bound(0),
        hull([(-0.27, 0.12, 0.13, 0.045), (-0.13, 0.125, 0.15, 0.03)], sides=8).painted(wing_c).bound(0),
        tube([(0.07, 0, 0.17), (0.10, 0, 0.22), (0.11, 0, 0.25)], (0.045, 0.034, 0.03), sides=8)
        .painted(palette.darker(body_c, 0.8))
        .bound(1),
        ball((0.118, 0, 0.265), (0.038, 0.032, 0.032), rings=6, sides=8).painted(palette.darker(body_c, 0.75)).bound(1),
        stack([(0.0, 0.010, 0.010), (0.035, 0.002, 0.002)], sides=6)
        .moved((0.15, 0, 0.26), pitch(-np.pi / 2))
        .painted((0.85, 0.6, 0.2))
        .bound(1),
    ]
    for bone, side in ((2, 1), (3, -1)):
        folded = hull([(-0.22, 0.135, 0.15, 0.012), (-0.08, 0.10, 0.175, 0.016), (0.06, 0.11, 0.18, 0.010)], sides=8)
        parts.append(folded.moved((0, side * 0.056, 0)).painted(wing_c).bound(bone))
        leg = tube([(0.0, side * 0.028, 0.09), (0.005, side * 0.028, 0.0)], 0.006, sides=5)
        foot = hull([(-0.02, 0.0, 0.008, 0.012), (0.035, 0.0, 0.008, 0.016)], sides=6).moved((0.005, side * 0.028, 0))
        parts.append(join([leg, foot]).painted((0.80, 0.42, 0.34)).bound(4 if side > 0 else 5))
    spread = []
    for side in (1, -1):  # a second pair of wings, spread; the pose shows one of the pairs
        chord = [(0.06, 0.13, 0.0), (0.05, 0.12, 0.12), (0.035, 0.10, 0.24), (-0.03, 0.05, 0.36)]
        rings = np.array(
            [
                [
                    (x0, side * (y + 0.03), 0.165),
                    (x0 - w * 0.4, side * (y + 0.03), 0.180),
                    (x0 - w, side * (y + 0.03), 0.160),
                ]
                for x0, w, y in chord
            ]
        )

        wing = loft(rings, caps=True).painted(wing_c)
        z = wing.position[:, 1] * side
        spread.append(wing.bound(6 if side > 0 else 8, 7 if side > 0 else 9, np.clip((0.21 - z) / 0.05, 0, 1)))
    mesh = join(parts + spread).moved(scale=size)
    return Figure(mesh, ("bird",), 10, _fluttering(size), 0.12 * size, 0.35 * size, stride_m=0.16)


def _fluttering(size: float) -> Pose:

    def pose(motion: Motion) -> np.ndarray:
        body = motion.place
        flies = motion.doing == "fly"
        peck = motion.doing == "peck"
        moving = float(np.clip(motion.speed / 0.15, 0, 1)) * (not flies)
        if peck:
            body = jointed(body, np.array([0, 0, 0.1]) * size, pitch(-0.6))
        nod = 0.25 * np.sin(2 * motion.phase) * moving
        hidden = body.copy()
        hidden[:, :3] = body[:, :3] * 0.01
        hidden[:, 3] = body[:, :3] @ (np.array([0, 0, 0.13]) * size) + body[:, 3]
        out = [body, jointed(body, np.array([0.08, 0, 0.18]) * size, pitch(nod))]
        out += [hidden, hidden] if flies else [body, body]
        for side, offset in ((1, 0.0), (-1, np.pi)):
            swing = 0.5 * moving * np.sin(motion.phase + offset)
            out.append(jointed(body, np.array([0, side * 0.028, 0.09]) * size, pitch(swing if not flies else -1.4)))
        beat = np.sin(motion.t_s * 2 * np.pi * 4.2)
        for side in (1, -1):
            if not flies:
                out += [hidden, hidden]
                continue
            wing = jointed(body, np.array([0, side * 0.05, 0.165]) * size, turn_x(side * (0.18 + 0.75 * beat)))
            out += [
                wing,
                jointed(
                    wing,
                    np.array([0, side * 0.24, 0.165]) * size,
                    turn_x(side * (-0.25 + 0.4 * np.cos(motion.t_s * 26.4))),
                ),
            ]
        return np.stack(out)

    return pose
