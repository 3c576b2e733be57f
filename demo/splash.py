"""The page that is there at once, while the real one is being loaded (seconds), and then makes way for it.

It has the bundled clip to play and a question box that works: what is asked in it is kept in the browser, and asked
by the real page (`page.js`) as soon as that is there. Meanwhile it fetches the scripts that the real page needs.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from demo.page_files import page_files
from demo.texts import language_of, words

FOLDER = Path(__file__).resolve().parent
SAMPLE = FOLDER.parent / "data" / "samples" / "street.mp4"
PIECE = 1 << 18


def splash_html(language: str) -> str:
    """The whole page, in one answer."""
    texts = {key: escape(text, quote=True) for key, text in words(language).items()}
    page = (FOLDER / "splash.html").read_text(encoding="utf-8")
    video = f'<video src="sample.mp4" controls playsinline muted aria-label="{texts["sample"]}"></video>'
    texts["files"] = "".join(f'<link rel="prefetch" href="assets/{name}">' for name in page_files())
    texts |= {"lang": language, "stage": video if SAMPLE.is_file() else f"<p>{texts['starting']}</p>"}
    return re.sub(r"\{\{(\w+)\}\}", lambda match: texts[match[1]], page)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        with contextlib.suppress(OSError):  # the browser has gone
            if path == "/":
                body = splash_html(language_of(self.headers.get("Accept-Language"))).encode()
                self._head(200, "text/html; charset=utf-8", len(body))
                self.wfile.write(body)
            elif path.startswith("/assets/") and (file := page_files().get(path.removeprefix("/assets/"))) is not None:
                kind, body = "text/css" if file.suffix == ".css" else "text/javascript", file.read_bytes()
                self._head(200, kind, len(body), Cache_Control="max-age=300")
                self.wfile.write(body)
            elif path == "/sample.mp4" and SAMPLE.is_file():
                self._video()
            else:
                self._head(503, "text/plain", 0)

    def _head(self, status: int, kind: str, length: int, **more: str) -> None:
        self.send_response(status)
        fixed = {
            "Content-Type": kind,
            "Content-Length": str(length),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        for name, value in (fixed | {key.replace("_", "-"): value for key, value in more.items()}).items():
            self.send_header(name, value)
        self.end_headers()

    def _video(self) -> None:
        """The clip, or the range of it that the player asks for."""
        size = SAMPLE.stat().st_size
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first, last = (int(asked[1]), min(int(asked[2] or size), size - 1)) if asked else (0, size - 1)
        if first > last:
            return self._head(416, "video/mp4", 0, Content_Range=f"bytes */{size}")
        of = {"Content_Range": f"bytes {first}-{last}/{size}"} if asked else {}
        self._head(206 if asked else 200, "video/mp4", last - first + 1, Accept_Ranges="bytes", **of)
        with SAMPLE.open("rb") as file:
            file.seek(first)
            left = last - first + 1
            while left > 0 and (piece := file.read(min(PIECE, left))):
                self.wfile.write(piece)
                left -= len(piece)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def splash(host: str, port: int) -> Iterator[None]:
    """Serve the page while the body runs; nothing where the port is taken or chosen later (the launch says so)."""
    server = None
    if port:
        with contextlib.suppress(OSError):
            server = ThreadingHTTPServer((host, port), _Handler)
            threading.Thread(target=server.serve_forever, args=(0.05,), name="splash", daemon=True).start()
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()
