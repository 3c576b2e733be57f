"""Every human track file in ../shared/real/tracks is read, and holds what its index.json says."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipeline.export import export_index
from pipeline.given_tracks import read_given_tracks
from pipeline.object_index import read_index, write_index

TRACKS = Path(__file__).parents[3] / "shared" / "real" / "tracks"
if (TRACKS / "index.json").is_file():
    CLIPS = [
        pytest.param(clip, id=f"{clip['set']}-{clip['seq']}")
        for clip in json.loads((TRACKS / "index.json").read_text())
    ]
else:
    CLIPS = [pytest.param(None, marks=pytest.mark.skip(reason=f"no human tracks at {TRACKS}"))]

pytestmark = pytest.mark.real


def read_clip(clip, **settings):
    path = TRACKS / clip["set"] / f"{clip['seq']}.csv"
    return read_given_tracks(path, fps=clip["fps"], size=(clip["width"], clip["height"]), **settings)


@pytest.mark.parametrize("clip", CLIPS)
def test_every_clip_holds_what_its_list_says(clip):
    """No box of these sets lies wholly outside its picture, and no track changes its class: the numbers are equal."""
    index = read_clip(clip, duration_s=clip["seconds"])
    assert index.warnings == ()
    assert len(index.score) == clip["boxes"]
    assert len(index.tracks) == len(index.provenance["original_ids"]) == clip["tracks"]
    assert Counter(index.class_names[i] for i in index.tracks.class_id) == clip["by_class"]
    assert (index.tracks.start_s[:-1] <= index.tracks.start_s[1:]).all()
    assert (np.diff(index.tracks.track_id) > 0).all()  # numbered by first appearance
    # `seconds` is rounded to tenths: up to two frames (at 30 fps) more than `frames`, none less
    assert clip["frames"] <= len(index) <= clip["frames"] + 2 and index.duration_s == clip["seconds"]
    low = index.boxes_xywhn[:, :2] - index.boxes_xywhn[:, 2:] / 2
    assert (low > -1e-6).all() and (low + index.boxes_xywhn[:, 2:] < 1 + 1e-6).all()
    assert (index.boxes_xywhn[:, 2:] > 0).all()


@pytest.mark.parametrize("clip", CLIPS[:: max(1, len(CLIPS) // 12)])
def test_stored_and_exported_clips_keep_every_sighting(clip, tmp_path):
    index = read_clip(clip, class_name="person")
    write_index(index, tmp_path / "clip")
    stored = read_index(tmp_path / "clip")
    export_index(stored, tmp_path / "clip.csv")
    again = read_given_tracks(
        tmp_path / "clip.csv", fps=clip["fps"], size=(clip["width"], clip["height"]), duration_s=index.duration_s
    )
    for other in (stored, again):
        assert np.array_equal(other.offsets, index.offsets) and np.array_equal(other.track_id, index.track_id)
        assert np.array_equal(other.class_id, index.class_id)
