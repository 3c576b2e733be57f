"""The preview and the comparison with real tracks, on small input."""

from __future__ import annotations

import json

import numpy as np

from data import compare_real, preview
from data.world import make_clip
from pipeline.object_index import write_index


def test_preview_draws_clips_sheets_and_index_files(tmp_path, capsys):
    assert preview.main(["--seed", "3", "--noisy", "--questions", "2", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "clip_00003.png").stat().st_size > 10_000
    assert preview.main(["--n", "2", "--sheet", "--questions", "0", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "sheet_00.png").is_file()
    write_index(make_clip(4), tmp_path / "some.index.safetensors")
    assert (
        preview.main(["--index", str(tmp_path / "some.index.safetensors"), "--questions", "0", "-o", str(tmp_path)])
        == 0
    )
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_preview_draws_given_tracks(tmp_path):
    lines = ["frame,id,class,x,y,w,h"] + [f"{k},a,cat,{10 + k},20,30,40" for k in range(20)]
    (tmp_path / "cat.csv").write_text("\n".join(lines))
    arguments = ["--tracks", str(tmp_path / "cat.csv"), "--fps", "5", "--size", "200x100", "--questions", "0"]
    assert preview.main([*arguments, "-o", str(tmp_path)]) == 0
    assert (tmp_path / "cat.png").is_file()


def test_comparison_skips_without_real_tracks(tmp_path, capsys):
    assert compare_real.main(["--real", str(tmp_path), "-o", str(tmp_path / "out")]) == 0
    assert "skipped" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_comparison_draws_and_prints_both_sides(tmp_path, capsys):
    folder = tmp_path / "tracks" / "toy"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    lines = ["frame,id,class,x,y,w,h"]
    lines += [f"{f},{i},car,{100 * i + 3 * f},{40 + rng.integers(3)},60,30" for i in range(4) for f in range(60)]
    (folder / "one.csv").write_text("\n".join(lines))
    entry = {"set": "toy", "seq": "one", "fps": 10, "width": 800, "height": 400, "seconds": 6.0}
    (tmp_path / "tracks" / "index.json").write_text(json.dumps([entry]))
    assert compare_real.main(["--real", str(tmp_path), "--n", "6", "-o", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "toy: 4 objects" in out and "time on screen" in out
    assert (tmp_path / "out" / "tracks.png").is_file() and (tmp_path / "out" / "noise.png").is_file()
