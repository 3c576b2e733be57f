"""Fine-tuning on a user's own tracks: what is learned from, what is changed, and that the result loads."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from data.noise import NoiseSettings, observe
from data.question_parts import FEATURES as QUESTION_FEATURES
from data.question_parts import HEADS, INTENTS, ROLES
from data.question_pool import UNSURE
from data.vocabulary import coco_names
from data.world import WorldSettings, make_clip
from models.longtake import Longtake, ModelSettings
from models.question_encoder import SentenceEncoder
from pipeline import finetune
from pipeline.answerer import Answerer
from pipeline.clip_batch import ENTRY_FEATURES, ClipInput
from pipeline.errors import InputError
from pipeline.learn_clips import clip_loss, targets_of
from pipeline.object_index import ObjectIndex, write_index
from pipeline.own_tracks import NOBODY, NOT_ASKED, cut, match_tracks, read_videos, training_clips, with_names
from pipeline.scoring import own_questions as words
from pipeline.tokens import FEATURES
from pipeline.track_pairs import PAIR_FEATURES

SIZE = (640, 480)
SMALL = ModelSettings(
    width=32, layers=1, question_width=24, question_layers=1, question_attention_heads=2,
    token_features=len(FEATURES), pair_features=len(PAIR_FEATURES), entry_features=len(ENTRY_FEATURES),
    question_features=len(QUESTION_FEATURES), question_roles=len(ROLES), question_heads=tuple(HEADS.items()),
)  # fmt: skip
QUESTIONS = (
    ("tally the people", "count"), ("people headcount", "count"), ("any bikes", "exists"),
    ("is there ever a car", "exists"), ("who left last", "last"), ("headcount between 0:02 and 0:09", "count_between"),
)  # fmt: skip


@pytest.fixture(scope="module")
def clip() -> ObjectIndex:
    world = WorldSettings(
        duration_s=(50.0, 50.0), fps=(5.0,), objects_per_min=(40.0, 40.0), class_names=("person", "car"), loops=0.0
    )
    return make_clip(4, world)


@pytest.fixture(scope="module")
def files(clip, tmp_path_factory) -> Path:
    """tracks.csv, its index by a simulated detector, questions.jsonl, and weights/ of a small untrained model."""
    folder = tmp_path_factory.mktemp("own")
    lines = ["frame,id,class,x,y,w,h"]
    for frame, track, kind, (x, y, w, h) in zip(
        np.round(clip.frame_t_s * 5).astype(int)[clip.row_frame], clip.track_id, clip.class_id, clip.boxes_xywhn,
        strict=True,
    ):  # fmt: skip
        left, top = (x - w / 2) * SIZE[0], (y - h / 2) * SIZE[1]
        box = f"{left:.2f},{top:.2f},{w * SIZE[0]:.2f},{h * SIZE[1]:.2f}"
        lines.append(f"{frame},{track},{clip.class_names[kind]},{box}")
    (folder / "tracks.csv").write_text("\n".join(lines) + "\n")
    seen = observe(with_names(clip, coco_names()), np.random.default_rng(0), NoiseSettings.real()).index
    write_index(seen, folder / "clip.index.safetensors")
    rows = [json.dumps({"question": text, "family": family}) for text, family in QUESTIONS]
    (folder / "questions.jsonl").write_text("\n".join(rows))
    torch.manual_seed(0)
    weights = folder / "weights"
    weights.mkdir()
    model = Longtake(SMALL)
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, weights / "model.safetensors")
    (weights / "config.json").write_text(json.dumps(dataclasses.asdict(SMALL)))
    (weights / "calibration.json").write_text('{"weights": [0.5]}')
    return folder


def arguments(files: Path, *more: str) -> list[str]:
    own = ["--tracks", str(files / "tracks.csv"), "--fps", "5", "--size", "640x480"]
    own += ["--weights", str(files / "weights"), "--batch-tokens", "400"]
    return [*own, "--threads", "1", "--device", "cpu", "--quiet", *more]


def adapted(files: Path, *, checkpointing: bool = False):
    torch.manual_seed(0)
    model, _ = finetune.load_model(files / "weights")
    return finetune.with_adapter(model, rank=2, questions=True, checkpointing=checkpointing)


def one_batch(files: Path):
    args = finetune._parser().parse_args(arguments(files, "--out", "-"))
    return next(finetune.Lesson.of(args).clip_batches(args))


def test_a_cut_is_that_stretch_of_the_clip(clip):
    part, ids = cut(clip, 10.0, 25.0)
    t = clip.frame_t_s[clip.row_frame]
    inside = (t >= 10.0) & (t < 25.0)
    assert np.array_equal(part.boxes_xywhn, clip.boxes_xywhn[inside])
    assert np.array_equal(ids[part.track_id], clip.track_id[inside])
    assert np.allclose(part.frame_t_s[part.row_frame] + 10.0, t[inside]) and part.duration_s == 15.0
    thin, _ = cut(clip, 0.0, 50.0, fps=1.0)
    assert thin.step_s == pytest.approx(1.0, rel=0.1)
    fewer, kept = cut(clip, 10.0, 25.0, keep=np.arange(clip.track_id.max() + 1) == ids[0])
    assert kept.tolist() == [ids[0]] and set(fewer.track_id.tolist()) == {0}
    empty, nobody = cut(clip, 1e6, 2e6)
    assert len(empty) == 0 and len(nobody) == 0


def test_detected_tracks_find_their_human_tracks(clip):
    observed = observe(clip, np.random.default_rng(1), NoiseSettings.easy())
    owner = match_tracks(observed.index, clip)
    assert (owner == observed.true_track).mean() > 0.85
    # one that people have no box for is nobody's, of a class that they never name it is not asked
    lone = cut(clip, 0.0, 50.0)[0]
    for names, expected in ((("person", "car"), NOBODY), (("boat", "kite"), NOT_ASKED)):
        other = with_names(dataclasses.replace(lone, class_names=names), (*names, *clip.class_names[:0]))
        far = dataclasses.replace(other, boxes_xywhn=np.full_like(lone.boxes_xywhn, 0.001))
        both = (*clip.class_names, *(name for name in names if name not in clip.class_names))
        assert set(match_tracks(with_names(far, both), with_names(clip, both))) == {expected}


def test_stretches_stay_in_the_part_to_learn_from_and_name_their_truth(files):
    index = [files / "clip.index.safetensors"]
    videos = read_videos([files / "tracks.csv"], fps=5, size=SIZE, indexes=index)
    source = training_clips(videos, np.random.default_rng(0))
    for _ in range(12):
        sample = next(source)
        assert sample.clean.duration_s <= videos[0].split_s + 1e-6
        assert sample.seen.class_names == sample.clean.class_names
        assert len(sample.true_track) == sample.seen.track_id.max() + 1
        real, _, _, class_of = targets_of(sample, ClipInput.of(sample.seen))
        assert real.any() and (class_of[real] >= 0).all()


def test_checkpointing_changes_no_gradient(files):
    clips, targets = one_batch(files)
    gradients = []
    for checkpointing in (False, True):
        model = adapted(files, checkpointing=checkpointing).train()
        assert model.get_base_model().clips.reader.gradient_checkpointing == checkpointing
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        loss, _ = clip_loss(model(clips, grad_segments=4), clips, targets)
        loss.backward()
        named = {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
        assert all("lora" in name for name in named)
        gradients.append(named)
    assert gradients[0].keys() == gradients[1].keys() and any("layers.0.query" in name for name in gradients[0])
    for name, gradient in gradients[0].items():
        assert torch.allclose(gradient, gradients[1][name], atol=1e-6), name


def test_merged_weights_do_what_the_adapter_did(files):
    clips, _ = one_batch(files)
    model = adapted(files)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.1)
    model.train()  # in evaluation, torch's fused path would pass the adapter by
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    with_lora = model(clips)
    plain = finetune.load_model(files / "weights")[0].eval()(clips)
    merged = model.merge_and_unload().eval()(clips)
    assert not torch.allclose(plain.real_BK, merged.real_BK, atol=1e-3)
    here = clips.tracks_BK
    for one, other in zip(with_lora, merged, strict=True):
        assert torch.allclose(one[here], other[here], atol=1e-4, rtol=1e-4)


def test_fine_tuning_writes_an_adapter_and_weights_that_load(files, clip, tmp_path, capsys):
    more = ["--out", str(tmp_path / "mine"), "--index", str(files / "clip.index.safetensors"), "--merge", "--questions",
            str(files / "questions.jsonl"), "--steps", "3", "--eval-clips", "2", "--rank", "2"]  # fmt: skip
    assert finetune.main(arguments(files, *more)) == 0
    said = capsys.readouterr().out
    assert "before" in said and "intents_of_questions" in said and "3 steps" in said
    out = tmp_path / "mine"
    tensors = load_file(out / "adapter_model.safetensors")
    assert tensors and all(".lora_" in name for name in tensors)
    old, new = (load_file(folder / "model.safetensors") for folder in (files / "weights", out))
    changed = {name for name in old if not torch.equal(old[name], new[name])}
    assert old.keys() == new.keys() and "questions.heads.intent.weight" in changed
    assert "clips.reader.layers.0.query.weight" in changed and "clips.real.0.weight" not in changed
    assert (out / "calibration.json").read_text() == (files / "weights" / "calibration.json").read_text()
    assert Answerer.load(out).read(clip).belief.real.shape == (len(np.unique(clip.track_id)),)


def test_only_the_intent_of_own_wordings_is_learned(files):
    rows = words.read_questions(files / "questions.jsonl")
    assert rows[-1][1] == "count"  # a count between two times is a count that mentions a stretch
    part = words.part_with_intent(rows, SentenceEncoder.bundled(), ("person", "car"), 30.0)
    assert (part["roles"] == UNSURE).all() and (part["heads"][:, 1:] == UNSURE).all()
    assert [INTENTS[k] for k in part["heads"][:, 0]] == [intent for _, intent in rows]
    learn, held = words.split_questions(rows, 0.25, seed=0)
    assert sorted(learn + held) == sorted(rows) and held


def test_a_step_is_measured(files):
    args = finetune._parser().parse_args(arguments(files, "--out", "-"))
    got = finetune.measure_steps(args, checkpointing=True, steps=1)
    assert got["s_per_step"] > 0 and np.isfinite(got["peak_mib"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--size", "640"], '--size is "640"'),
        (["--index", "a", "b"], "2 index files for 1 files"),
        (["--held-out", "0.01"], "for the held-out part"),
        (["--weights", "nowhere"], "cannot load the model in nowhere"),
        (["--rank", "0"], "--rank 1 or more"),
        (["--questions", "nowhere.jsonl"], "cannot read the questions"),
    ],
)
def test_wrong_input_is_named(files, tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        finetune.main(arguments(files, "--out", str(tmp_path), *change))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how many", "line 1"),
        ('{"question": "how many"}', "line 1"),
        ('{"question": "a", "family": "count"}\n{"question": "b", "family": "counting"}', "line 2: family 'counting'"),
        ('{"question": "a", "family": "count"}', "give at least 2"),
    ],
)
def test_wrong_questions_are_named_by_line(tmp_path, text, said):
    path = tmp_path / "questions.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        words.read_questions(path)
