"""How a certain detector is best used: what was measured of it (LOG.md), and its file doesn't say.

Only the bundled one has habits of its own: it knows one drawn world, so much can be learned of what it does there.
"""

from __future__ import annotations

from dataclasses import dataclass

USUAL_PX, BUNDLED_PX = 640, 960
SURE_SCORE, BUNDLED_SURE_SCORE = 0.45, 0.55
"""What the bundled detector takes for small things that are none (bushes, a skirt for a bag) stays below this: seven of
eight such tracks on street.mp4 and nine other clips, none of a real thing."""


@dataclass(frozen=True)
class Habits:
    """usual_px: longer side of pictures where nothing else is asked for. one_size: knows things of that size only.
    sure_score: what a track's best sighting must reach. learned_looks: tells objects apart by `learned_looks`."""

    usual_px: int = USUAL_PX
    one_size: bool = False
    sure_score: float = SURE_SCORE
    learned_looks: bool = False


def habits_of(name: str) -> Habits:
    """name: what the user called the detector."""
    return Habits(BUNDLED_PX, True, BUNDLED_SURE_SCORE, True) if name == "bundled" else Habits()
