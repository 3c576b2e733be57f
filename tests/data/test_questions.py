"""`ask`: certain answers, exact words, variety, the same everywhere; the symbolic baseline; the program."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest

from data.blind import blind_accuracy
from data.meaning import REFUSALS, ClipView, evidence_iou, judge, run
from data.meaning.question import OF_A_LENGTH
from data.questions import PROPOSERS, ask, main
from data.symbolic import answer
from data.time_reading import AT_AN_EDGE
from data.times import find_times
from data.vocabulary import covered, noun
from pipeline.asking.mentions import find_mentions
from pipeline.asking.question_times import times_of
from pipeline.errors import InputError
from pipeline.object_index import write_index
from tests.data import brute_force
from tests.data.small_worlds import clip_of, random_clip
from tests.data.test_meaning import same


@pytest.fixture(scope="module")
def asked():
    """(clip, question) pairs of 260 random clips, from training wordings and held-out ones in turn."""
    out = []
    for seed in range(260):
        clip = random_clip(seed, objects=28, frames=(60, 120, 240, 600)[seed % 4])
        split = "held_out" if seed % 5 == 4 else "train"
        out += [(clip, one) for one in ask(clip, np.random.default_rng(seed), 24, split)]
    return out


def test_every_family_is_asked(asked) -> None:
    assert {one.family for _, one in asked} == set(PROPOSERS)
    number = Counter(one.family for _, one in asked)
    answerable = [number[family] for family in PROPOSERS if family not in REFUSALS]
    assert min(answerable) > 0.2 * max(answerable)
    assert sum(number[f] for f in REFUSALS) < 0.25 * len(asked)


def test_clean_symbolic_baseline_is_exactly_right(asked) -> None:
    for clip, one in asked[::2]:
        value, evidence = answer(one.question, clip)
        assert judge(value, one.truth, clip.step_s)
        assert evidence_iou(evidence, one.truth, clip.step_s) == pytest.approx(1)


def test_truth_is_what_brute_force_says(asked) -> None:
    for clip, one in asked[::9]:
        if one.family not in REFUSALS:
            assert same(one.question, one.truth, brute_force.answer(one.question, clip)), one


def test_a_small_change_of_the_times_changes_nothing(asked) -> None:
    """Nothing that decides an answer is borderline: move every written time by a step, and the answer stays."""
    for clip, one in asked:
        q, view = one.question, None
        if q.family not in ("count_between", "count_at", "exists", "count_before", "count_after", "compare"):
            continue
        if q.stretch is None and q.t_s is None:
            continue
        view = ClipView.of(clip)
        for by in (-0.5, 0.5):
            ends = q.stretch and tuple(t if t in (0.0, clip.duration_s) else t + by for t in q.stretch)
            moved = type(q)(**{f: getattr(q, f) for f in q.__slots__} | {"stretch": ends, "t_s": q.t_s and q.t_s + by})
            assert run(moved, view).value in one.truth.acceptable, (one, by)


def test_the_words_say_exactly_the_program(asked) -> None:
    """Times in the text are the question's times; so are the names of things, articles and plurals."""
    lengths = misread = 0
    for clip, one in asked:
        q = one.question
        assert not re.search(r"[{}]", one.text), one
        assert not re.search(r"\b(?:a|A) (?:apple|orange|umbrella|elephant|oven|owl|airplane)\b", one.text), one.text
        if one.family in REFUSALS and one.family != "refuse_unknown":
            continue
        if q.family in OF_A_LENGTH:
            mentions = find_mentions(one.text, clip.class_names, clip.duration_s)
            t_s, stretch = times_of(one.text, mentions, q.family, "none", clip.duration_s)
            lengths += 1
            misread += t_s != pytest.approx(q.t_s) or (stretch or ()) != pytest.approx(q.stretch or ())
            continue
        times = find_times(one.text, clip.duration_s)
        found = [value for at, _, value in times if not AT_AN_EDGE.match(one.text, at)]  # "first, at the beginning"
        stretch = q.stretch[0] if q.stretch and q.stretch[0] == q.stretch[1] else q.stretch  # a moment
        wanted = [stretch] * (q.stretch is not None) + [q.t_s] * (q.t_s is not None)
        assert len(found) == len(wanted), (one.text, found)
        for want in wanted:
            either = [want] if isinstance(want, tuple) else [want, (want, clip.duration_s), (0.0, want)]
            pairs = [(f, e) for f in found for e in either if isinstance(f, tuple) == isinstance(e, tuple)]
            assert any(f == pytest.approx(e) for f, e in pairs), (one.text, wanted, found)
    assert lengths > 100 and misread <= 0.04 * lengths, (lengths, misread)


def test_the_x_is_only_said_of_an_only_x(asked) -> None:
    for clip, one in asked:
        q = one.question
        if q.x and q.nth is None and q.family in ("returns", "returns_when", "when_leaves", "order", "together_list"):
            words = noun(q.x)
            if re.search(rf"\b(?:the|that) {re.escape(words.singular)}\b", one.text, re.I):
                kinds = covered(q.x, clip.class_names)
                assert len(set(clip.track_id[np.isin(clip.class_id, kinds)].tolist())) <= 1, one.text


def test_blind_guessing_stays_under_sixty_per_cent(asked) -> None:
    """A guesser that knows the question only; refusals are excepted: that they refuse is what their words say."""
    for family, (number, constant, bayes) in blind_accuracy([one for _, one in asked]).items():
        if family not in REFUSALS:
            slack = 1.6 * (0.24 / number) ** 0.5  # of the share itself; LOG.md has the table from many worlds
            assert constant < 0.6 + slack and bayes < 0.6 + 1.5 * slack, (family, number, constant, bayes)


def test_same_seed_same_questions() -> None:
    clip = random_clip(5)
    first, second = (ask(clip, np.random.default_rng(9), 20) for _ in range(2))
    assert first == second
    assert first != ask(clip, np.random.default_rng(10), 20)
    assert len({one.text for one in first}) == 20


def test_splits_share_no_wording() -> None:
    ids = {split: set() for split in ("train", "held_out")}
    for seed in range(20):
        for split in ids:
            ids[split] |= {one.wording_id for one in ask(random_clip(seed), np.random.default_rng(seed), 20, split)}
    assert all("/train/" in i for i in ids["train"]) and all("/held_out/" in i for i in ids["held_out"])


def test_unknown_things_are_refused_and_known_ones_are_not(asked) -> None:
    for clip, one in asked:
        if one.family == "refuse_unknown":
            assert one.truth.kind == "refusal" and judge(None, one.truth, 0.5)
            assert not covered(one.question.x, clip.class_names)
        elif one.family not in REFUSALS:
            for term in (one.question.x, one.question.y):
                assert term is None or covered(term, clip.class_names)


def test_empty_clip_and_one_object() -> None:
    empty = clip_of([], frames=20, class_names=("bus", "dog"))
    assert all(one.truth.value in (False, 0, "never", "refused") for one in ask(empty, np.random.default_rng(0), 10))
    single = clip_of([("bus", [(2, 18)], (0.1, 0.5), (0.9, 0.5))], frames=20, class_names=("bus", "dog"))
    assert ask(single, np.random.default_rng(0), 10)
    with pytest.raises(InputError, match='no family "counting"'):
        ask(single, np.random.default_rng(0), 10, families=["counting"])


TRACKS = "frame,id,class,x,y,w,h\n" + "".join(
    f"{k},{i},{name},{10 + 4 * k},{50 + 90 * i},40,60\n"
    for i, (name, a, b) in enumerate([("person", 0, 60), ("dog", 30, 120), ("car", 70, 90)])
    for k in range(a, b)
)


def test_program(tmp_path, capsys) -> None:
    tracks, out = tmp_path / "street.csv", tmp_path / "q.jsonl"
    tracks.write_text(TRACKS)
    options = ["--tracks", str(tracks), "--fps", "10", "--size", "640x360", "--n", "12"]
    assert main([*options, "-o", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == 12 and len({row["id"] for row in rows}) == 12
    need = {"id", "video", "question", "family", "kind", "value", "acceptable", "evidence", "fps", "size"}
    assert all(need <= set(row) and row["fps"] == 10 and row["size"] == [640, 360] for row in rows)
    capsys.readouterr()
    main(options)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows
    write_index(random_clip(1), tmp_path / "clip.index.safetensors")
    assert main(["--index", str(tmp_path / "clip.index.safetensors"), "--n", "3", "--families", "count,exists"]) == 0


BAD = [
    (["--tracks", "{tracks}"], "needs --fps"),
    (["--tracks", "{tracks}", "--fps", "10", "--size", "big"], '--size is "big"'),
    (["--tracks", "no.csv", "--fps", "10", "--size", "64x36"], "no.csv"),
    (["--tracks", "{tracks}", "--fps", "10", "--size", "640x360", "--n", "0"], "--n is 0"),
    (["--tracks", "{tracks}", "--fps", "10", "--size", "640x360", "--families", "x"], 'no family "x"'),
    (["--tracks", "{tracks}", "--fps", "10", "--size", "640x360", "-o", "{tracks}/q"], "cannot write"),
    (["--index", "{tracks}"], "not a readable index"),
]


@pytest.mark.parametrize("argv, message", BAD)
def test_bad_input_is_named(tmp_path, argv, message) -> None:
    tracks = tmp_path / "street.csv"
    tracks.write_text(TRACKS)
    with pytest.raises(InputError, match=re.escape(message)):
        main([part.format(tracks=tracks) for part in argv])
