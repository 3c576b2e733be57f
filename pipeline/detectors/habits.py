"""How a certain detector is best used: what was measured of it (LOG.md), and its file doesn't say.

Only the bundled one has habits of its own: it knows one drawn world, so much can be learned of what it does there.
"""

from __future__ import annotations

from dataclasses import dataclass

USUAL_PX, BUNDLED_PX = 640, 960
SURE_SCORE = 0.45
"""Score from which an object counts, whatever the detector."""
BUNDLED_LEAST_SURE = (0.7, 0.4)
"""What the bundled detector takes for things that are none (bushes, a skirt for a bag), and pieces of real ones, stay
below the first; really small things, of which it is never sure, are above the second and seen often: on street.mp4 and
33 other clips identities are off by 42 of 739 (LOG.md)."""


@dataclass(frozen=True)
class Habits:
    """usual_px: longer side of pictures where nothing else is asked for. one_size: knows things of that size only.
    least_sure: what the mean of a track's best sightings must reach, of any thing and of a small one that is seen often
    (`LinkPolicy.min_sure`). learned_looks: tells objects apart by `pipeline.learned_looks`."""

    usual_px: int = USUAL_PX
    one_size: bool = False
    least_sure: tuple[float, float] = (0.0, 0.0)
    learned_looks: bool = False


def habits_of(name: str) -> Habits:
    """name: what the user called the detector."""
    return Habits(BUNDLED_PX, True, BUNDLED_LEAST_SURE, True) if name == "bundled" else Habits()
