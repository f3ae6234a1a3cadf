"""What our server sets up before it serves."""

import autobahn.websocket.protocol

from realtime.live.server import log_plainly


def test_autobahn_still_has_what_it_formats_its_log_with() -> None:
    """When it renames these, coming back at once costs a third more, and this test says why."""
    found = vars(autobahn.websocket.protocol)
    assert {"pformat", "hltype", "hlval"} <= found.keys()
    log_plainly()
    assert found["hltype"](log_plainly) == "log_plainly"
    assert found["hlval"](12) == "12"
    assert found["pformat"]([("versions", [13], "factory")]) == "[('versions', [13], 'factory')]"
