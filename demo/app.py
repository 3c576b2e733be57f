"""The web demo: `python -m demo.app`, then open the address that it prints.

It listens on this computer only, and opens no other files than what people upload and the videos below --root.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from demo.quick_import import import_gradio, only_one_server
from demo.splash import splash
from pipeline.errors import InputError, run_cli

HERE = ("127.0.0.1", "localhost", "::1")
WARM_UP_AFTER_S = 5.0
"""So long the first visitor's page goes before the loading of the model."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo.app", description="Ask videos in the browser.", formatter_class=_Formatter
    )
    parser.add_argument(
        "--root", type=Path, metavar="FOLDER", help="videos below this folder can be opened by their path"
    )
    parser.add_argument(
        "--detector",
        action="append",
        metavar="NAME",
        help="a detector to choose from (name or path); the first is the default; may be given several times",
    )
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="folder of the model")
    net = parser.add_argument_group("who can reach it")
    net.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this computer only)")
    net.add_argument("--port", type=int, default=7860, help="port (default 7860; 0 = any free one)")
    net.add_argument(
        "--auth", action="append", metavar="USER:PASSWORD", help="ask for this; several times; or in LONGTAKE_AUTH"
    )
    net.add_argument("--share", action="store_true", help="also give it a public address (through gradio's servers)")
    net.add_argument("--mcp", action="store_true", help='offer "index", "ask" and "timeline" as MCP tools')
    most = parser.add_argument_group("limits")
    most.add_argument("--max-upload", type=float, default=4.0, metavar="GB", help="largest upload (default 4)")
    most.add_argument("--max-hours", type=float, default=12.0, metavar="H", help="longest video (default 12)")
    most.add_argument("--jobs", type=int, default=1, help="videos indexed at the same time (default 1)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C. Raises InputError."""
    began = time.perf_counter()
    args = parse_arguments(arguments)
    check_arguments(args)
    with splash(args.host, args.port):
        import_gradio()
        import demo.page  # noqa: F401
    studio, page = open_page(args)
    page_url = page.longtake_url
    print(f"Longtake is at {page_url} ({time.perf_counter() - began:.1f} s); Ctrl-C ends it", flush=True)
    for line in exposed(args):
        print(line, file=sys.stderr, flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("closing; begun indexing goes on next time", file=sys.stderr)
    finally:
        studio.close()
        page.close(verbose=False)
    return 0


def open_page(args: argparse.Namespace):
    """(studio, page), being served already; the model is loaded meanwhile. Raises InputError."""
    auth = check_arguments(args)
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from pipeline.talking.session import Limits, Studio

    limits = Limits(upload_bytes=int(args.max_upload * 2**30), hours=args.max_hours, jobs=args.jobs)
    from demo.page import build_page, launch_settings, say_json
    from demo.routes import media_routes
    from pipeline.video_qa import WEIGHTS

    studio = Studio(args.weights or WEIGHTS, root=args.root, limits=limits)
    with only_one_server():
        page = build_page(studio, args.detector or default_detectors())
    try:
        _, url, shared = page.launch(
            server_name=args.host,
            server_port=args.port or None,
            share=args.share,
            auth=auth or None,
            mcp_server=args.mcp,
            max_file_size=limits.upload_bytes,
            app_kwargs={"routes": media_routes(studio)},
            prevent_thread_lock=True,
            quiet=True,
            ssr_mode=False,
            show_error=False,
            pwa=False,
            footer_links=["api"],
            **launch_settings(page),
        )
    except OSError as error:
        raise InputError(f"cannot listen on {args.host}:{args.port} ({error}); choose another --port") from error
    if args.mcp:
        say_json(page)
    page.longtake_url = shared or url
    threading.Thread(target=_warm, args=(studio,), name="warm-up", daemon=True).start()
    return studio, page


def check_arguments(args: argparse.Namespace) -> list[tuple[str, str]]:
    """The users with their passwords. Raises InputError."""
    if args.root is not None and not args.root.is_dir():
        raise InputError(f"--root {args.root} is no folder")
    if args.weights is not None and not (args.weights / "model.safetensors").is_file():
        raise InputError(f"--weights {args.weights} holds no model (model.safetensors)")
    for name in ("max_upload", "max_hours", "jobs"):
        if not 0 < getattr(args, name) < 1e6:
            raise InputError(f"--{name.replace('_', '-')} is {getattr(args, name):g}; it must be a number above 0")
    if args.mcp and importlib.util.find_spec("mcp") is None:
        raise InputError('--mcp needs packages that are not installed; pip install "longtake[mcp]"')
    if args.share and os.environ.get("LONGTAKE_NO_SHARE"):
        raise InputError("--share is switched off here by LONGTAKE_NO_SHARE")
    pairs = [*(args.auth or []), *os.environ.get("LONGTAKE_AUTH", "").split()]
    users = []
    for pair in pairs:
        user, colon, password = pair.partition(":")
        if not (user and colon and password):
            raise InputError("--auth is USER:PASSWORD, with neither of them empty")
        users.append((user, password))
    return users


def exposed(args: argparse.Namespace) -> list[str]:
    """What others can reach, in sentences; nothing where only this computer can."""
    if args.host in HERE and not args.share:
        return []
    who = "everybody who has the public address" if args.share else "everybody who can reach this computer"
    locked = bool(args.auth or os.environ.get("LONGTAKE_AUTH"))
    lines = [f"warning: {who} can use this page" + (", with a password" if locked else " WITHOUT a password (--auth)")]
    can = [f"upload videos of up to {args.max_upload:g} GB, and keep this computer's processor busy"]
    if args.root is not None:
        can.append(f"open and watch every video below {args.root.resolve()}")
    if args.mcp:
        can.append("let programs do the same (MCP)")
    lines.append(f"warning: they can {'; '.join(can)}")
    if not args.share:
        lines.append("warning: what they send and see is not encrypted; put a server with HTTPS in front of it")
    return lines


def default_detectors() -> list[str]:
    """What can be chosen. First the usual one if it is here already, else the bundled one, which needs no network."""
    from pipeline.detectors.files import BUNDLED, KNOWN_NAMES, is_here

    bundled = ["bundled"] if BUNDLED.is_file() else []
    return [*KNOWN_NAMES, *bundled] if is_here(KNOWN_NAMES[0]) else [*bundled, *KNOWN_NAMES]


def _warm(studio) -> None:
    try:
        studio.warm_up(WARM_UP_AFTER_S)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=30, width=120)


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
