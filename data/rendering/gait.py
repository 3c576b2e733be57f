"""How people move: walking, running, standing, sitting, riding; angles of the joints from the phase of the stride."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.rendering.figure import Motion, Pose
from data.rendering.mesh import jointed, pitch, shifted, turn_x, turn_z

HIP, KNEE, ANKLE = 0.92, 0.49, 0.085
THIGH_M, SHIN_M = HIP - KNEE, KNEE - ANKLE
JOINTS = {
    "hip": (0.0, 0.092, HIP),
    "knee": (0.0, 0.092, KNEE),
    "ankle": (0.0, 0.092, ANKLE),
    "waist": (0.0, 0.0, 1.04),
    "neck": (0.0, 0.0, 1.50),
    "shoulder": (0.0, 0.188, 1.415),
    "elbow": (-0.012, 0.232, 1.13),
    "wrist": (0.015, 0.255, 0.895),
}
HAND = (0.025, 0.26, 0.835)
HELD = 13


def person_pose(details: dict[str, Any]) -> Pose:
    """The pose of a person. details: scale (height / 1.75 m), sway, swing, holds."""

    def pose(motion: Motion) -> np.ndarray:
        return _pose(motion, details)

    return pose


def _pose(motion: Motion, details: dict[str, Any]) -> np.ndarray:
    swing, holds = details.get("swing", 1.0), details.get("holds", "")
    angles = _standing(motion, details)
    if motion.speed > 0.05:
        moving = _walking(motion, swing) if motion.speed < 2.3 else _running(motion)
        angles = _mixed(angles, moving, min(1.0, motion.speed / 0.7))
    if holds == "umbrella":
        angles |= {"arm_r": 0.55, "elbow_r": 1.75}
    elif holds == "suitcase":
        angles |= {"arm_r": -0.38, "elbow_r": 0.12}
    elif holds == "leash":
        angles |= {"arm_r": 0.35, "elbow_r": 0.5}
    act = _act(motion, details)
    return bones(motion, _mixed(angles, angles | act, motion.amount) if act else angles, details["scale"])


def _act(motion: Motion, details: dict[str, Any]) -> dict[str, float]:
    """Joint angles of what somebody does besides moving."""
    if motion.doing == "sit":
        return _sitting(motion)
    if motion.doing == "sit down":  # on what stands behind
        return _sitting(motion) | {"forward": -0.40}
    if motion.doing == "phone":
        return {"arm_r": 0.55, "elbow_r": 1.75, "head": -0.35}
    if motion.doing == "wave":
        return {"arm_r": 2.7, "elbow_r": 0.4 + 0.35 * np.sin(motion.t_s * 9), "out_r": 0.25}
    if motion.doing == "talk":
        return {"elbow_r": 1.1 + 0.5 * np.sin(motion.t_s * 2.1 + details["sway"] * 40), "arm_r": 0.25}
    return {}


def _mixed(one: dict[str, float], other: dict[str, float], share: float) -> dict[str, float]:
    """Angles between two poses; share 1 is the other one. The height above the ground is mixed along."""
    if share >= 1.0:
        return other
    one, other = {"drop": _drop(one)} | one, {"drop": _drop(other)} | other
    return {name: one.get(name, 0.0) * (1 - share) + other.get(name, 0.0) * share for name in {**one, **other}}


def _drop(angles: dict[str, float]) -> float:
    """How far the hip comes down so that the lower foot is on the ground, metres at 1.75 m height."""
    reach = [
        THIGH_M * np.cos(angles.get(f"thigh_{s}", 0.0))
        + SHIN_M * np.cos(angles.get(f"thigh_{s}", 0.0) - angles.get(f"knee_{s}", 0.0))
        for s in "lr"
    ]
    return float(max(reach) - THIGH_M - SHIN_M)


def bones(motion: Motion, angles: dict[str, float], scale: float) -> np.ndarray:
    """(14, 3, 4) bones of a skeleton with these joint angles (radians; missing: 0), its soles on the ground."""
    get = lambda name: angles.get(name, 0.0)  # noqa: E731
    joint = {name: np.array(p) * scale for name, p in JOINTS.items()}
    mirror = np.array([1, -1, 1])
    drop = angles.get("drop", _drop(angles)) * scale
    root = shifted(motion.place, (get("forward") * scale, get("aside") * scale, drop))
    pelvis = jointed(root, joint["hip"] * (1, 0, 1), turn_z(get("hips")) @ pitch(-get("bow")))
    chest = jointed(pelvis, joint["waist"], turn_z(get("twist")) @ pitch(-get("lean")) @ turn_x(get("bend")))
    head = jointed(chest, joint["neck"], turn_z(get("look")) @ pitch(-get("lean") * -0.7 + get("head")))
    out = [pelvis, chest, head]
    for s, side in (("l", np.ones(3)), ("r", mirror)):
        thigh = jointed(
            pelvis,
            joint["hip"] * side,
            turn_z(get(f"foot_out_{s}")) @ pitch(get(f"thigh_{s}")) @ turn_x(get(f"spread_{s}") * side[1]),
        )
        shin = jointed(thigh, joint["knee"] * side, pitch(-get(f"knee_{s}")))
        level = get(f"knee_{s}") - get(f"thigh_{s}")
        foot = jointed(shin, joint["ankle"] * side, pitch(level + get(f"toes_{s}")))
        out += [thigh, shin, foot]
    for s, side in (("l", np.ones(3)), ("r", mirror)):
        upper = jointed(
            chest, joint["shoulder"] * side, pitch(get(f"arm_{s}")) @ turn_x((0.04 + get(f"out_{s}")) * side[1])
        )
        fore = jointed(upper, joint["elbow"] * side, pitch(get(f"elbow_{s}")) @ turn_z(-get(f"in_{s}") * side[1]))
        out += [upper, fore]
    held = np.empty((3, 4))
    held[:, :3], held[:, 3] = motion.place[:, :3], out[12][:, :3] @ (np.array(HAND) * mirror * scale) + out[12][:, 3]
    out.append(held)
    return np.stack(out)


def _standing(motion: Motion, details: dict[str, Any]) -> dict[str, float]:
    slow = np.sin(motion.t_s * 0.55 + details.get("sway", 0.0) * 50)
    return {
        "thigh_l": 0.03,
        "thigh_r": -0.02 + 0.02 * slow,
        "knee_l": 0.04,
        "knee_r": 0.05,
        "elbow_l": 0.18,
        "elbow_r": 0.2,
        "arm_l": 0.02 * slow,
        "arm_r": -0.02 * slow,
        "aside": 0.012 * slow,
        "look": details.get("sway", 0) + 0.35 * slow**3,
        "spread_l": 0.05,
        "spread_r": 0.05,
        "foot_out_l": 0.12,
        "foot_out_r": -0.12,
    }


def _walking(motion: Motion, swing: float) -> dict[str, float]:
    """Perry 1992, in rough: thigh a sine, the knee bends while the leg swings forward, the toes lift and push."""
    size = np.clip(0.21 + 0.155 * motion.speed, 0.1, 0.52)
    out: dict[str, float] = {"lean": 0.03 + 0.02 * motion.speed, "look": 0.0, "aside": 0.0}
    for s, phase in (("l", motion.phase), ("r", motion.phase + np.pi)):
        forward = np.cos(phase)  # above 0: the leg swings forward
        out[f"thigh_{s}"] = size * np.sin(phase) + 0.05
        out[f"knee_{s}"] = 0.10 + (0.75 + 0.2 * motion.speed / 1.4) * max(0.0, np.cos(phase + 0.35)) ** 1.6
        out[f"toes_{s}"] = (
            0.28 * max(0.0, np.sin(phase)) * max(0.0, forward + 0.4) - 0.45 * max(0.0, -np.sin(phase - 0.5)) ** 3
        )
        out[f"arm_{s}"] = -0.75 * size * swing * np.sin(phase) - 0.02
        out[f"elbow_{s}"] = 0.22 + 0.22 * max(0.0, -np.sin(phase))
        out[f"spread_{s}"] = 0.0
        out[f"foot_out_{s}"] = 0.0
    out["twist"] = 0.10 * np.sin(motion.phase)
    out["hips"] = -0.06 * np.sin(motion.phase)
    return out


def _running(motion: Motion) -> dict[str, float]:
    out: dict[str, float] = {"lean": 0.16, "look": 0.0}
    for s, phase in (("l", motion.phase), ("r", motion.phase + np.pi)):
        out[f"thigh_{s}"] = 0.62 * np.sin(phase) + 0.18
        out[f"knee_{s}"] = 0.35 + 1.35 * max(0.0, np.cos(phase + 0.55)) ** 1.3
        out[f"toes_{s}"] = -0.35 * max(0.0, -np.sin(phase - 0.4))
        out[f"arm_{s}"] = -0.65 * np.sin(phase) - 0.1
        out[f"elbow_{s}"] = 1.5
    out["drop"] = _drop(out) + 0.05 * max(0.0, np.cos(2 * motion.phase + 0.6))
    out["twist"] = 0.16 * np.sin(motion.phase)
    return out


def _sitting(motion: Motion) -> dict[str, float]:
    return {
        "thigh_l": 1.5,
        "thigh_r": 1.45,
        "knee_l": 1.45,
        "knee_r": 1.5,
        "drop": 0.47 + 0.075 - HIP,
        "arm_l": 0.45,
        "arm_r": 0.5,
        "elbow_l": 0.95,
        "elbow_r": 0.9,
        "lean": -0.12,
        "spread_l": 0.1,
        "spread_r": 0.12,
        "look": 0.5 * np.sin(motion.t_s * 0.4),
    }


def reach_angles(forward: float, down: float) -> tuple[float, float]:
    """Thigh and knee angles that put the ankle `forward` and `down` metres from the hip (inverse kinematics)."""
    far = min(np.hypot(forward, down), (THIGH_M + SHIN_M) * 0.999)
    cos_knee = (THIGH_M**2 + SHIN_M**2 - far**2) / (2 * THIGH_M * SHIN_M)
    knee = np.pi - np.arccos(np.clip(cos_knee, -1, 1))
    cos_hip = (THIGH_M**2 + far**2 - SHIN_M**2) / (2 * THIGH_M * far)
    return float(np.arctan2(forward, down) + np.arccos(np.clip(cos_hip, -1, 1))), float(knee)
