"""Looks that are learned: what goes into the network, what comes out, and whether it tells drawn things apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from models.looks import LookReader
from pipeline.appearance import describe_appearance
from pipeline.class_kinds import group_of_classes
from pipeline.errors import InputError
from pipeline.given_tracks import read_given_tracks
from pipeline.learn_looks import (
    SIDE_PX,
    LookEvaluation,
    Story,
    area_under_curve,
    changed_crops,
    draw_views,
    look_loss,
    read_stories,
)
from pipeline.learned_looks import ALIKE, CROP_PX, LOOK_DIM, LearnedLooks, cut_out
from pipeline.records import APPEARANCE_DIM, to_keep, to_tell_apart
from pipeline.train import main as train
from pipeline.video import VideoReader

STREET = Path(__file__).parents[1] / "data" / "samples" / "street.mp4"


def test_a_box_is_cut_out_whatever_its_shape():
    image = np.zeros((100, 200, 3), np.uint8)
    image[20:60, 50:150] = (200, 100, 50)
    inside = cut_out(image, np.array([50, 20, 150, 60]), 64)
    assert inside.shape == (64, 64, 3)
    assert np.abs(inside[4:-4, 4:-4].astype(int) - (200, 100, 50)).max() <= 2
    around = cut_out(image, np.array([50, 20, 150, 60]), 80, margin=0.125)
    assert around[:6].max() < 60 and np.abs(around[20:-20, 20:-20].astype(int) - (200, 100, 50)).max() <= 2


def test_a_box_at_the_edge_goes_on_with_the_edge():
    image = np.full((50, 50, 3), 90, np.uint8)
    assert (cut_out(image, np.array([-30, -30, 20, 20]), 32) == 90).all()
    assert (cut_out(image, np.array([49.5, 49.5, 50.5, 50.5]), 32) == 90).all()


def test_looks_are_unit_vectors_and_survive_the_disk(tmp_path):
    torch.manual_seed(0)
    model = LookReader().eval()
    crops = torch.rand(5, 3, CROP_PX, CROP_PX)
    save_file(model.state_dict(), tmp_path / "looks.safetensors")
    again = LookReader()
    again.load_state_dict(load_file(tmp_path / "looks.safetensors"))
    with torch.inference_mode():
        looks = model(crops)
        assert torch.equal(looks, again.eval()(crops))
        assert torch.allclose(looks[2], model(crops[2:3])[0], atol=1e-5)
    assert torch.allclose(looks.norm(dim=1), torch.ones(5), atol=1e-5)


def test_bundled_looks_have_the_length_and_likeness_that_others_have():
    image = np.random.default_rng(0).integers(0, 255, (120, 200, 3), dtype=np.uint8)
    boxes = np.array([[0.3, 0.5, 0.2, 0.4], [0.7, 0.5, 0.1, 0.6]], np.float32)
    looks = LearnedLooks.bundled()(image, boxes)
    assert looks.shape == (2, APPEARANCE_DIM + LOOK_DIM) and looks.dtype == np.float32
    assert np.array_equal(to_keep(looks), describe_appearance(image, boxes))
    learned = to_tell_apart(looks)
    assert np.allclose(np.linalg.norm(learned, axis=1), 1, atol=1e-4)
    assert 2 * ALIKE - 1 <= learned[0] @ learned[1] <= 1
    assert LearnedLooks.bundled()(image, boxes[:0]).shape == (0, APPEARANCE_DIM + LOOK_DIM)


def test_things_of_the_bundled_clip_are_told_apart_better_than_by_colours():
    truth = read_given_tracks(STREET.with_suffix(".csv"), fps=5.0, size=(960, 540))
    learned, colours, who, kind = [], [], [], []
    group = group_of_classes(truth.class_names)
    with VideoReader.open(STREET) as reader:
        for frame in reader.frames(0.4):
            k = int(np.abs(truth.frame_t_s - frame.t_s).argmin())
            rows = slice(*truth.offsets[k : k + 2])
            learned.append(to_tell_apart(LearnedLooks.bundled()(frame.image, truth.boxes_xywhn[rows])))
            colours.append(describe_appearance(frame.image, truth.boxes_xywhn[rows]))
            who += truth.track_id[rows].tolist()
            kind += group[truth.class_id[rows]].tolist()
    who, kind = np.array(who), np.array(kind)
    i, j = np.triu_indices(len(who), 1)
    same, other = who[i] == who[j], (who[i] != who[j]) & (kind[i] == kind[j])
    areas = []
    for looks in (np.concatenate(learned), np.concatenate(colours)):
        cosine = (looks[i] * looks[j]).sum(1)
        areas.append(area_under_curve(cosine[same], cosine[other]))
    assert areas[0] > 0.95 and areas[0] > areas[1] + 0.01


def story(rng: np.random.Generator, objects: int = 6, views: int = 5) -> Story:
    """Things of one colour each."""
    colour = rng.integers(0, 255, (objects, 3))
    crops = np.repeat(colour, views, 0)[:, None, None] + rng.integers(-5, 5, (objects * views, SIDE_PX, SIDE_PX, 3))
    rows = {k: np.arange(k * views, (k + 1) * views) for k in range(objects)}
    return Story(torch.from_numpy(np.clip(crops, 0, 255).astype(np.uint8)), np.zeros(objects * views, int), rows)


def test_views_of_one_object_have_one_number_and_the_loss_wants_them_near_each_other():
    rng = np.random.default_rng(1)
    views = draw_views([story(rng) for _ in range(3)], rng)
    crops = changed_crops(views, torch.Generator().manual_seed(1))
    assert crops.shape == (len(views.object_N), 3, CROP_PX, CROP_PX)
    assert crops.min() >= 0 and crops.max() <= 1
    own = torch.nn.functional.one_hot(views.object_N).float()
    right, _ = look_loss(own, views)
    wrong, _ = look_loss(own.roll(2, 0), views)
    none, _ = look_loss(torch.ones_like(own) / own.shape[1] ** 0.5, views)
    assert right < 0.1 < wrong and right < none


def test_the_evaluation_knows_who_is_who():
    rng = np.random.default_rng(2)

    class Colours(torch.nn.Module):
        def forward(self, crops):
            return torch.nn.functional.normalize(crops.mean((2, 3)) - 0.5, dim=1)

    class Nothing(torch.nn.Module):
        def forward(self, crops):
            return torch.nn.functional.normalize(torch.rand(len(crops), 8), dim=1)

    stories = [story(rng) for _ in range(4)]
    good, bad = LookEvaluation(stories)(Colours()), LookEvaluation(stories)(Nothing())
    assert good["all"] > 0.95 and good["strangers"] < 0.3
    assert bad["all"] < 0.7 < bad["strangers"] + 0.2


def write_story(path: Path, rng: np.random.Generator) -> None:
    made = story(rng)
    who = np.concatenate([np.full(len(rows), k) for k, rows in made.rows_of.items()])
    np.savez(path, crop=made.crops.numpy(), object_id=who, class_id=np.zeros(len(who), np.int16))


def test_training_learns_goes_on_and_says_what_is_missing(tmp_path):
    rng = np.random.default_rng(3)
    with pytest.raises(InputError, match="holds 0 stories"):
        read_stories(tmp_path)
    for k in range(24):
        write_story(tmp_path / f"{k:06d}.npz", rng)
    run = tmp_path / "run"
    often = ["--part", "looks", "--looks", str(tmp_path), "--out", str(run), "--quiet", "--threads", "1"]
    assert train([*often, "--samples", "1500", "--lr", "2e-3"]) == 0
    assert (run / "best.safetensors").is_file()
    assert train([*often, "--samples", "3000", "--lr", "2e-3"]) == 0
    model = LookReader()
    model.load_state_dict(load_file(run / "best.safetensors"))
    assert LookEvaluation(read_stories(tmp_path)[1])(model)["all"] > 0.8
    with pytest.raises(InputError, match="--looks FOLDER"):
        train(["--part", "looks", "--out", str(tmp_path / "other")])
