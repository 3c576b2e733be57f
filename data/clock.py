"""Times as people write them: `clock`."""

from __future__ import annotations


def clock(t_s: float) -> str:
    """Seconds to the nearest whole one: 65.0 → "1:05", 26.9 → "0:27", 3725.4 → "1:02:05"."""
    whole = nearest_second(t_s)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def nearest_second(t_s: float) -> int:
    """Halves are rounded up; a little less than a half, as floats are, too."""
    return int(t_s + 0.5 + 1e-6)
