"""Draws a scene with OpenGL, without a display: the picture, the number of the object at every pixel, silhouettes.

All moving figures of a clip lie in one vertex buffer; a frame is a table of bones, and who is away has bones of zeros.
The picture buffers are twice as fine as the picture. What stands still is drawn once per camera.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from data.rendering.camera import Camera
from data.rendering.light import Light, sun_view
from data.rendering.mesh import Mesh, join
from data.rendering.shaders import (
    CREVICE_FRAGMENT,
    DEPTH_FRAGMENT,
    FILM_FRAGMENT,
    FULL_VERTEX,
    LIGHT_FRAGMENT,
    MASK_FRAGMENT,
    SKY_FRAGMENT,
    SURFACE_FRAGMENT,
    SURFACE_VERTEX,
    VERSION,
)  # fmt: skip
from pipeline.errors import InputError

FINER = 2
"""The picture buffers are so many times finer than the picture, along each side."""
SHADOW_PX = 2048
_ATTRIBUTES = ("in_position", "in_normal", "in_colour", "in_look", "in_bone", "in_weight", "in_object")
_FORMAT = "3f 3f 3f 2f 2f 1f 1f"


@dataclass(frozen=True)
class Drawn:
    """image: (H, W, 3) uint8. object_px: (2H, 2W) uint16, the object's number + 1 at every fine pixel, 0 for none."""

    image: np.ndarray
    object_px: np.ndarray


def open_gl(threads: int = 1) -> Any:
    """An OpenGL context without a window. Raises InputError where the library or the driver is missing.

    threads: of a software driver (Mesa's llvmpipe).
    """
    os.environ.setdefault("LP_NUM_THREADS", str(threads))
    _load_triton()
    try:
        import moderngl
    except ImportError:
        raise InputError('drawing needs the package moderngl; install it with: pip install -e ".[render]"') from None
    try:
        return moderngl.create_context(standalone=True, backend="egl")
    except Exception as egl:
        try:
            return moderngl.create_context(standalone=True)
        except Exception:
            reason = str(egl).splitlines()[0] if str(egl) else type(egl).__name__
            raise InputError(
                f"drawing needs OpenGL 3.3, which does not start here ({reason}); on a slim Linux install the system "
                "packages libegl1 and libgl1-mesa-dri"
            ) from None


def _load_triton() -> None:
    """Mesa's driver and triton, which torch imports late, bring an LLVM each: triton behind it ends the process, before
    it does not."""
    with contextlib.suppress(ImportError):
        import triton  # noqa: F401


@cache
def noise_picture() -> np.ndarray:
    """(256, 256, 4) uint8 that repeats without a seam: soft, fine, soft, coarse noise."""
    rng = np.random.Generator(np.random.PCG64(20))
    size = 256

    def waves(first: int, last: int, fall: float) -> np.ndarray:
        total, weight = np.zeros((size, size)), 1.0
        cells = first
        while cells <= last:
            grid = rng.random((cells, cells))
            at = np.arange(size) * cells / size
            k, part = at.astype(int), at % 1
            part = part * part * (3 - 2 * part)
            rows = grid[k % cells] * (1 - part)[:, None] + grid[(k + 1) % cells] * part[:, None]
            full = rows[:, k % cells] * (1 - part) + rows[:, (k + 1) % cells] * part
            total += weight * full
            weight *= fall
            cells *= 2
        total -= total.min()
        return total / total.max()

    channels = [waves(4, 64, 0.5), waves(32, 256, 0.9), waves(8, 64, 0.6), waves(4, 16, 0.5)]
    out = np.empty((size, size, 4), np.uint8)
    for k, channel in enumerate(channels):  # every grey equally often, then drawn together: a steady contrast
        order = channel.ravel().argsort().argsort().reshape(size, size) / size**2
        out[..., k] = np.round(255 * (0.45 * order + 0.55 * channel))
    return out


def _poisson(many: int) -> np.ndarray:
    k = np.arange(many) + 0.5
    angle = k * 2.399963
    return (np.sqrt(k / many)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])).astype("f4")


class Stage:
    """A scene on the graphics device: scenery, figures, camera and light."""

    def __init__(self, gl: Any, size: tuple[int, int]) -> None:
        self.gl, self.size = gl, size
        width, height = size
        self.fine = fine = (width * FINER, height * FINER)
        program = lambda v, f: gl.program(vertex_shader=VERSION + v, fragment_shader=VERSION + f)  # noqa: E731
        self.surface = program(SURFACE_VERTEX, SURFACE_FRAGMENT)
        self.caster = program(SURFACE_VERTEX, DEPTH_FRAGMENT)
        self.mask = program(SURFACE_VERTEX, MASK_FRAGMENT)
        self.crevice = program(FULL_VERTEX, CREVICE_FRAGMENT)
        self.light = program(FULL_VERTEX, LIGHT_FRAGMENT)
        self.film = program(FULL_VERTEX, FILM_FRAGMENT)
        self.sky = program(FULL_VERTEX, SKY_FRAGMENT)
        corners = gl.buffer(np.array([-1, -1, 3, -1, -1, 3], "f4").tobytes())
        full = (self.crevice, self.light, self.film, self.sky)
        self.full = {p: gl.vertex_array(p, [(corners, "2f", "in_corner")]) for p in full}
        self.still_buffers, self.buffers = _picture_buffers(gl, fine), _picture_buffers(gl, fine)
        self.still_shadow, self.shadow = _shadow_buffer(gl), _shadow_buffer(gl)
        self.open = gl.framebuffer([gl.texture(size, 1, dtype="f1")])
        self.lit, self.behind = gl.framebuffer([gl.texture(fine, 4)]), gl.framebuffer([gl.texture(fine, 4)])
        self.still_lit = gl.framebuffer([gl.texture(fine, 4)])
        self.out = gl.framebuffer([gl.texture(size, 4)])
        self.silhouette = gl.framebuffer([gl.texture(fine, 1, dtype="f1")])
        noise = noise_picture()
        self.noise = gl.texture(noise.shape[:2], 4, noise.tobytes())
        self.noise.build_mipmaps()
        self.noise.filter = (gl.LINEAR_MIPMAP_NEAREST, gl.LINEAR)
        self.bones: Any = None
        self.scenery: dict[Any, Any] = {}
        self.figures: dict[Any, Any] = {}
        self.kept: list[Any] = []
        self.camera: Camera | None = None

    def load(self, scenery: Mesh, figures: Sequence[Mesh], bones: int) -> None:
        """Take the scene onto the device. figures: each with its bones and parts already numbered for the whole clip
        (part: object number + 1); bones: how many there are in all, and bone 0 stays where it is."""
        for old in self.kept:
            old.release()
        self.kept = []
        self.bones = self.gl.texture((3, max(bones, 1)), 4, dtype="f4")
        self.bones.filter = (self.gl.NEAREST, self.gl.NEAREST)
        self.kept.append(self.bones)
        self.scenery = self._vertex_arrays(scenery)
        whole = join(figures) if figures else None
        self.figures = self._vertex_arrays(whole) if whole is not None else {}
        self.still = None

    def _vertex_arrays(self, mesh: Mesh) -> dict[Any, Any]:
        columns = (
            mesh.position,
            mesh.normal,
            mesh.colour,
            mesh.look,
            mesh.bone,
            mesh.weight[:, None],
            mesh.part[:, None],
        )
        vertices = self.gl.buffer(np.concatenate(columns, 1).astype("f4").tobytes())
        faces = self.gl.buffer(mesh.faces.astype("i4").tobytes())
        self.kept += [vertices, faces]
        out = {}
        for program in (self.surface, self.caster, self.mask):
            names = [name if name in program else None for name in _ATTRIBUTES]
            form = " ".join(
                piece if name else f"{int(piece[0]) * 4}x" for piece, name in zip(_FORMAT.split(), names, strict=True)
            )
            used = [name for name in names if name]
            out[program] = self.gl.vertex_array(program, [(vertices, form, *used)], faces)
            self.kept.append(out[program])
        return out

    def aim(self, camera: Camera, light: Light, still_bones: np.ndarray | None = None) -> None:
        """Choose camera and light, and draw what stands still. still_bones: (B, 3, 4) of figures that never move."""
        gl = self.gl
        self.camera, self.lamp = camera, light
        self.vp = camera.view_projection
        self.sun_vp, wide_m, deep_m = sun_view(light, camera)
        self._set(self.light, softness=light.softness_m / wide_m + 0.5 / SHADOW_PX, bias=0.05 / deep_m)
        table = np.zeros((self.bones.height, 3, 4), "f4") if still_bones is None else still_bones.astype("f4")
        table[0, :, :3] = np.eye(3)
        self.pose(table)
        scene = [self.scenery] if still_bones is None else [self.scenery, self.figures]
        gl.enable_only(gl.DEPTH_TEST)
        self.still_shadow.clear(depth=1.0)
        for arrays in scene:
            self._draw(arrays, self.caster, self.still_shadow, self.sun_vp)
        self.still_buffers.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        for program in (self.caster, self.surface):  # the depth first: every pixel is shaded once
            gl.depth_func = "<="
            for arrays in scene:
                self._draw(arrays, program, self.still_buffers, self.vp)
        gl.enable_only(gl.NOTHING)
        self.behind.use()
        self.noise.use(0)
        self._set(
            self.sky, noise=0, inverse_vp=np.linalg.inv(self.vp), eye=tuple(map(float, camera.position)),
            sun_way=light.sun_way, sun_colour=light.sun_colour, zenith=light.zenith, horizon=light.horizon,
            exposure=light.exposure, clouds=light.clouds, saturation=light.saturation,
        )  # fmt: skip
        self.full[self.sky].render()
        self._light(self.still_buffers, self.still_shadow, self.still_lit, None)

    def _set(self, program: Any, **values: Any) -> None:
        for name, value in values.items():
            if name in program:
                if isinstance(value, np.ndarray):
                    program[name].write(
                        np.ascontiguousarray(value.T if value.shape == (4, 4) else value, "f4").tobytes()
                    )
                else:
                    program[name].value = value

    def _draw(
        self, arrays: dict[Any, Any], program: Any, target: Any, vp: np.ndarray, first: int = 0, many: int = -1
    ) -> None:
        target.use()
        self.bones.use(0)
        self.noise.use(1)
        self._set(program, view_projection=vp, bones=0, noise=1)
        arrays[program].render(vertices=many, first=first)

    def draw(
        self, bones: np.ndarray, changed: Sequence[tuple[int, int, int, int]] | None = None,
        present: Sequence[tuple[int, int]] = ((0, -1),),
    ) -> Drawn:  # fmt: skip
        """One frame. bones: (B, 3, 4), the first is the identity; zeros for who is away, and for what stands still
        (`aim`). changed: rectangles (x0, y0, x1, y1), pixels from the top left, outside which nothing differs from
        what stands still; None: anywhere. present: (first, how many) of the figures' face indices to draw."""
        gl, light = self.gl, self.lamp
        gl.enable_only(gl.DEPTH_TEST)
        self.pose(bones)
        gl.copy_framebuffer(self.shadow, self.still_shadow)
        gl.copy_framebuffer(self.buffers, self.still_buffers)
        if self.figures:
            for first, many in present:
                self._draw(self.figures, self.caster, self.shadow, self.sun_vp, first, many)
            for first, many in present:
                self._draw(self.figures, self.surface, self.buffers, self.vp, first, many)
        if changed is not None:
            gl.copy_framebuffer(self.lit, self.still_lit)
        self._light(self.buffers, self.shadow, self.lit, changed)
        self.lit.color_attachments[0].use(0)
        self.out.use()
        width, height = self.size
        self._set(
            self.film, lit=0, vignette=light.vignette, tint=light.cast, texel=(1 / width, 1 / height), blur=light.blur
        )
        self.full[self.film].render()
        image = np.frombuffer(self.out.read(components=3), np.uint8).reshape(height, width, 3)[::-1]
        numbers = np.frombuffer(self.buffers.read(components=1, attachment=2, dtype="u2"), np.uint16)
        return Drawn(image, numbers.reshape(self.fine[1], self.fine[0])[::-1])

    def _light(self, buffers: Any, shadow: Any, lit: Any, changed: Sequence[tuple[int, int, int, int]] | None) -> None:
        """Light the surfaces of `buffers` into `lit`, within the rectangles."""
        gl, camera, light = self.gl, self.camera, self.lamp
        assert camera is not None
        gl.enable_only(gl.NOTHING)
        colour, normal, _ = buffers.color_attachments
        depth = buffers.depth_attachment
        inverse = np.linalg.inv(self.vp)
        for k, texture in enumerate((colour, normal, depth, self.noise, shadow.depth_attachment)):
            texture.use(k)
        eye = tuple(float(v) for v in camera.position)
        self._set(
            self.crevice, depth=2, normal=1, inverse_vp=inverse, view_projection=self.vp, eye=eye, kernel=_poisson(12)
        )
        self._within(self.open, self.crevice, 1, changed)
        self.open.color_attachments[0].use(5)
        self.behind.color_attachments[0].use(6)
        self._set(
            self.light, colour=0, normal=1, depth=2, noise=3, shadow=4, open=5, behind=6, inverse_vp=inverse,
            sun_vp=self.sun_vp, eye=eye, sun_way=light.sun_way, sun_colour=light.sun_colour, zenith=light.zenith,
            horizon=light.horizon, bounce=light.bounce, haze=light.haze, exposure=light.exposure,
            saturation=light.saturation, lamps=light.lamps, poisson=_poisson(6),
        )  # fmt: skip
        self._within(lit, self.light, FINER, changed)

    def _within(
        self, target: Any, program: Any, finer: int, changed: Sequence[tuple[int, int, int, int]] | None
    ) -> None:
        """Run a full-picture program on the rectangles only."""
        target.use()
        if changed is None:
            self.full[program].render()
            return
        for x0, y0, x1, y1 in changed:
            target.scissor = (x0 * finer, (self.size[1] - y1) * finer, (x1 - x0) * finer, (y1 - y0) * finer)
            self.full[program].render()
        target.scissor = None

    def pose(self, bones: np.ndarray) -> None:
        """Give every figure its bones, (B, 3, 4): also what stands still, which `draw` leaves away."""
        self.bones.write(np.ascontiguousarray(bones, "f4").tobytes())

    def silhouette_px(self, box: tuple[float, float, float, float], first: int, many: int) -> int:
        """How many fine pixels a range of the figures' vertices would fill if nothing hid it, as they are posed.

        box: left, top, right, bottom in pixels of the picture, beyond which nothing of it lies.
        """
        gl = self.gl
        gl.enable_only(gl.NOTHING)
        width, height = self.fine
        x0, y0 = max(int(box[0] * FINER) - 1, 0), max(int(box[1] * FINER) - 1, 0)
        x1, y1 = min(int(np.ceil(box[2] * FINER)) + 1, width), min(int(np.ceil(box[3] * FINER)) + 1, height)
        if x1 <= x0 or y1 <= y0:
            return 0
        view = (x0, height - y1, x1 - x0, y1 - y0)
        self.silhouette.scissor = view
        self.silhouette.clear(0.0)
        self._draw(self.figures, self.mask, self.silhouette, self.vp, first, many)
        self.silhouette.scissor = None
        return int(
            np.count_nonzero(np.frombuffer(self.silhouette.read(viewport=view, components=1, alignment=1), np.uint8))
        )


def _picture_buffers(gl: Any, size: tuple[int, int]) -> Any:
    colour, normal = gl.texture(size, 4), gl.texture(size, 4, dtype="f2")
    number = gl.texture(size, 1, dtype="u2")
    number.filter = (gl.NEAREST, gl.NEAREST)
    depth = gl.depth_texture(size)
    depth.compare_func = ""
    for texture in (colour, normal, depth):
        texture.filter = (gl.NEAREST, gl.NEAREST)
        texture.repeat_x = texture.repeat_y = False
    return gl.framebuffer([colour, normal, number], depth)


def _shadow_buffer(gl: Any) -> Any:
    depth = gl.depth_texture((SHADOW_PX, SHADOW_PX))
    depth.compare_func = "<="
    depth.filter = (gl.LINEAR, gl.LINEAR)
    depth.repeat_x = depth.repeat_y = False
    # with a colour, because copy_framebuffer copies the depth along with a colour only
    return gl.framebuffer([gl.texture((SHADOW_PX, SHADOW_PX), 1, dtype="f1")], depth)
