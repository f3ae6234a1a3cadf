"""How fast one person may ask, remembered in this process for a moment and written nowhere."""

from realtime.live.rates import Bucket

EVERY = 20.0  # seconds a question, in the long run
BURST = 4  # at once
MOST = 5_000  # people remembered

_buckets: dict[int, Bucket] = {}


def may_ask(person_id: int) -> bool:
    """Whether `person_id` may ask now; counts it if so."""
    if len(_buckets) >= MOST:
        _buckets.clear()
    bucket = _buckets.setdefault(person_id, Bucket(1 / EVERY, BURST))
    return bucket.take()


def forget() -> None:
    """Begins anew, for tests."""
    _buckets.clear()
