"""Standing still is told by boxes: what moves and stops, what stands all the time, what trembles, what comes nearer."""

from __future__ import annotations

import numpy as np

from data.meaning import NEVER, ClipView, Question, Side, run
from data.meaning.standstill import standing_spans
from tests.data.small_worlds import clip_of

STEP_S = 0.2


def view_of(*paths: list[tuple[float, float, float]], names: tuple[str, ...] = ()) -> ClipView:
    """Tracks from (x, width, height) of every frame."""
    frames = max(map(len, paths))
    names = names or ("bus",) * len(paths)
    clip = clip_of(
        [(name, [(0, len(path))], (0.5, 0.5), (0.5, 0.5)) for name, path in zip(names, paths, strict=True)],
        frames=frames, step_s=STEP_S,
    )  # fmt: skip
    for track in range(len(paths)):
        rows = np.flatnonzero(clip.track_id == track)
        path = np.array(paths[track])
        clip.boxes_xywhn[rows, 0], clip.boxes_xywhn[rows, 2:] = path[:, 0], path[:, 1:]
    return ClipView.of(clip)


def drives_in_and_waits(wait: int) -> list[tuple[float, float, float]]:
    """Two seconds of driving, `wait` frames of standing, two seconds of driving."""
    come = [(0.1 + 0.03 * k, 0.2, 0.2) for k in range(10)]
    go = [(0.4 + 0.03 * k, 0.2, 0.2) for k in range(10)]
    return come + [(0.4, 0.2, 0.2)] * wait + go


def test_a_bus_stops_and_stands() -> None:
    view = view_of(drives_in_and_waits(30))  # 6 s
    assert run(Question("stops", x="bus"), view).value is True
    assert abs(run(Question("stops_when", x="bus"), view).value - 2.0) <= 0.6
    stood = run(Question("stands", x="bus"), view)
    assert abs(stood.value - 6.0) <= 1.0 and all(e.class_name == "bus" for e in stood.evidence)
    early = run(Question("stands", x="bus", stretch=(0.0, 4.0)), view).value
    assert 1.0 <= early <= 2.6


def test_a_short_halt_is_none() -> None:
    view = view_of(drives_in_and_waits(4))
    assert run(Question("stops", x="bus"), view).value is False
    assert run(Question("stops_when", x="bus"), view).value == NEVER
    assert run(Question("stands", x="bus"), view).value == 0.0


def test_what_is_parked_stands_and_does_not_stop() -> None:
    view = view_of([(0.5, 0.2, 0.2)] * 50)
    assert run(Question("stops", x="bus"), view).value is False
    assert run(Question("stands", x="bus"), view).value > 9.0


def test_what_comes_in_over_the_border_and_waits_there_stops() -> None:
    come = [(0.02 + 0.02 * k, 0.04 + 0.04 * k, 0.2) for k in range(10)]  # its front goes from 0.04 to 0.40
    view = view_of(come + [(0.2, 0.4, 0.2)] * 30)
    assert abs(run(Question("stops_when", x="bus"), view).value - 2.0) <= 0.6
    uncovered = [(0.32 + 0.02 * k, 0.04 + 0.04 * k, 0.2) for k in range(10)]  # behind something, not at the border
    assert run(Question("stops", x="bus"), view_of(uncovered + [(0.5, 0.4, 0.2)] * 30)).value is False


def test_boxes_may_tremble_but_not_grow() -> None:
    rng = np.random.default_rng(0)
    trembling = [(0.5 + float(rng.normal(0, 0.002)), 0.2, 0.2) for _ in range(50)]
    assert run(Question("stands", x="bus"), view_of(trembling)).value > 9.0
    nearer = [(0.5, 0.1 * 1.05**k, 0.1 * 1.05**k) for k in range(40)]  # comes straight at the camera
    assert run(Question("stands", x="bus"), view_of(nearer)).value == 0.0


def test_of_several_the_one_that_is_meant() -> None:
    view = view_of([(0.1 + 0.015 * k, 0.1, 0.1) for k in range(50)], drives_in_and_waits(30), names=("bus", "bus"))
    assert run(Question("stops", x="bus", nth=1), view).value is False
    assert run(Question("stops", x="bus", nth=2), view).value is True
    assert standing_spans(0, view) == [] and len(standing_spans(1, view)) == 1


def test_what_goes_and_comes_back_has_moved() -> None:
    there_and_back = [(0.3 + 0.02 * min(k, 20 - k), 0.1, 0.1) for k in range(21)]
    trembles = [(0.6 + 0.01 * (k % 3), 0.1, 0.1) for k in range(21)]
    view = view_of(there_and_back, trembles)
    for word, mine in (("still", 1), ("moving", 0)):
        found = run(Question("count", x="bus", side=Side("direction", word)), view)
        assert found.value == 1
        assert {piece.track_id for piece in found.evidence} == {mine}
    assert run(Question("direction", x="bus", nth=1), view).value == "still"  # its net motion
