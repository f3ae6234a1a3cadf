"""What somebody may have meant, when nothing answers what they typed."""

from difflib import get_close_matches

from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.models import Profile
from intranet.people.words import Question, folded
from realtime.spaces.models import Space
from realtime.threads.models import Thread

KNOWN = 3000  # titles and names that are looked through, the newest
ALIKE = 0.75  # 0 to 1, of difflib
SHORTEST = 4  # letters of a word worth correcting


def meant(question: Question, user: User) -> str:
    """The question with each unknown word replaced by the nearest one in what `user` may see; "" when there is none.

    Four queries.
    """
    known = known_words(user)
    words = [word if word in known else nearest(word, known) for word in question.words]
    return "" if tuple(words) == question.words else " ".join(words)


def nearest(word: str, known: dict[str, str]) -> str:
    """The known word most like `word`, as it is written, `word` itself when none is like it."""
    close = get_close_matches(word, known, n=1, cutoff=ALIKE) if len(word) >= SHORTEST else []
    return known[close[0]] if close else word


def known_words(user: User) -> dict[str, str]:
    """The words of the titles and names that `user` sees: as folded, and as written."""
    sources = [
        BasePage.objects.visible_to(user).order_by("-pk").values_list("title", flat=True),
        Thread.objects.visible_to(user).order_by("-pk").values_list("title", flat=True),
        Space.objects.visible_to(user).places().order_by("-pk").values_list("name", flat=True),
        Profile.objects.visible_to(user).order_by("-pk").values_list("user__name", flat=True),
    ]
    texts = [text for source in sources for text in source[:KNOWN]]
    written = {word.strip("«»“”\"'().,:;!?…").lower() for text in texts for word in text.replace("’", "' ").split()}
    return {form: word for word in sorted(written) for form in folded(word) if len(form) >= SHORTEST}
