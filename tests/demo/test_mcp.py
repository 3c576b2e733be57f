"""The page's endpoints as MCP tools, called by an MCP client. Skips without the extra `mcp`."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("mcp", reason='the extra is not installed (pip install "longtake[mcp]")')

import anyio
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def tools_at(weights, sense, footage):
    """Address of the tools of a running server."""
    from demo.app import open_page, parse_arguments

    given = ["--weights", str(weights), "--root", str(footage), "--port", "0", "--mcp"]
    studio, page = open_page(parse_arguments(given))
    yield page.longtake_url + "gradio_api/mcp/"
    studio.close()
    page.close(verbose=False)


def with_session(address, work):
    """What `work(session)` returns, in a session of its own."""

    async def run():
        async with (
            streamablehttp_client(address, timeout=60) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    return anyio.run(run)


def said(result) -> dict:
    """The JSON that a tool answered with."""
    assert not result.isError, result.content
    return json.loads(result.content[-1].text)


def test_the_tools_are_named_and_described(tools_at):
    tools = {tool.name: tool for tool in with_session(tools_at, lambda session: session.list_tools()).tools}
    assert set(tools) == {"index", "ask", "timeline"}
    assert "How many buses appear?" in json.dumps(tools["ask"].inputSchema) + tools["ask"].description
    assert {"clip", "question"} <= set(tools["ask"].inputSchema["properties"])
    assert "path" in tools["index"].inputSchema["properties"]


def test_a_video_is_indexed_and_asked(tools_at):
    async def work(session):
        state = said(await session.call_tool("index", {"path": "yard.mp4"}))
        asked = {"clip": state["clip"], "question": "When does the second square appear?"}
        return state, said(await session.call_tool("ask", asked))

    state, answer = with_session(tools_at, work)
    assert state["state"] == "ready" and state["kinds"] == {"square": 2}
    assert answer["kind"] == "time" and answer["value"] == pytest.approx(2.0, abs=0.3)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.mp4", "link.mp4"])
def test_a_path_outside_the_root_is_refused(tools_at, path):
    result = with_session(tools_at, lambda session: session.call_tool("index", {"path": path}))
    assert result.isError and "no video" in result.content[0].text
