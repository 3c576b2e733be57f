"""Compressed packets → timed pictures: PyAV in this process, decord in a child process.

Both file decoders eat the same groups of packets (a key frame and all up to the next one) and share one sampling grid

    slot(t) = ⌊(t + ½ frame) · fps⌋,        a picture is a sample  ⇔  slot(t) > slot(picture before)

so they agree on every sampled time. The grid knows only times, never counts: reading from `start_s` on gives exactly
the tail of reading everything. A packet that no other packet refers to (H.264, nal_ref_idc = 0) and that cannot be the
first of its slot is never decoded; the samples stay the same.

decord is given short MP4 segments in memory, never the file: on a whole file its reader queues packets and pictures
without bound, and it trusts edit lists, frame counts and 32-bit times.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import math
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
from av.stream import Disposition
from av.video.reformatter import VideoReformatter

from pipeline.decord_child import SEGMENT_FPS, DecordChild, DecordFailed
from pipeline.records import Frame

SEEKABLE = ("mov", "matroska")
"""Containers with an index of key frames by presentation time. Others are read from the start, packets undecoded."""
RESTARTING = ("mpegts", "mpeg")
"""Containers whose clock may start anew in mid-file (joined or wrapped recordings)."""
NO_PTS = ("avi",)
"""Containers that store no presentation times; FFmpeg guesses them and errs where there are B-frames."""
MAX_GROUP = 1000
"""Packets in a group without a key frame before it is cut (bounds memory)."""
MAX_READ_ERRORS = 20
"""Read errors in a row before a file counts as ended."""
NETWORK_TIMEOUT_S = 10.0
SEGMENT_SAMPLES, SEGMENT_PACKETS, SEGMENT_BYTES = 32, 256, 256 << 20
"""A decord segment is whole groups until it has this many samples or packets; its pictures may take so many bytes."""


class SampleGrid:
    """Chooses the first picture of every slot; `fps=None` chooses every picture.

    frame_s: duration of a source frame, seconds (0 = unknown); half of it is the tolerance.
    """

    def __init__(self, fps: float | None, frame_s: float) -> None:
        self.fps = fps
        self.tolerance_s = min(frame_s, 1 / fps) / 2 + 1e-6 if fps else 0.0
        self.last_slot = -(1 << 62)

    def slot(self, t_s: float) -> int:
        return math.floor((t_s + self.tolerance_s) * self.fps)

    def take(self, t_s: float) -> bool:
        """Whether the picture at `t_s` is a sample; pictures must come in the order of time."""
        if self.fps is None:
            return True
        slot = self.slot(t_s)
        is_first, self.last_slot = slot > self.last_slot, max(slot, self.last_slot)
        return is_first


@dataclass
class Job:
    """One run through a source: what to read, from where, how to time, choose and shape the pictures.

    first_pts: presentation time of the file's first picture, units of the stream's time base; t_s counts from it.
    frame_s: duration of a source frame, seconds (0 = unknown). matrix: display matrix (a, b, c, d), see `make_upright`.
    stop: set it to end the run; kill: what else to call for that from another thread.
    end_s: how far the file has been read (out). is_damaged: whether that has been said (out).
    """

    source: str
    fps: float | None
    max_side: int | None
    start_s: float
    warn: Callable[[str], None]
    first_pts: int = 0
    frame_s: float = 0.0
    matrix: tuple[int, int, int, int] = (1, 0, 0, 1)
    threads: int = 2
    stop: threading.Event = field(default_factory=threading.Event)
    kill: Callable[[], None] | None = None
    end_s: float = 0.0
    is_damaged: bool = False

    def note_damage(self) -> None:
        """Warn, once, that what has just been read is broken."""
        if not self.is_damaged:
            self.warn(f"the file is damaged after {self.end_s:.1f} s; what can be read is kept")
        self.is_damaged = True


def open_container(source: str) -> av.container.InputContainer:
    """Open a path or a stream address with FFmpeg. Raises av.error.FFmpegError."""
    options = {"rtsp_transport": "tcp"} if source.startswith("rtsp") else {}
    timeout = NETWORK_TIMEOUT_S if "://" in source else None
    return av.open(source, options=options, timeout=timeout, metadata_errors="replace")


def find_video(container: av.container.InputContainer) -> av.video.stream.VideoStream | None:
    """The first video stream that FFmpeg can decode and that is not a cover picture."""
    for stream in container.streams.video:
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def format_name(container: av.container.InputContainer) -> str:
    """FFmpeg's first name for the container: mov (also mp4), matroska (also webm), avi, mpegts, …"""
    return container.format.name.split(",")[0]


def read_packets(container, stream, note_damage: Callable[[], None] | None) -> Iterator[av.Packet]:
    """The stream's packets; where the clock of an MPEG recording starts anew, time goes on instead.

    note_damage: called at each read error, which is then skipped; None = errors are raised.
    """
    second = round(1 / stream.time_base) if format_name(container) in RESTARTING else math.inf
    offset, last, errors = 0, None, 0
    while errors < MAX_READ_ERRORS:
        try:
            for packet in container.demux(stream):
                if not packet.size:  # end marks and dropped frames
                    continue
                errors = 0
                if packet.dts is not None:
                    if last is not None and packet.dts + offset < last - second:
                        offset = last + (packet.duration or 1) - packet.dts
                    last = packet.dts + offset
                    packet.dts += offset
                if packet.pts is not None:
                    packet.pts += offset
                yield packet
            return
        except av.error.FFmpegError:
            if note_damage is None:
                raise
            note_damage()
            errors += 1


def group_packets(packets: Iterable[av.Packet]) -> Iterator[list[av.Packet]]:
    """Packets in lists that start at key frames; a list longer than MAX_GROUP is cut."""
    group: list[av.Packet] = []
    for packet in packets:
        if group and (packet.is_keyframe or len(group) >= MAX_GROUP):
            yield group
            group = []
        group.append(packet)
    if group:
        yield group


def _seek(container, stream, target: int, note_damage) -> Iterator[av.Packet] | None:
    """Packets from the last key frame but one before `target` on, so that the picture before `target` is whole too.

    None where the container cannot be trusted to do that.
    """
    if format_name(container) not in SEEKABLE:
        return None
    try:
        container.seek(target, stream=stream)
        nearest = next(read_packets(container, stream, None))
        container.seek((nearest.pts if nearest.dts is None else nearest.dts) - 1, stream=stream)
        packets = read_packets(container, stream, note_damage)
        first = next(packets)
    except (av.error.FFmpegError, StopIteration, TypeError):
        return None
    if not first.is_keyframe or first.pts is None or first.pts >= min(target, nearest.pts):
        return None
    return itertools.chain([first], packets)


def _skip_groups(groups: Iterator[list[av.Packet]], target: int) -> Iterator[list[av.Packet]]:
    """`groups` from the last key frame but one before `target` on; all of them where packets carry no times."""
    held: deque[list[av.Packet]] = deque(maxlen=2)
    for group in groups:
        starts_late = group[0].is_keyframe and group[0].pts is not None and group[0].pts > target
        if starts_late or any(packet.pts is None for packet in group) or (held and len(held[-1]) > 20 * MAX_GROUP):
            yield from (*held, group)
            yield from groups
            return
        if held and not group[0].is_keyframe:  # a cut group belongs to the key frame before it
            held[-1] += group
        else:
            held.append(group)
    yield from held


@contextlib.contextmanager
def open_groups(job: Job, *, from_zero: bool = False):
    """(container, stream, groups of packets), starting where every picture from `job.start_s` on comes out whole.

    from_zero: start with the first packet, whatever `job.start_s` is.
    """
    is_later = job.start_s > 0 and not from_zero
    with contextlib.ExitStack() as stack:
        container = stack.enter_context(open_container(job.source))
        stream = find_video(container)
        target = job.first_pts + math.floor(job.start_s / stream.time_base)
        packets = _seek(container, stream, target, job.note_damage) if is_later else None
        if packets is None and is_later:  # a failed seek leaves the file somewhere: open it afresh
            container.close()
            container = stack.enter_context(open_container(job.source))
            stream = find_video(container)
        groups = group_packets(packets or read_packets(container, stream, job.note_damage))
        if packets is None and is_later and format_name(container) not in NO_PTS:
            groups = _skip_groups(groups, target)
        yield container, stream, groups


def length_bytes(stream) -> int:
    """Size of the NAL length field of an H.264 stream in MP4 or Matroska, bytes; 0 for anything else."""
    extradata = stream.codec_context.extradata
    is_avcc = stream.codec_context.name == "h264" and extradata and len(extradata) > 6 and extradata[0] == 1
    return (extradata[4] & 3) + 1 if is_avcc else 0


def nal_headers(packet: av.Packet, nal_length: int) -> Iterator[int]:
    """The first byte of every NAL unit: bits 5–6 nal_ref_idc, bits 0–4 type (ITU-T H.264, 7.3.1)."""
    data, position = memoryview(packet), 0
    while position + nal_length < packet.size:
        yield data[position + nal_length]
        position += nal_length + int.from_bytes(data[position : position + nal_length], "big")


def is_disposable(packet: av.Packet, nal_length: int) -> bool:
    """Whether no other picture refers to this H.264 packet: nal_ref_idc = 0 in all its slices (ITU-T H.264, 7.4.1)."""
    headers = list(nal_headers(packet, nal_length))
    slices = [header for header in headers if 1 <= header & 31 <= 5]
    has_parameters = any(header & 31 in (7, 8) for header in headers)
    return bool(slices) and not has_parameters and not any(header & 0x60 for header in slices)


def is_idr(packet: av.Packet, nal_length: int) -> bool:
    """Whether decoding can begin at this H.264 packet with nothing from before."""
    return nal_length > 0 and any(header & 31 == 5 for header in nal_headers(packet, nal_length))


def needed_packets(group: list[av.Packet], stream, job: Job, grid: SampleGrid) -> list[av.Packet]:
    """The packets that hold a sample or that another packet may refer to."""
    nal_length = length_bytes(stream) if grid.fps else 0
    if not nal_length or any(packet.pts is None for packet in group):
        return group
    slots = [grid.slot(to_seconds(packet.pts, stream, job)) for packet in group]
    first: dict[int, int] = {}
    for slot, packet in zip(slots, group, strict=True):
        if not packet.is_discard:  # an edit list hides it
            first[slot] = min(packet.pts, first.get(slot, packet.pts))
    return [
        packet
        for slot, packet in zip(slots, group, strict=True)
        if packet.pts == first.get(slot) or not is_disposable(packet, nal_length)
    ]


def to_seconds(pts: int, stream, job: Job) -> float:
    """Seconds since the file's first picture."""
    return (pts - job.first_pts) * stream.time_base.numerator / stream.time_base.denominator


def fit_size(width: int, height: int, max_side: int | None) -> tuple[int, int]:
    """(width, height) in pixels with the longer side at most `max_side`, aspect kept, never enlarged."""
    longer = max(width, height)
    if max_side is None or longer <= max_side:
        return width, height
    return max(1, round(width * max_side / longer)), max(1, round(height * max_side / longer))


def read_matrix(picture: av.VideoFrame) -> tuple[int, int, int, int]:
    """Signs (a, b, c, d) of the display matrix; the identity where there is none or it is not a right angle."""
    data = picture.side_data.get("DISPLAYMATRIX")
    if data is None:
        return 1, 0, 0, 1
    values = struct.unpack("=9i", bytes(data))
    a, b, c, d = (int(np.sign(round(values[i] / 65536))) for i in (0, 1, 3, 4))
    is_right_angle = (a and d and not b and not c) or (b and c and not a and not d)
    return (a, b, c, d) if is_right_angle else (1, 0, 0, 1)


def make_upright(image: np.ndarray, matrix: tuple[int, int, int, int]) -> np.ndarray:
    """(H, W, 3) as stored → as shown: the point (x, y) goes to (a·x + c·y, b·x + d·y), shifted into view."""
    a, b, c, d = matrix
    if (a, d) == (0, 0):
        image = image.transpose(1, 0, 2)[:: b or 1, :: c or 1]
    else:
        image = image[:: d or 1, :: a or 1]
    return np.ascontiguousarray(image)


def decode_packets(packets: Iterable[av.Packet], stream, job: Job) -> Iterator[tuple[float, av.VideoFrame]]:
    """(t_s, picture) in the order of time; what cannot be decoded is noted and skipped."""
    stream.thread_type, stream.thread_count = "AUTO", job.threads
    use_dts = format_name(stream.container) in NO_PTS
    packets, last_s, step_s, failure = iter(packets), None, job.frame_s, None
    packet = True
    while packet is not None and not job.stop.is_set():
        try:
            packet = next(packets, None)
        except av.error.FFmpegError as error:  # a stream broke off: what the decoder still holds comes first
            packet, failure = None, error
        try:
            pictures = stream.codec_context.decode(packet)
        except av.error.FFmpegError:
            job.note_damage()
            continue
        for picture in pictures:
            pts = picture.dts if use_dts or picture.pts is None else picture.pts
            if pts is not None:
                t_s = to_seconds(pts, stream, job)
            else:  # a raw stream, or the last pictures of an AVI
                t_s = 0.0 if last_s is None else last_s + step_s
            if last_s is None or t_s > last_s:
                step_s, last_s = step_s if last_s is None else t_s - last_s, t_s
                job.end_s = max(job.end_s, t_s + float((picture.duration or 0) * stream.time_base))
                if picture.is_corrupt and t_s >= job.start_s:
                    job.note_damage()
                yield t_s, picture
    if failure is not None:
        raise failure


def shape_picture(picture: av.VideoFrame, scaler: VideoReformatter, job: Job) -> np.ndarray:
    """(H, W, 3) uint8 RGB, upright, C-contiguous, longer side at most `job.max_side`."""
    width, height = fit_size(picture.width, picture.height, job.max_side)
    # threads=1: for one small picture, swscale's thread pool costs more than it gives
    small = scaler.reformat(picture, width, height, "rgb24", interpolation="AREA", threads=1)
    return make_upright(small.to_ndarray(), job.matrix)


def pyav_frames(job: Job) -> Iterator[Frame]:
    """Samples of a file, decoded in this process. Raises av.error.FFmpegError where it cannot be opened."""
    scaler = VideoReformatter()
    for from_zero in (job.start_s <= 0, True):
        grid, is_clean = SampleGrid(job.fps, job.frame_s), from_zero
        with open_groups(job, from_zero=from_zero) as (_, stream, groups):
            first = next(groups, None)
            if first is None:
                return
            entry_s = to_seconds(first[0].pts, stream, job) if first[0].pts is not None else math.inf
            groups = (needed_packets(group, stream, job, grid) for group in itertools.chain([first], groups))
            for t_s, picture in decode_packets(itertools.chain.from_iterable(groups), stream, job):
                if not is_clean and t_s > entry_s:
                    break  # "key frames" that need pictures before them (intra refresh): decode from the start instead
                is_clean = True
                if grid.take(t_s) and t_s >= job.start_s - 1e-6:
                    yield Frame(t_s, shape_picture(picture, scaler, job))
            else:
                return


def refuse_group(group: list[av.Packet], stream) -> str | None:
    """Why decord cannot decode this group by itself, frame for frame; None = it can."""
    first = group[0]
    if any(packet.pts is None for packet in group):
        return "packets carry no time"
    if not first.is_keyframe:
        return "key frames are missing or too far apart"
    if stream.codec_context.name == "h264" and not is_idr(first, length_bytes(stream)):
        return "its key frames are not complete pictures"
    if any(packet.pts < first.pts for packet in group):
        return "its groups of pictures lean on one another"
    if any(packet.is_discard for packet in group):
        return "an edit list hides some of its frames"
    if any(packet.is_corrupt for packet in group):
        return "some of it is damaged"
    if len({packet.pts for packet in group}) < len(group):
        return "two frames have the same time"
    return None


def remux(packets: list[av.Packet], stream) -> bytes:
    """An MP4 file in memory with these packets, in decoding order, timed 0, 1, 2, … ticks of 1/SEGMENT_FPS s.

    One key frame and an even clock leave decord nothing to seek to and nothing to get wrong; the true times stay here.
    """
    rank = {pts: index for index, pts in enumerate(sorted(packet.pts for packet in packets))}
    delay = max(index - rank[packet.pts] for index, packet in enumerate(packets))
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", options={"use_editlist": "0"}) as container:
        copy = container.add_stream_from_template(stream)
        copy.time_base = tick = Fraction(1, SEGMENT_FPS)
        for index, packet in enumerate(packets):
            packet.pts, packet.dts, packet.duration = rank[packet.pts] + delay, index, 1
            packet.time_base, packet.stream, packet.is_keyframe = tick, copy, index == 0
            container.mux(packet)
    return buffer.getvalue()


def decord_frames(job: Job, command: Sequence[str] | None, timeout_s: float) -> Iterator[Frame]:
    """Samples of a file, decoded by decord. Raises DecordFailed at the point where it cannot go on."""
    with open_groups(job) as (_, stream, groups), contextlib.closing(DecordChild(command, timeout_s)) as child:
        job.kill = child.process.kill
        asked: deque[list[float]] = deque()
        for times_s in ask_segments(job, stream, groups, child):
            asked.append(times_s)
            if len(asked) == 2:  # one segment ahead: decord works on it while this one is being used
                yield from (Frame(t_s, child.answer()) for t_s in asked.popleft())
        for times_s in asked:
            yield from (Frame(t_s, child.answer()) for t_s in times_s)


def ask_segments(job: Job, stream, groups: Iterator[list[av.Packet]], child: DecordChild) -> Iterator[list[float]]:
    """Send segments of whole groups to the child; yields the times of the frames asked for in each."""
    grid = SampleGrid(job.fps, job.frame_s)
    # decord's parser finds every VP9 key frame again, and would seek to them: one group per segment
    most_packets = 1 if stream.codec_context.name == "vp9" else SEGMENT_PACKETS
    size = fit_size(stream.width, stream.height, job.max_side)
    packets: list[av.Packet] = []
    wanted: dict[int, float] = {}
    last_pts = -math.inf
    for group in itertools.chain(groups, [None]):
        if packets and (group is None or len(wanted) >= SEGMENT_SAMPLES or len(packets) >= most_packets):
            if len(wanted) * size[0] * size[1] * 3 > SEGMENT_BYTES:
                raise DecordFailed("its pictures would take too much memory")
            if wanted:  # else nothing to decode here
                ordered = sorted(packet.pts for packet in packets)
                indices = [index for index, pts in enumerate(ordered) if pts in wanted]
                try:
                    data = remux(packets, stream)
                except (av.error.FFmpegError, ValueError) as error:
                    raise DecordFailed(f"its packets do not fit into MP4 ({error})") from error
                child.ask(data, size, len(packets), indices, job.threads)
                yield list(wanted.values())
            packets, wanted = [], {}
        if group is None:
            return
        reason = refuse_group(group, stream) or ("its times jump back" if group[0].pts <= last_pts else None)
        if reason:
            raise DecordFailed(reason)
        last_pts = max(packet.pts for packet in group)
        job.end_s = max(to_seconds(packet.pts + (packet.duration or 0), stream, job) for packet in group)
        for pts in sorted(packet.pts for packet in group):
            t_s = to_seconds(pts, stream, job)
            if grid.take(t_s) and t_s >= job.start_s - 1e-6:
                wanted[pts] = t_s
        packets += needed_packets(group, stream, job, grid)


Opened = tuple[av.container.InputContainer, Iterator[tuple[float, av.VideoFrame]]]
"""A live stream that is being decoded, and its (t_s, picture) still to come."""


def open_stream(job: Job) -> Opened:
    """Connect to a stream address. Raises av.error.FFmpegError."""
    container = open_container(job.source)
    stream = find_video(container)
    if stream is None:
        container.close()
        raise av.error.InvalidDataError(0, "it sends no picture", job.source)
    return container, decode_packets(read_packets(container, stream, None), stream, job)


def stream_frames(job: Job, opened: Opened, *, retry_s: Sequence[float]) -> Iterator[Frame]:
    """Samples of a live stream, timed by its own clock; after a break, by the clock on the wall.

    retry_s: seconds to wait before each attempt to connect again; () = the end of the stream is the end.
    """
    grid, scaler = SampleGrid(job.fps, job.frame_s), VideoReformatter()
    begin, t_s, waits = None, 0.0, deque(retry_s)
    while opened is not None:
        (container, pictures), shift = opened, None
        try:
            with container:
                for own_s, picture in pictures:
                    if shift is None:  # first picture of a connection
                        at_s = 0.0 if begin is None else max(time.monotonic() - begin, t_s + (job.frame_s or 0.04))
                        shift, waits = at_s - own_s, deque(retry_s)
                        begin = begin or time.monotonic()
                    t_s = own_s + shift
                    if grid.take(t_s) and t_s >= job.start_s - 1e-6:
                        yield Frame(t_s, shape_picture(picture, scaler, job))
            reason = "it ended"
        except av.error.FFmpegError as error:
            # HTTP without a length: FFmpeg cannot tell the end from a break
            reason = "it ended" if error.errno == errno.EIO and not retry_s else error.strerror
        opened = None
        while opened is None and not job.stop.is_set():
            if not waits:
                if retry_s or reason != "it ended":
                    job.warn(f"the stream is lost after {t_s:.1f} s ({reason})")
                return
            job.warn(f"the stream broke after {t_s:.1f} s ({reason}); connecting again in {waits[0]:g} s")
            job.stop.wait(waits.popleft())
            with contextlib.suppress(av.error.FFmpegError):
                opened = open_stream(job)
