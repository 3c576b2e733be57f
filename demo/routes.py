"""Addresses for what a page shows: the video with seeking, pictures of evidence and of moments.

Each begins with the token of a talk, which only its own page knows; nothing else of the disk can be reached.
"""

from __future__ import annotations

import io
import math
import mimetypes
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.errors import InputError
from pipeline.media import Pictures, moment
from pipeline.talking.conversation_file import write_conversation
from pipeline.talking.session import Studio, Talk

PRIVATE = {
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
GONE = PlainTextResponse("not found", 404)


def media_routes(studio: Studio) -> list[Route]:
    pictures = Pictures()

    async def video(request: Request) -> Response:
        talk = studio.talk(request.path_params["token"])
        if talk is None or talk.video is None or not talk.video.is_file():
            return GONE
        kind = mimetypes.guess_type(talk.video.name)[0] or ""
        kind = kind if kind.startswith("video/") else "application/octet-stream"
        return FileResponse(talk.video, media_type=kind, headers=PRIVATE)

    async def evidence(request: Request) -> Response:
        given = request.path_params
        talk = studio.talk(given["token"])
        found = await run_in_threadpool(pictures.evidence, talk, given["turn"], given["place"]) if talk else None
        return GONE if found is None else Response(found, media_type="image/jpeg", headers=PRIVATE)

    async def one_moment(request: Request) -> Response:
        talk = studio.talk(request.path_params["token"])
        try:
            t_s = float(request.query_params.get("t", "0"))
        except ValueError:
            t_s = math.nan
        if talk is None or not 0 <= t_s < 1e7:
            return GONE
        try:
            found = await run_in_threadpool(moment, talk, t_s)
        except InputError:
            return GONE
        return Response(found, media_type="image/jpeg", headers={**PRIVATE, "Cache-Control": "no-store"})

    async def conversation(request: Request) -> Response:
        talk = studio.talk(request.path_params["token"])
        if talk is None or not talk.turns:
            return GONE
        try:
            name, content = await run_in_threadpool(conversation_zip, talk)
        except InputError:
            return GONE
        kept = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/zip", headers={**PRIVATE, **kept})

    async def source(request: Request) -> Response:
        name = {"Content-Disposition": "attachment; filename=longtake-source.zip"}
        return Response(await run_in_threadpool(source_zip), media_type="application/zip", headers=name)

    return [
        Route("/source.zip", source),
        Route("/media/{token}/video", video, methods=["GET", "HEAD"]),
        Route("/media/{token}/moment.jpg", one_moment),
        Route("/media/{token}/conversation.zip", conversation),
        Route("/media/{token}/evidence/{turn:int}/{version:int}/{place:int}.jpg", evidence),
    ]


def conversation_zip(talk: Talk) -> tuple[str, bytes]:
    """(name of the file, its content). Raises InputError."""
    with tempfile.TemporaryDirectory(prefix="longtake-zip-") as folder:
        path = write_conversation(talk, Path(folder))
        name = "".join(c if c.isascii() else "_" for c in path.name)
        return name, path.read_bytes()


SOURCE_FOLDERS, SOURCE_ENDINGS = (
    ("pipeline", "models", "data", "demo"),
    (".py", ".md", ".tsv", ".txt", ".css", ".js", ".html"),
)
SOURCE_FILES = ("LICENSE", "README.md", "pyproject.toml", "constraints.txt")


@cache
def source_zip() -> bytes:
    """The program that is running here: who uses it over a network may have its source (AGPL-3.0, section 13)."""
    root, out = Path(__file__).resolve().parent.parent, io.BytesIO()
    files = [path for folder in SOURCE_FOLDERS for path in (root / folder).rglob("*") if path.suffix in SOURCE_ENDINGS]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*files, *(root / name for name in SOURCE_FILES)]):
            if path.is_file():
                archive.write(path, Path("longtake") / path.relative_to(root))
    return out.getvalue()
