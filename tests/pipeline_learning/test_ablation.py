"""The table of options: one budget for all, finished work is kept, the effective context length is what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from data.dataset import Lengths, SampleSettings, make_sample
from data.vocabulary import coco_names, other_names
from models.longtake import ModelSettings, make_clip_reader
from pipeline import ablation
from pipeline.ablation import OPTIONS, load_clip_reader
from pipeline.asking.names import NameEmbeddings
from pipeline.clip_batch import ClipInput
from pipeline.context_length import EDGES, ContextEvaluation, Found, distances, reach
from pipeline.errors import InputError
from pipeline.learn_clips import ClipEvaluation
from pipeline.train import _parser as train_parser
from pipeline.train import settings_from


@pytest.fixture(scope="module")
def names() -> NameEmbeddings:
    """Random vectors: nothing here depends on what names mean, and the sentence encoder takes seconds."""
    rng = np.random.default_rng(0)
    table = NameEmbeddings()
    for name in (*coco_names(), *other_names()):
        vector = rng.normal(size=384).astype(np.float32)
        table.known[name] = vector / np.linalg.norm(vector)
    return table


def settings_of(name: str, *more: str) -> ModelSettings:
    arguments = ["--part", "clips", "--out", "-", *more, *OPTIONS[name].arguments]
    return settings_from(train_parser().parse_args(arguments))


def share_falls_to(shares: list[float], unit: str = "seconds", tracks: int = 100) -> Found:
    """Bin k holds `tracks` tracks, of which `shares[k]` are right."""
    edges = EDGES[unit]
    distance = np.concatenate([np.full(tracks, (edges[k] + edges[k + 1]) / 2) for k in range(len(shares))])
    right = np.concatenate([(np.arange(tracks) < share * tracks).astype(float) for share in shares])
    return Found(distance, distance, right)


def test_all_options_have_about_the_same_number_of_parameters():
    sizes = {name: sum(p.numel() for p in make_clip_reader(settings_of(name)).parameters()) for name in OPTIONS}
    for name, size in sizes.items():
        assert abs(size / sizes["base"] - 1) < 0.1, (name, size, sizes["base"])


def test_context_length_lies_where_the_share_is_half_of_the_best():
    # bins 0-2, 2-4, 4-8, 8-16: the share is exactly half in the bin 4-8, whose middle is sqrt(32)
    assert reach(share_falls_to([0.8, 0.8, 0.4, 0.2])).length == pytest.approx(32**0.5)
    # half lies in the middle (in log distance) between the bins 2-4 and 4-8
    assert reach(share_falls_to([0.8, 0.6, 0.2])).length == pytest.approx((8**0.5 * 32**0.5) ** 0.5)
    # what comes before the best bin does not count
    assert reach(share_falls_to([0.1, 0.8, 0.4])).length == pytest.approx(32**0.5)


def test_context_length_is_open_where_the_share_never_falls():
    one = reach(share_falls_to([0.8, 0.7, 0.6]))
    assert one.length is None and str(one) == "beyond 8 s"
    nothing = reach(share_falls_to([0.0, 0.0]))
    assert nothing.length is None and str(nothing) == "nothing is found again"
    assert reach(Found(*np.zeros((3, 0)))).bins == ()
    few = reach(share_falls_to([0.8, 0.8, 0.0], tracks=3))
    assert few.bins == ()  # bins of three tracks say nothing


def test_distances_are_those_between_the_tracks_of_one_object():
    lengths = (Lengths(0, (200.0, 200.0), (200.0, 200.0), 0.0),)
    sample = make_sample(3, 0, SampleSettings(noise="hard", clean_share=0.0, questions=0, lengths=lengths))
    clip = ClipInput.of(sample.seen)
    at, seconds, tokens = distances(sample, clip)
    assert len(at) and (seconds > 0).all() and (tokens > 0).all()
    true, begin, end = sample.true_track[clip.tokens.track_id], clip.tokens.first_token, clip.tokens.last_token
    t = clip.tokens.t_s
    for k, gap in zip(at, seconds, strict=True):
        earlier = np.flatnonzero(true[:k] == true[k])
        assert gap == pytest.approx(t[begin[k]] - t[end[earlier]].max())


def test_without_a_memory_nothing_beyond_a_segment_is_found(names):
    """reach_tokens cuts the candidates; an untrained reader made to point at them all shows it."""
    evaluation = ContextEvaluation(names, clips=2, seconds=(200.0, 300.0))
    far = {}
    for name in ("base", "memory_none"):
        torch.manual_seed(0)
        model = make_clip_reader(settings_of(name, "--width", "32", "--layers", "1"))
        with torch.no_grad():
            model.new[-1].bias.fill_(-100.0)  # nothing is new
        found, rate = evaluation(model)
        assert rate > 0
        far[name] = found.right[found.tokens > 128]
    assert len(far["base"]) and not far["memory_none"].any()


def test_blind_evaluation_shows_no_looks(names):
    seeing, blind = (ClipEvaluation(names, clips=2, appearance=on) for on in (True, False))
    for (a, _), (b, clip) in zip(seeing.samples, blind.samples, strict=True):
        assert a.seen.key_appearance.any() and not b.seen.key_appearance.any() and not clip.tokens.look.any()
        assert np.array_equal(a.seen.boxes_xywhn, b.seen.boxes_xywhn)


def test_one_command_trains_measures_and_keeps_what_is_finished(names, tmp_path: Path, capsys, monkeypatch):
    out = tmp_path / "ablation"
    out.mkdir()
    names.save(out / "names.npz")
    small = ["--out", str(out), "--samples", "32", "--eval-clips", "2", "--context-clips", "1", "--width", "32",
             "--layers", "1", "--workers", "0", "--device", "cpu", "--quiet", "--threads", "1"]  # fmt: skip
    assert ablation.main([*small, "--only", "gru,no_appearance"]) == 0
    rows = json.loads((out / "table.json").read_text())
    assert [row["name"] for row in rows] == ["gru", "no_appearance"]
    assert all(row["samples"] >= 32 and 0 <= row["program"] <= 1 for row in rows)
    assert "| gru |" in (out / "table.md").read_text() and "no_appearance" in capsys.readouterr().out

    def never(*_, **__):
        raise AssertionError("finished work is not done again")

    monkeypatch.setattr(ablation.train, "main", never)
    monkeypatch.setattr(ablation.Evaluations, "measure", never)
    assert ablation.main([*small, "--only", "gru"]) == 0
    monkeypatch.undo()
    folder = out / "gru"
    assert load_clip_reader(folder)[1].reader == "gru"
    other = ["--out", str(tmp_path / "measured"), "--eval-clips", "2", "--context-clips", "1", "--threads", "1"]
    assert ablation.main([*other, "--measure", f"mine={folder}"]) == 0
    again = json.loads((tmp_path / "measured" / "table.json").read_text())[0]
    assert again["name"] == "mine" and again["program"] == pytest.approx(rows[0]["program"])
    assert again["heads"] == pytest.approx(rows[0]["heads"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "gru,rnnn"], 'no option "rnnn"'),
        (["--samples", "0"], "must be 1 or more"),
        (["--measure", "no/such/folder"], "no/such/folder"),
    ],
)
def test_wrong_input_is_named(names, tmp_path: Path, arguments, said):
    names.save(tmp_path / "names.npz")
    few = ["--eval-clips", "1", "--context-clips", "1"]
    with pytest.raises(InputError, match=said):
        ablation.main(["--out", str(tmp_path), *few, *arguments])
