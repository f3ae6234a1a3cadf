"""Makes the people and conversations of a crash run, in a process of its own: `python -m tests.crash.people 8 3`."""

import json
import sys


def make(people: int, threads: int) -> dict[str, object]:
    """So many people in one space with so many conversations: their sessions by id, and the threads' ids."""
    from realtime.spaces.models import SpaceMember
    from tests.realtime.live import cast

    ada, *others = [cast.person() for _ in range(people)]
    place = cast.space(ada, *others)
    assert SpaceMember.objects.filter(space=place).count() == people
    return {
        "sessions": {one.pk: cast.session_of(one) for one in (ada, *others)},
        "threads": [cast.thread(place=place).pk for _ in range(threads)],
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make(int(sys.argv[1]), int(sys.argv[2]))))
