"""What is there before the model and gradio are: the page before the page, gradio without pandas, a late model."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

import demo.splash
from demo.page_files import found_in, page_files
from demo.splash import splash, splash_html
from demo.texts import TEXTS
from pipeline.answerer import Answerer
from pipeline.errors import InputError
from pipeline.talking.late_answerer import LateAnswerer
from pipeline.talking.session import Studio


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-1000:]
    return done.stdout.strip()


def test_gradio_comes_without_pandas_and_pandas_without_harm():
    program = """
from demo.quick_import import import_gradio
import sys
gradio = import_gradio()
print("pandas" in sys.modules)
table = gradio.caching.pd.DataFrame({"a": [1]})   # gradio's own name for it
import pandas
print(type(table) is pandas.DataFrame, gradio.caching.pd.Series is pandas.Series, len(sys.meta_path) > 0)
print(import_gradio() is gradio, gradio.Textbox(label="x").label)
"""
    assert run(program).split("\n") == ["False", "True True True", "True x"]


def test_one_server_is_made_and_the_way_to_make_it_comes_back():
    program = """
from demo.quick_import import import_gradio, only_one_server
gradio = import_gradio()
from gradio.blocks import App
make = App.create_app
with only_one_server():
    with gradio.Blocks() as page:
        gradio.Textbox(label="x")
    page.queue()
print(page.app is None, App.create_app is make)
"""
    assert run(program) == "True True"


def test_the_splash_fetches_what_the_page_will_ask_for():
    assert any(name.startswith("index-") for name in page_files()) and len(page_files()) > 40
    assert all(f'href="assets/{name}"' in splash_html("en") for name in page_files())


def test_nothing_is_fetched_where_gradio_is_built_in_another_way(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1.js").write_text("m.f=[`a`]")
    (tmp_path / "index.html").write_text('<script src="./assets/index-1.js">')
    with pytest.raises(ValueError):
        found_in(tmp_path)
    (tmp_path / "assets" / "index-1.js").write_text("import(`./other-2.js`)")
    assert list(found_in(tmp_path)) == ["index-1.js"]


def test_the_bundled_clip_is_there_without_the_model():
    program = """
import sys
from pathlib import Path
from pipeline.talking.session import Studio
from pipeline.video_qa import WEIGHTS
studio = Studio(WEIGHTS)
talk = studio.open_sample(studio.person("a"))
print(len(talk.view) > 0, "torch" in sys.modules)
"""
    assert run(program) == "True False"


def test_a_late_model_is_the_model(weights):
    loaded = []

    def load() -> Answerer:
        loaded.append(1)
        return Answerer.load(weights)

    late = LateAnswerer(load, weights)
    assert late.digest == Answerer.load(weights).digest and not loaded
    assert late.confidence.__name__ == "confidence" and loaded
    with pytest.raises(InputError, match="install Longtake again"):
        _ = LateAnswerer(load, weights / "gone").digest


def test_a_model_that_cannot_be_loaded_is_said_without_the_servers_paths(weights, tmp_path, capsys):
    (tmp_path / "config.json").write_bytes((weights / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"no model")
    with pytest.raises(InputError, match="terminal") as refused:
        Studio(tmp_path).answerer()
    assert str(tmp_path) not in str(refused.value) and str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize("language", TEXTS)
def test_the_splash_is_whole_in_every_language(language):
    html = splash_html(language)
    assert "{{" not in html and f'lang="{language}"' in html and TEXTS[language]["tagline"] in html


def test_the_splash_serves_itself_and_the_clip_only(tmp_path, monkeypatch):
    monkeypatch.setattr(demo.splash, "SAMPLE", tmp_path / "clip.mp4")
    (tmp_path / "clip.mp4").write_bytes(bytes(range(100)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"

    def get(path: str, **headers: str) -> tuple[int, bytes]:
        with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers), timeout=10) as got:
            return got.status, got.read()

    with splash("127.0.0.1", port):
        assert re.search(b"<video[^>]+sample.mp4", get("")[1])
        assert get("sample.mp4") == (200, bytes(range(100)))
        assert get("sample.mp4", Range="bytes=10-19") == (206, bytes(range(10, 20)))
        assert get("sample.mp4", Range="bytes=90-") == (206, bytes(range(90, 100)))
        name = next(iter(page_files()))
        assert get(f"assets/{name}") == (200, page_files()[name].read_bytes())
        for path, status in (
            ("assets/../index.html", 503),
            ("assets/x.js", 503),
            ("config", 503),
            ("../app.py", 503),
            ("media/x/video", 503),
        ):
            with pytest.raises(urllib.error.HTTPError, match=str(status)):
                get(path)
        with pytest.raises(urllib.error.HTTPError, match="416"):
            get("sample.mp4", Range="bytes=500-")
        with splash("127.0.0.1", port):  # taken: nothing is served, nothing fails
            assert get("")[0] == 200
    with pytest.raises(urllib.error.URLError):
        get("")
