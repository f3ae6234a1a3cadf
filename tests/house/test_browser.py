"""The browser of the tests is a real one, hears what a page does wrong, and reaches this machine alone."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.browser import Problems, Windows

PAGES = {
    "/good": "<!doctype html><title>Good</title><link rel='icon' href='data:,'><h1>Hello 👋</h1>",
    "/inline": "<!doctype html><title>Inline</title><link rel='icon' href='data:,'><script>document.title = 'ran'</script>",
    "/away": "<!doctype html><title>Away</title><link rel='icon' href='data:,'><img src='http://example.com/far.png' alt=''>",
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "script-src 'self'")
        self.end_headers()
        self.wfile.write(PAGES[self.path].encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_page_without_fault_has_no_problems(windows: Windows, problems: Problems, address: str) -> None:
    page = windows.open(address)
    page.goto("/good")
    assert page.get_by_role("heading", name="Hello").is_visible()
    assert problems.unexpected() == []


def test_a_breach_of_the_content_policy_is_heard(windows: Windows, problems: Problems, address: str) -> None:
    page = windows.open(address)
    page.goto("/inline")
    assert page.title() == "Inline"
    assert any("CSP: script-src" in problem for problem in problems.unexpected())
    problems.found.clear()


def test_only_this_machine_can_be_reached(windows: Windows, problems: Problems, address: str) -> None:
    problems.allow("ERR_NAME_NOT_RESOLVED")
    page = windows.open(address)
    page.goto("/away")
    assert any("example.com" in problem for problem in problems.found)
