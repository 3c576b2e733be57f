"""The named endpoints, as `gradio_client` uses them; and what a server with a password refuses."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def client(site):
    return Client(site[0], verbose=False)


def test_a_video_is_indexed_and_asked(client, footage):
    job = client.submit(video=handle_file(str(footage / "yard.mp4")), api_name="/index")
    state = job.result(timeout=60)
    assert state["state"] == "ready" and state["kinds"] == {"square": 2}
    assert state["duration_s"] == pytest.approx(6.0, abs=0.2)
    answer = client.predict(state["clip"], "When does the second square appear?", api_name="/ask")
    assert answer["kind"] == "time" and answer["value"] == pytest.approx(2.0, abs=0.3)
    assert answer["evidence"][0]["class_name"] == "square" and answer["until_s"] is None
    rows = client.predict(state["clip"], api_name="/timeline")
    assert [(row["kind"], row["objects"]) for row in rows] == [("square", 2)]


def test_the_bundled_clip_and_a_server_path(client, sample_counts):
    assert client.predict("sample", "How many buses are there?", api_name="/ask")["value"] == sample_counts["bus"]
    assert client.submit(path="inside/deep.mp4", api_name="/index").result(timeout=60)["objects"] == 2


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.mp4", "link.mp4", "rtsp://127.0.0.1/x", "0", ""])
def test_a_path_outside_the_root_is_refused(client, path):
    with pytest.raises(AppError):
        client.submit(path=path, api_name="/index").result(timeout=60)


def test_a_raw_path_is_no_upload(client):
    with pytest.raises((AppError, ValueError)):
        client.submit(video={"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, api_name="/index").result(
            timeout=60
        )


@pytest.mark.parametrize(
    "given",
    [{"detector": "/etc/passwd"}, {"device": "rm -rf"}, {"detector": "evil.pt"}],
    ids=["path", "device", "name"],
)
def test_only_the_offered_detectors_and_devices(client, given):
    with pytest.raises(AppError, match="no such"):
        client.submit(path="yard.mp4", **given, api_name="/index").result(timeout=60)


def test_an_unknown_clip_is_a_sentence(client):
    with pytest.raises(AppError, match="index the video again"):
        client.predict("nobody", "How many buses are there?", api_name="/ask")


def test_only_the_three_are_public_and_they_are_documented(client):
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/index", "/ask", "/timeline"}
    assert all(endpoint["description"] for endpoint in named.values())


def test_no_file_of_the_computer_is_served(site):
    for path in ("gradio_api/file=/etc/passwd", "file=/etc/passwd", "media/x/video", "gradio_api/file=pyproject.toml"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(site[0] + path)
        assert refused.value.code in (403, 404)
    with urllib.request.urlopen(site[0] + "source.zip") as got:
        assert got.read(2) == b"PK"


def test_a_password_closes_page_and_api(weights, sense, sample_counts):
    from demo.app import open_page, parse_arguments

    given = ["--weights", str(weights), "--port", "0", "--auth", "ann:secret words"]
    studio, page = open_page(parse_arguments(given))
    try:
        for path in ("config", "gradio_api/info"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(page.longtake_url + path)
            assert refused.value.code == 401
        signed_in = Client(page.longtake_url, auth=("ann", "secret words"), verbose=False)
        assert (
            signed_in.predict("sample", "How many buses are there?", api_name="/ask")["value"] == sample_counts["bus"]
        )
    finally:
        studio.close()
        page.close(verbose=False)
