"""Videos of every kind come out frame for frame, at true times, whatever the decoder and wherever reading begins."""

from __future__ import annotations

import functools
import itertools
import sys
import textwrap
import threading
import time
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from pipeline import decoders, video
from pipeline.errors import InputError
from pipeline.video import VideoReader
from tests import video_files
from tests.video_files import make_clip, paint_number, read_number

NTSC = Fraction(30000, 1001)
B_FRAMES = {"bf": "3", "x264-params": "b-pyramid=normal"}
needs_decord = pytest.mark.skipif(not video._has_decord(), reason="decord has no wheel for this machine")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """`clip("name.mp4", **make_clip arguments)`: the file, made once."""
    folder = tmp_path_factory.mktemp("clips")

    @functools.cache
    def make(name: str, arguments: tuple) -> Path:
        path = folder / f"{abs(hash((name, arguments))):x}-{name}"
        return make_clip(path, **{key: dict(value) if key == "options" else value for key, value in arguments})

    def hashable(key, value):
        return key, tuple(sorted(value.items())) if key == "options" else value

    return lambda name, **arguments: make(name, tuple(hashable(*item) for item in sorted(arguments.items())))


@pytest.fixture
def kind(clip):
    """`kind("plain.mp4")`: the file of that name in KINDS."""
    return lambda name: clip(name, **dict(KINDS)[name])


def read(path, decoder="auto", **arguments) -> list[tuple[float, int]]:
    """(t_s, painted number) of every frame."""
    with VideoReader.open(path, decoder) as reader:
        return [(frame.t_s, read_number(frame.image)) for frame in reader.frames(**arguments)]


def numbers(frames: list[tuple[float, int]]) -> list[int]:
    return [number for _, number in frames]


KINDS = [
    # file name, how it is made; what makes it special
    ("plain.mp4", {"options": {"bf": "0"}}),  # the simplest
    ("pyramid.mp4", {"options": B_FRAMES, "rate": 30}),  # B-frames that others refer to
    ("ntsc.mov", {"options": B_FRAMES, "rate": NTSC}),  # a rate that is no whole number
    ("closed.mkv", {"options": B_FRAMES, "rate": NTSC}),  # times rounded to milliseconds, no frame count
    ("open.mp4", {"options": {"x264-params": "open-gop=1:scenecut=0", "bf": "3"}, "rate": 30}),  # groups lean on others
    ("refresh.mp4", {"options": {"x264-params": "intra-refresh=1"}, "rate": 30}),  # "key frames" that are no pictures
    ("allkeys.mp4", {"gop": 1, "rate": 30}),  # every frame a key frame
    ("onekey.mp4", {"gop": 250, "rate": 30, "options": B_FRAMES}),  # a single key frame
    ("ten-bit.mp4", {"codec": "libx265", "pix_fmt": "yuv420p10le"}),  # HEVC, 10 bits
    ("hevc.mkv", {"codec": "libx265", "rate": 25}),  # HEVC, open groups
    ("part2.mp4", {"codec": "mpeg4", "options": {"bf": "2"}, "rate": 25}),  # MPEG-4 part 2
    ("vp9.webm", {"codec": "libvpx-vp9", "rate": 25}),
    ("vp8.webm", {"codec": "libvpx", "rate": 25}),
    ("av1.mp4", {"codec": "libsvtav1", "frames": 20}),  # decord knows no AV1
    ("motion.avi", {"codec": "mjpeg", "pix_fmt": "yuvj420p"}),
    ("part2.avi", {"codec": "mpeg4", "options": {"bf": "2"}, "rate": 25}),  # no presentation times in the file
    ("h264.avi", {"options": B_FRAMES, "rate": 25}),  # the same, worse
    ("stream.ts", {"options": B_FRAMES, "rate": 25}),  # decord hangs on these
    ("mpeg2.ts", {"codec": "mpeg2video", "rate": 25, "options": {"bf": "2"}}),
    ("system.mpg", {"codec": "mpeg2video", "rate": 25, "options": {"bf": "2"}}),
    ("flash.flv", {"options": B_FRAMES, "rate": 25}),
    ("odd.mkv", {"codec": "ffv1", "pix_fmt": "yuv444p", "size": (321, 241)}),  # odd sides
    ("late.mp4", {"start_s": 3.7, "options": B_FRAMES}),  # first time ≠ 0
    ("late.mkv", {"start_s": 3.7, "options": B_FRAMES}),
    ("sound.mp4", {"audio": True, "options": B_FRAMES, "rate": 25}),
]


@pytest.mark.parametrize(("name", "how"), KINDS, ids=[name for name, _ in KINDS])
def test_every_frame_of_every_kind_at_its_time(clip, name, how):
    path = clip(name, **how)
    count, rate = how.get("frames", 40), how.get("rate", 10)
    with VideoReader.open(path) as reader:
        frames = [(frame.t_s, read_number(frame.image)) for frame in reader.frames()]
        info = reader.info
        assert reader.warnings == []
    assert numbers(frames) == list(range(count))
    assert [t_s for t_s, _ in frames] == pytest.approx([float(k / rate) for k in range(count)], abs=0.001)
    assert (info.width, info.height) == how.get("size", (160, 120))
    assert info.fps == pytest.approx(float(rate), rel=1e-3)
    assert info.duration_s == pytest.approx(float(count / rate), abs=0.25)
    assert not info.is_live and not info.duration_is_estimate and info.rotation_deg == 0
    if info.decoder == "decord":
        assert read(path, "pyav") == frames


BY_DECORD = ("pyramid.mp4", "closed.mkv", "vp9.webm")  # each run of it costs a quarter of a second, so not all
TAILS = [*((name, "pyav") for name, _ in KINDS), *((name, "auto") for name in BY_DECORD)]


@pytest.mark.parametrize(("name", "decoder"), TAILS)
def test_a_later_start_gives_the_tail_to_the_pixel(kind, name, decoder):
    with VideoReader.open(kind(name), decoder) as reader:
        whole = [(frame.t_s, frame.image.tobytes()) for frame in reader.frames(7, 64)]
        for start_s in (whole[2][0], whole[-1][0] * 0.73):
            tail = [(frame.t_s, frame.image.tobytes()) for frame in reader.frames(7, 64, start_s)]
            assert tail == [frame for frame in whole if frame[0] >= start_s - 1e-6]


@needs_decord
@pytest.mark.parametrize("name", ["pyramid.mp4", "ntsc.mov", "late.mkv"])
def test_decord_and_pyav_choose_the_same_frames(kind, name):
    path = kind(name)
    for fps in (7.3, 2, 0.4):
        with VideoReader.open(path) as reader:
            assert reader.info.decoder == "decord"
            by_decord = [(frame.t_s, read_number(frame.image)) for frame in reader.frames(fps)]
            assert reader.info.decoder == "decord" and reader.warnings == []
        assert by_decord == read(path, "pyav", fps=fps)


GRIDS = [
    # source rate, asked rate, frames expected
    (10, 5, range(0, 40, 2)),  # every second
    (30, 5, range(0, 40, 6)),  # every sixth
    (NTSC, 5, range(0, 40, 6)),  # nearest to the grid
    (25, 10, [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30, 32, 35, 37]),  # two and a half
    (10, 10, range(40)),  # the same
    (10, 60, range(40)),  # faster than the source: each once
    (10, 0.5, [0, 20]),  # one in two seconds
    (10, None, range(40)),  # all
]


@pytest.mark.parametrize(("rate", "fps", "expected"), GRIDS)
def test_sampling_grid(clip, rate, fps, expected):
    assert numbers(read(clip("grid.mp4", rate=rate, options=B_FRAMES), "pyav", fps=fps)) == list(expected)


@pytest.mark.parametrize(("name", "decoder"), [("gap.mp4", "auto"), ("gap.mkv", "pyav")])
def test_variable_rate_with_a_gap(clip, name, decoder):
    times_s = (*(k * 0.1 for k in range(20)), *(7.0 + k * 0.04 for k in range(20)))  # 10 fps, 5 s of nothing, 25 fps
    path = clip(name, times_s=times_s, options=B_FRAMES)
    frames = read(path, decoder)
    assert numbers(frames) == list(range(40))
    assert [t_s for t_s, _ in frames] == pytest.approx(times_s, abs=0.001)
    sampled = read(path, decoder, fps=5)
    assert numbers(sampled) == sorted(set(numbers(sampled))) and sampled[-1][0] > 7.5  # nothing twice
    assert [frame for frame in sampled if frame[0] >= 7.1] == read(path, decoder, fps=5, start_s=7.1)


def test_cut_without_encoding_hides_the_frames_before_the_cut(clip, tmp_path):
    # an edit list: 75 starts, although the file holds frames from the key frame 60 on
    source = clip("long.mp4", frames=120, rate=30, gop=30, options=B_FRAMES)
    frames = read(video_files.cut_by_copy(source, tmp_path / "cut.mp4", 2.5))
    assert numbers(frames) == list(range(75, 120)) and frames[0][0] == 0.0
    assert read(tmp_path / "cut.mp4", fps=5, start_s=0.7) == [
        f for f in read(tmp_path / "cut.mp4", fps=5) if f[0] > 0.69
    ]


def test_joined_recordings_go_on_in_time(clip, tmp_path):
    part = clip("part.ts", frames=50, rate=25)
    path = video_files.join_files(tmp_path / "joined.ts", part, part)
    frames = read(path)
    assert numbers(frames) == [*range(50), *range(50)]
    assert [t_s for t_s, _ in frames] == pytest.approx([k / 25 for k in range(100)], abs=0.05)
    assert read(path, start_s=2.5) == [frame for frame in frames if frame[0] >= 2.5]


def test_raw_stream_without_any_times(clip):
    path = clip("raw.h264", rate=10)
    frames = read(path)
    assert numbers(frames) == list(range(40)) and frames[-1][0] == pytest.approx(3.9)
    with VideoReader.open(path) as reader:
        assert reader.info.duration_s is None
    assert read(path, start_s=2.0) == frames[20:]


TURNS = [
    # display matrix (a, b, c, d); clockwise turn; the stored picture for an upright one
    ((0, 1, -1, 0), 90, lambda image: np.rot90(image, 1)),  # telephone held upright
    ((-1, 0, 0, -1), 180, lambda image: np.rot90(image, 2)),
    ((0, -1, 1, 0), 270, lambda image: np.rot90(image, 3)),
    ((-1, 0, 0, 1), 0, lambda image: image[:, ::-1]),  # mirrored, as front cameras do
    ((1, 0, 0, 1), 0, lambda image: image),
]


@pytest.mark.parametrize(("matrix", "turn", "store"), TURNS)
def test_pictures_are_upright(tmp_path, monkeypatch, matrix, turn, store):
    stored = store(paint_number(0, 160, 120))
    height, width = stored.shape[:2]
    monkeypatch.setattr(video_files, "paint_number", lambda number, *_: store(paint_number(number, 160, 120)))
    path = make_clip(tmp_path / "turned.mp4", frames=12, size=(width, height))
    video_files.set_display_matrix(path, *matrix)
    with VideoReader.open(path) as reader:
        info = reader.info
        assert (info.width, info.height, info.rotation_deg) == (160, 120, turn)
        frames = list(reader.frames(max_side=64))
    assert [read_number(frame.image) for frame in frames] == list(range(12))
    assert frames[0].image.shape == (48, 64, 3) and frames[0].image.flags.c_contiguous


SIZES = [
    # stored (width, height), max_side, expected (height, width)
    ((160, 120), None, (120, 160)),  # as it is
    ((160, 120), 640, (120, 160)),  # never enlarged
    ((160, 120), 64, (48, 64)),  # smaller
    ((120, 160), 64, (64, 48)),  # the longer side counts
    ((322, 242), 100, (75, 100)),  # rounded
]


@pytest.mark.parametrize(("size", "max_side", "expected"), SIZES)
def test_size_and_layout_of_pictures(clip, size, max_side, expected):
    with VideoReader.open(clip("sized.mp4", size=size, frames=3), "auto" if max_side == 100 else "pyav") as reader:
        image = next(reader.frames(max_side=max_side)).image
    assert image.shape == (*expected, 3) and image.dtype == np.uint8 and image.flags.c_contiguous


def test_colours_are_rgb_and_alike_in_both_decoders(tmp_path, monkeypatch):
    red = np.zeros((120, 160, 3), np.uint8)
    red[..., 0] = 200
    monkeypatch.setattr(video_files, "paint_number", lambda *_: red)
    path = make_clip(tmp_path / "red.mp4", frames=3)
    for decoder in ("auto", "pyav"):
        with VideoReader.open(path, decoder) as reader:
            assert next(reader.frames(max_side=64)).image.mean(axis=(0, 1)) == pytest.approx([200, 0, 0], abs=6)


CUTS = [
    # file, how made: the first 60 % of its bytes are kept
    ("cut.mkv", {}),
    ("cut.ts", {}),
    ("cut.avi", {"codec": "mpeg4"}),
    ("cut.webm", {"codec": "libvpx-vp9"}),
    ("cut.flv", {}),
    ("cut.mp4", {"container_options": {"movflags": "faststart"}}),  # index in front
]


@pytest.mark.parametrize(("name", "how"), CUTS, ids=[name for name, _ in CUTS])
def test_truncated_file_gives_all_before_the_cut(tmp_path, name, how):
    path = make_clip(tmp_path / name, frames=300, rate=30, gop=30, **how)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with VideoReader.open(path) as reader:
        frames = [(frame.t_s, read_number(frame.image)) for frame in reader.frames()]
        kept = numbers(frames)[:-3]  # the last ones may be half pictures
        assert kept == list(range(len(kept))) and 120 < len(kept) < 250
        if name != "cut.ts":  # such a file does not say how long it should be
            assert any("is damaged after" in warning for warning in reader.warnings)
    assert read(path, "pyav", start_s=2.0)[:60] == frames[60:120]


def test_damaged_middle_is_skipped_with_a_warning(tmp_path):
    path = make_clip(tmp_path / "hurt.mp4", frames=300, rate=30, gop=30, container_options={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    for k in range(len(data) * 40 // 100, len(data) * 45 // 100):
        data[k] = (k * 97) % 251
    path.write_bytes(data)
    for decoder in ("auto", "pyav"):
        with VideoReader.open(path, decoder) as reader:
            got = [read_number(frame.image) for frame in reader.frames()]
            warnings = reader.warnings
        assert got[:60] == list(range(60)) and got[-60:] == list(range(240, 300)) and len(got) > 200
        assert sum("the file is damaged after" in warning for warning in warnings) == 1


CHILDREN = [
    # what decord's process does instead; reason given; frames that came before
    ("raise SystemExit(3)", "ended with code 3"),
    ("import time; time.sleep(60)", "gave nothing for 1 s"),  # hangs at once
    ("import sys; sys.stdout.write('hello'); sys.stdout.flush()", "ended with code 0"),
    ("import sys; sys.modules['decord'] = None; child.main()", "it cannot be imported"),
    ("child.decode_segment = on_second(lambda: os.abort()); child.main()", "ended with code -6"),  # aborts midway
    ("child.decode_segment = on_second(lambda: time.sleep(60)); child.main()", "gave nothing for 1 s"),  # hangs midway
    ("child.decode_segment = on_second(lambda: 1 / 0); child.main()", "division by zero"),  # error midway
]


@needs_decord
@pytest.mark.parametrize(("code", "reason"), CHILDREN)
def test_pyav_takes_over_where_decord_stops(clip, code, reason):
    if "-6" in reason and sys.platform == "win32":
        pytest.skip("abort() has another code here")
    program = textwrap.dedent("""
        import os, time
        from pipeline import decord_child as child
        def on_second(action, calls=[0], decode=child.decode_segment):
            def decode_or_act(*arguments):
                calls[0] += 1
                if calls[0] == 2:
                    action()
                return decode(*arguments)
            return decode_or_act
    """)
    path = clip("long.mp4", frames=120, rate=30, gop=30, options=B_FRAMES)
    command = [sys.executable, "-c", program + code]
    begin = time.monotonic()
    with VideoReader.open(path, decord_command=command, decord_timeout_s=1.0) as reader:
        frames = [(frame.t_s, read_number(frame.image)) for frame in reader.frames()]
        assert [number for _, number in frames] == list(range(120))  # none lost, none twice
        assert [t_s for t_s, _ in frames] == pytest.approx([k / 30 for k in range(120)])
        assert len(reader.warnings) == 1 and reason in reader.warnings[0] and "PyAV reads it" in reader.warnings[0]
        if "sleep" in code:  # the first segment had come: 60 frames
            assert ("after 2.0 s" in reader.warnings[0]) == ("on_second" in code)
        assert reader.info.decoder == "pyav"
    assert time.monotonic() - begin < 15


def test_decord_not_installed_is_said(kind, monkeypatch):
    monkeypatch.setattr(video, "_has_decord", lambda: False)
    with VideoReader.open(kind("plain.mp4")) as reader:
        assert reader.info.decoder == "pyav"
        assert reader.warnings == [f"decord is not installed; PyAV reads {reader.info.source} instead"]


def test_decord_asked_for_where_it_is_not_right(kind):
    with VideoReader.open(kind("stream.ts"), "decord") as reader:
        assert reader.info.decoder == "pyav" and "not reliable with h264 in mpegts" in reader.warnings[0]


def running() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("video-prefetch", "decord-watch")]


@pytest.mark.parametrize("decoder", ["auto", "pyav"])
@pytest.mark.parametrize("how", ["generator", "reader", "dropped"])
def test_stopping_early_leaves_nothing_behind(clip, decoder, how):
    psutil = pytest.importorskip("psutil")
    before = len(psutil.Process().children())
    reader = VideoReader.open(clip("stop.mp4", frames=600, rate=30, gop=30), decoder)
    frames = reader.frames()
    next(frames)
    assert running()
    begin = time.monotonic()
    if how == "generator":
        frames.close()
    elif how == "reader":
        reader.close()
        assert len(list(frames)) < 20
    else:
        del frames
    assert time.monotonic() - begin < 2
    while running() and time.monotonic() - begin < 5:
        time.sleep(0.02)
    assert not running() and len(psutil.Process().children()) == before
    reader.close()


def test_errors_of_the_thread_reach_the_reader(tmp_path):
    path = make_clip(tmp_path / "gone.mp4", frames=5)
    with VideoReader.open(path) as reader:
        path.unlink()
        for prefetch in (0, 8):
            with pytest.raises(InputError, match=r"gone\.mp4 cannot be read"):
                list(reader.frames(prefetch=prefetch))


def test_prefetch_changes_nothing(kind):
    path = kind("pyramid.mp4")
    assert read(path, "pyav", prefetch=0) == read(path, "pyav", prefetch=1) == read(path, prefetch=8)


def test_two_readers_in_two_threads(kind):
    paths = [kind("pyramid.mp4"), kind("stream.ts")] * 2
    results: dict[int, list[int]] = {}
    threads = [
        threading.Thread(target=lambda k=k, path=path: results.update({k: numbers(read(path))}))
        for k, path in enumerate(paths)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {k: list(range(40)) for k in range(4)}


@pytest.mark.parametrize("decoder", ["auto", "pyav"])
def test_memory_stays_flat(clip, decoder):
    psutil = pytest.importorskip("psutil")
    path = clip("hour.mp4", frames=1200, rate=30, gop=60, size=(320, 240), options=B_FRAMES)  # 276 MB of pictures
    process, seen = psutil.Process(), []
    with VideoReader.open(path, decoder) as reader:
        for k, _ in enumerate(reader.frames()):
            if k % 300 == 299:
                time.sleep(0.2)  # a slow consumer: nothing may pile up behind it
                seen.append(sum(p.memory_info().rss for p in (process, *process.children())) / 2**20)
    assert k == 1199 and seen[-1] - seen[0] < 30, seen


def test_live_stream_over_http(kind):
    data = kind("stream.ts").read_bytes()
    with video_files.serve_stream(data) as address, VideoReader.open(address) as reader:
        frames = [(frame.t_s, read_number(frame.image)) for frame in reader.frames(fps=5)]
        assert reader.info.is_live and reader.info.duration_s is None and reader.info.decoder == "pyav"
        assert reader.warnings == []
    assert numbers(frames) == list(range(0, 40, 5)) and frames[1][0] == pytest.approx(0.2)


def test_broken_rtsp_stream_is_connected_to_again(kind, monkeypatch):
    path, opened = kind("stream.ts"), []

    def connect(source):
        opened.append(source)
        if len(opened) in (3, 4):
            raise av.error.ConnectionRefusedError(111, "Connection refused", source)
        return av.open(str(path))

    monkeypatch.setattr(decoders, "open_container", connect)
    monkeypatch.setattr(video, "RETRY_S", (0.01, 0.02, 0.03))
    with VideoReader.open("rtsp://camera/1") as reader:
        frames = [(f.t_s, read_number(f.image)) for f in itertools.islice(reader.frames(prefetch=0), 120)]
    # first connection, second, two that fail, third; time never runs back
    assert numbers(frames) == [*range(40)] * 3 and len(opened) == 5
    assert all(early < late for (early, _), (late, _) in itertools.pairwise(frames))
    assert len(reader.warnings) >= 4 and "connecting again" in reader.warnings[0]


def test_camera(monkeypatch):
    cv2 = pytest.importorskip("cv2")
    monkeypatch.setattr(cv2, "VideoCapture", video_files.Camera)
    monkeypatch.setattr(video, "CAMERA_PATIENCE_S", 0.1)
    for source in (0, "0"):
        with VideoReader.open(source) as reader:
            info = reader.info
            assert (info.width, info.height, info.is_live, info.decoder) == (160, 120, True, "opencv")
            frames = list(reader.frames(max_side=64, prefetch=0))
            assert [read_number(frame.image) for frame in frames] == list(range(50))
            assert frames[0].image.shape == (48, 64, 3) and "no more pictures" in reader.warnings[0]
            assert all(early.t_s < late.t_s for early, late in itertools.pairwise(frames))
    with VideoReader.open(0) as reader:  # a slow consumer gets new pictures, not old ones
        numbers_seen = []
        for frame in reader.frames(prefetch=2):
            numbers_seen.append(read_number(frame.image))
            time.sleep(0.03)
        assert numbers_seen == sorted(set(numbers_seen)) and len(numbers_seen) < 20
    with pytest.raises(InputError, match="camera 1 is not there"):
        VideoReader.open(1)


def test_estimated_duration():
    # a container without duration, a stream with a frame count
    stream = SimpleNamespace(duration=None, frames=50, time_base=Fraction(1, 1000))
    container = SimpleNamespace(duration=None, streams=[stream])
    assert video._durations(container, stream, Fraction(25), 0.0) == (2.0, None, True)


def test_bad_inputs_are_named(tmp_path):
    for name, message in video_files.make_bad_inputs(tmp_path).items():
        with pytest.raises(InputError, match=message) as raised:
            VideoReader.open(tmp_path / name)
        assert "\n" not in str(raised.value), name


def test_bad_arguments_are_named(kind, monkeypatch):
    path = kind("plain.mp4")
    with pytest.raises(InputError, match="unknown decoder 'ffmpeg'; choose auto, decord or pyav"):
        VideoReader.open(path, "ffmpeg")
    with VideoReader.open(path) as reader:
        with pytest.raises(InputError, match="fps must be above 0, not 0"):
            reader.frames(fps=0)
        with pytest.raises(InputError, match="max_side must be at least 1 pixel"):
            reader.frames(max_side=0)
        assert list(reader.frames(start_s=100.0)) == [] and reader.warnings == []  # past the end: nothing
    for address in ("http://127.0.0.1:9/none.ts", "rtsp://127.0.0.1:9/none"):
        with pytest.raises(InputError, match="cannot be reached"):
            VideoReader.open(address)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"cannot be opened \(Permission denied\); check who may read it"):
        VideoReader.open(path)


def test_unneeded_packets_are_found_by_their_headers():
    # two NAL units with 4-byte lengths: SEI (6), then a slice that nothing refers to (type 1, nal_ref_idc 0)
    packet = av.Packet(b"\0\0\0\2\x06\0" + b"\0\0\0\3\x01ab")
    assert decoders.is_disposable(packet, 4)
    assert not decoders.is_disposable(av.Packet(b"\0\0\0\2\x41a"), 4)  # a slice that others refer to
    assert not decoders.is_disposable(av.Packet(b"\0\0\0\2\x67a\0\0\0\2\x01a"), 4)  # carries parameters
    assert not decoders.is_disposable(av.Packet(b"\xff\xff\xff\xff\x65"), 4)  # nonsense is kept
    assert decoders.is_idr(av.Packet(b"\0\0\0\2\x65a"), 4)
