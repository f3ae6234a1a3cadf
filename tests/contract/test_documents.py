"""What is written of the contract is what the code holds: neither can drift from the other."""

from realtime.live.contract import payloads
from realtime.threads import events
from realtime.threads.management.commands import event_types


def test_the_document_of_events_is_written_from_the_types() -> None:
    assert event_types.DOCUMENT.read_text() == event_types.document(), "run manage.py event_types"


def test_the_types_of_the_browser_are_written_from_ours() -> None:
    assert event_types.FILE.read_text() == event_types.types(), "run manage.py event_types"


def test_every_event_of_threads_has_its_type_in_the_browser() -> None:
    told = [payload.__name__ for _, payload in payloads(events)]

    assert set(told) <= {payload.__name__ for payload in event_types.PAYLOADS}
