"""The page: where everything stands, and which function of `demo.events` belongs to what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from demo.api import Api
from demo.events import Events
from demo.texts import TEXTS
from pipeline.talking.session import Studio

FOLDER = Path(__file__).resolve().parent
VIDEO_TYPES = ["video", ".mkv", ".avi", ".ts", ".m4v", ".mov", ".webm", ".mpg", ".mpeg", ".wmv", ".flv"]
PRIVATE = {"api_name": "page", "api_visibility": "private", "show_progress": "hidden"}
FONT = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", "sans-serif"]
LOADING, EMPTY = '<div class="lt-stage lt-bare lt-loading"></div>', '<div class="lt-log lt-none"></div>'
"""Until the bundled clip is there."""
KEPT_JS = "() => { try { return sessionStorage.longtakeTalk ?? ''; } catch { return ''; } }"
"""Which talk this tab had open before it was loaded again (page.js keeps it)."""
FOLLOWERS = 200
"""Pages whose progress is followed at the same time."""


def build_page(studio: Studio, detectors: list[str]) -> gr.Blocks:
    """The blocks; `launch_settings` has what belongs to them at launch. detectors: names or paths to choose from."""
    say, detectors = gr.I18n(**TEXTS), called(detectors)
    events, api = Events(studio, detectors), Api(studio, detectors)
    with gr.Blocks(title="Longtake", delete_cache=(3600, 24 * 3600), analytics_enabled=False) as page:
        head(say)
        with gr.Row(elem_id="lt-main", equal_height=False):
            with gr.Column(scale=6, min_width=320):
                stage = gr.HTML(LOADING, elem_id="lt-stage-box", js_on_load=None, apply_default_css=False)
                status = gr.HTML(elem_id="lt-status-box", js_on_load=None, apply_default_css=False)
                with gr.Row():
                    stop = gr.Button(say("cancel"), visible=False, size="sm", elem_id="lt-stop")
                    go_on = gr.Button(say("resume"), visible=False, size="sm", variant="primary", elem_id="lt-resume")
                videos = gr.Dropdown(
                    label=say("my_videos"), visible=False, elem_id="lt-videos", interactive=True, container=False
                )
                plot = gr.Plot(show_label=False, elem_id="lt-plot", container=False)
                gr.HTML(
                    say("timeline_hint"),
                    elem_classes="lt-pale",
                    elem_id="lt-plot-hint",
                    js_on_load=None,
                    apply_default_css=False,
                )
            with gr.Column(scale=5, min_width=320):
                chat = gr.HTML(EMPTY, elem_id="lt-chat", js_on_load=None, apply_default_css=False)
                gr.HTML(
                    '<div class="lt-wait-line" aria-live="polite"></div>',
                    elem_id="lt-pending",
                    js_on_load=None,
                    apply_default_css=False,
                )
                notice = gr.HTML(elem_id="lt-notice", js_on_load=None, apply_default_css=False)
                chips = gr.HTML(elem_id="lt-suggest", js_on_load=None, apply_default_css=False)
                with gr.Row(elem_id="lt-ask-row", equal_height=True):
                    question = gr.Textbox(
                        show_label=False,
                        label=say("question"),
                        placeholder=say("question_hint"),
                        elem_id="lt-question",
                        max_lines=3,
                        max_length=1000,
                        scale=5,
                        container=False,
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", spellcheck=False),
                    )
                    ask = gr.Button(say("ask"), variant="primary", elem_id="lt-ask", scale=1, min_width=80)
                with gr.Row(elem_id="lt-tools"):
                    gr.Button(say("copy"), size="sm", elem_id="lt-copy", min_width=60)
                    gr.Button(say("export"), size="sm", elem_id="lt-export", min_width=60)
                    clear = gr.Button(say("clear"), size="sm", elem_id="lt-clear", min_width=60)
        zoom = gr.Textbox(visible="hidden", elem_id="lt-zoom", show_label=False)
        again = gr.Textbox(visible="hidden", elem_id="lt-follow", show_label=False)
        kept = gr.Textbox(visible="hidden", elem_id="lt-kept", show_label=False)
        better = gr.Textbox(visible="hidden", elem_id="lt-better", show_label=False)
        gr.HTML(say("open_title"), elem_id="lt-open-title", js_on_load=None, apply_default_css=False)
        with gr.Row(elem_id="lt-open-row"):
            upload = gr.File(label=say("upload"), file_types=VIDEO_TYPES, elem_id="lt-upload", height=130, scale=2)
            with gr.Column(scale=3, min_width=260):
                sample = gr.Button(say("open_sample"), size="md", elem_id="lt-sample", min_width=120)
                with gr.Row(visible=studio.root is not None, elem_id="lt-path-row"):
                    path = gr.Textbox(
                        label=say("server_path"), placeholder=say("server_path_hint"), elem_id="lt-path", scale=4
                    )
                    open_path = gr.Button(say("open"), elem_id="lt-open-path", scale=1, min_width=70)
                with gr.Accordion(say("settings"), open=False, elem_id="lt-settings"):
                    detector = gr.Dropdown(
                        list(detectors),
                        value=next(iter(detectors)),
                        label=say("detector"),
                        info=say("detector_info"),
                        elem_id="lt-detector",
                    )
                    fps = gr.Slider(1, 10, value=5, step=0.5, label=say("fps"), info=say("fps_info"), elem_id="lt-fps")
                    device = gr.Radio(["auto", "cpu", "cuda"], value="auto", label=say("device"), elem_id="lt-device")
                    gr.HTML(say("settings_note"), elem_classes="lt-pale", js_on_load=None, apply_default_css=False)

        progress, shown = [status, stop, go_on], [stage, status, stop, go_on, chat, chips, plot, videos]
        how = [detector, fps, device]
        followed = {
            "fn": events.follow,
            "outputs": [*progress, chat, chips, plot],
            "concurrency_limit": FOLLOWERS,
            **PRIVATE,
        }
        page.load(events.greet, kept, shown, js=KEPT_JS, **PRIVATE)
        sample.click(events.open_sample, None, shown, **PRIVATE)
        upload.upload(events.open_upload, [upload, *how], [upload, *shown], **PRIVATE).then(**followed)
        for trigger in (open_path.click, path.submit):
            trigger(events.open_server, [path, *how], shown, **PRIVATE).then(**followed)
        better.change(events.look_again, [better, fps, device], [detector, *shown], **PRIVATE).then(**followed)
        videos.input(events.choose, videos, shown, **PRIVATE).then(**followed)
        stop.click(events.stop, None, progress, queue=False, **PRIVATE)
        go_on.click(events.go_on, None, progress, queue=False, **PRIVATE).then(**followed)
        for trigger in (ask.click, question.submit):
            asked = trigger(events.ask, question, [chat, question, notice], queue=False, **PRIVATE)
            asked.then(events.plot, None, plot, queue=False, **PRIVATE)
        again.change(**followed)
        zoom.change(events.zoom, zoom, plot, queue=False, **PRIVATE)
        clear.click(events.clear, None, [chat, plot], queue=False, **PRIVATE)
        page.unload(events.leave)
        add_api(api)
    page.queue(max_size=256, default_concurrency_limit=8, api_open=False)
    page.i18n_texts = say
    return page


def called(detectors: list[str]) -> dict[str, str]:
    """What people call a detector → its name or path: they need not know where this computer keeps it."""
    short = [Path(name).name for name in detectors]
    return {part if short.count(part) == 1 else name: name for part, name in zip(short, detectors, strict=True)}


def head(say: gr.I18n) -> None:
    with gr.Row(elem_id="lt-head"):
        gr.HTML("<h1>Longtake</h1>", js_on_load=None, apply_default_css=False, min_width=0, scale=0)
        gr.HTML(say("tagline"), js_on_load=None, apply_default_css=False, elem_classes="lt-pale")
        gr.HTML(say("source_link"), js_on_load=None, apply_default_css=False, elem_classes="lt-pale")


def add_api(api: Api) -> None:
    """Endpoints without components on the page; a file can only come through the upload."""
    video, place = gr.File(visible=False, label="video"), gr.Textbox(visible=False, label="path")
    detector, clip = gr.Textbox(visible=False, label="detector"), gr.Textbox(visible=False, label="clip")
    fps = gr.Number(5.0, visible=False, label="fps")
    device, question = gr.Textbox("auto", visible=False, label="device"), gr.Textbox(visible=False, label="question")
    out, press = gr.JSON(visible=False), gr.Button(visible=False)
    press.click(api.index, [video, place, detector, fps, device], out, api_name="index", concurrency_limit=16)
    press.click(api.ask, [clip, question], out, api_name="ask", concurrency_limit=4)
    press.click(api.timeline, [clip], out, api_name="timeline", concurrency_limit=4)


def launch_settings(page: gr.Blocks) -> dict:
    theme = gr.themes.Default(
        primary_hue="orange", neutral_hue="slate", font=FONT, font_mono=["ui-monospace", "monospace"]
    )
    script, style = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    # in the head, because gradio rewrites the selectors of `css`
    return {
        "theme": theme,
        "head": f'<meta name="referrer" content="same-origin"><style>{style}</style><script>{script}</script>',
        "i18n": page.i18n_texts,
    }


def say_json(page: gr.Blocks) -> None:
    """MCP tools answer with JSON. Gradio writes a dictionary as Python does ('single quotes', None, True)."""
    server = page.mcp_server_obj
    if server is None:
        return
    write = server.postprocess_output_data

    def as_json(data: Any, root_url: str):
        texts = [json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else one for one in data]
        return write(texts, root_url)

    server.postprocess_output_data = as_json
