"""Why somebody is told: a sentence for each reason, in both languages."""

import pytest
from django.utils import translation

from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification
from realtime.notifications.templatetags.notifications import why

Reason = Notification.Reason


def sentences(reason: str, language: str) -> set[str]:
    """What is said of somebody's act and of nobody's, where it is more than what the category says."""
    notes = [Notification(category=Category.PAGE, reason=reason, actor=actor) for actor in (User(name="Nadia"), None)]
    with translation.override(language):
        return {why(note) for note in notes} - {str(Category.PAGE.label)}


@pytest.mark.feature("A1")
@pytest.mark.parametrize("reason", [reason for reason in Reason if reason != Reason.OTHER])
def test_every_reason_has_a_sentence_in_both_languages(reason: str) -> None:
    english, french = sentences(reason, "en"), sentences(reason, "fr")

    assert english
    assert len(english) == len(french)
    assert not english & french


def test_a_reason_that_is_not_known_says_what_its_category_says() -> None:
    assert not sentences("decided", "en")
