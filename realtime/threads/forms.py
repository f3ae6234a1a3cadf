"""What people type into conversations."""

from __future__ import annotations

import re
import uuid
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from realtime.spaces.markup import EmptyMessage, clean_body
from realtime.threads.events import FileShown
from realtime.threads.fields import BodyField, LongField
from realtime.threads.models import Point, Poll, Thread
from realtime.threads.polling import FEWEST, LONGEST_OPTION, MOST, PollDraft
from realtime.threads.posting import NothingSaid
from realtime.threads.services import MOST_PEOPLE

MOST_PLACES = 60  # conversations to choose among; any other by its address
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,32}")


def has_words(line: str) -> bool:
    """Whether something is left to read of a line."""
    try:
        return bool(clean_body(line))
    except EmptyMessage:
        return False


class OwnAddressField(forms.CharField):
    """The address of one of our own pages, kept as a path. `host` is ours, as the browser calls it."""

    host = ""

    def clean(self, value: Any) -> str:
        address = str(super().clean(value)).strip()
        if not address:
            return ""
        if not url_has_allowed_host_and_scheme(address, allowed_hosts={self.host}):
            raise forms.ValidationError(_("Give the address of a page on Parvis."))
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")


class TokensField(forms.Field):
    """The files brought before, by their tokens."""

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(token for token in value or [] if TOKEN.fullmatch(token)))


class WhoAnswersField(forms.TypedChoiceField):
    """Whether an announcement is one-way; None where nothing was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Who answers the announcement"),
            choices=[
                ("yes", _("Those who run the space alone (one-way)")),
                ("no", _("Everyone who sees it (exchange)")),
            ],
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )


class MessageForm(forms.Form):
    """One message. `client_id` is made with the form, so that sending twice says it once.

    `tokens` name files brought before; `attached` holds those that come with the form itself.
    """

    body = BodyField(label=_("Your message"), may_be_empty=True, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
    tokens = TokensField(widget=forms.MultipleHiddenInput, required=False)

    brought: tuple[FileShown, ...] = ()  # what the screen shows as ready to go with the words

    @property
    def attached(self) -> list[UploadedFile[Any]]:
        return self.files.getlist("attached") if self.files else []

    def clean(self) -> dict[str, Any]:
        words = super().clean() or self.cleaned_data
        if not words.get("body") and not words.get("tokens") and not self.attached and "body" not in self.errors:
            self.add_error("body", forms.ValidationError(NothingSaid.reason))
        return words


class SenseForm(forms.Form):
    """A question put to everyone of a conversation, with answers that are always the same."""

    body = BodyField(label=_("Your question"))
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def poll(self) -> PollDraft:
        """What it asks, once it is valid."""
        return PollDraft(Poll.Kind.SENSE)


class ChoiceForm(SenseForm):
    """A question with answers of its own, one a line."""

    options = LongField(
        label=_("Answers, one a line"),
        rows=5,
        max_length=MOST * (LONGEST_OPTION + 2),
        help_text=_("Two to ten, in the order in which they will be shown."),
    )
    is_multiple = forms.BooleanField(label=_("Several answers can be chosen"), required=False)
    field_order = ("body", "options", "is_multiple", "client_id")

    def clean_options(self) -> tuple[str, ...]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        labels = tuple(dict.fromkeys(clean_body(line) for line in lines if has_words(line)))
        if not FEWEST <= len(labels) <= MOST:
            raise forms.ValidationError(_("Write two to ten different answers, one a line."))
        if any(len(label) > LONGEST_OPTION for label in labels):
            raise forms.ValidationError(_("An answer has 120 characters at most."))
        return labels

    def poll(self) -> PollDraft:
        return PollDraft(Poll.Kind.CHOICE, self.cleaned_data["options"], self.cleaned_data["is_multiple"])


class EditForm(forms.Form):
    """Other words for a message; none at all only where files stand under it."""

    body = BodyField(label=_("Your message"))

    def __init__(self, *args: Any, has_files: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_files:
            self.fields["body"] = BodyField(label=_("Your message"), may_be_empty=True, required=False)


class ThreadForm(forms.Form):
    """A conversation to open."""

    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("What it is about, in a few words."))
    body = BodyField(label=_("First message"))
    kind = forms.ChoiceField(label=_("Kind"), initial=Thread.Kind.DISCUSSION, widget=forms.RadioSelect)
    is_one_way = WhoAnswersField(initial="yes", required=False)
    event_url = OwnAddressField(
        label=_("Address of the event"),
        required=False,
        max_length=300,
        help_text=_("Of its page on Parvis, if it has one."),
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"),
        choices=Thread.Audience.choices,
        initial=Thread.Audience.INTERNAL,
        widget=forms.RadioSelect,
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, *args: Any, with_guests: bool, is_guest: bool, may_announce: bool, host: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_audience = Thread.Audience.SHARED if is_guest else None if with_guests else Thread.Audience.INTERNAL
        if self.fixed_audience:  # a guest's words can only be where guests are
            self.fields["audience"] = forms.CharField(
                widget=forms.HiddenInput, initial=self.fixed_audience, required=False
            )
        open_to_all = [Thread.Kind.DISCUSSION, Thread.Kind.QUESTION]
        of_facilitators = [Thread.Kind.ANNOUNCEMENT, Thread.Kind.LIVE_QA]
        kinds = [*open_to_all, *(of_facilitators if may_announce else [])]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind.value, kind.label) for kind in kinds]
        cast(OwnAddressField, self.fields["event_url"]).host = host
        if not may_announce:
            for name in ("is_one_way", "event_url"):
                del self.fields[name]

    def clean_audience(self) -> str:
        return self.fixed_audience or self.cleaned_data["audience"]


class ReportForm(forms.Form):
    """What bothers somebody in a message or in a question."""

    reason = LongField(
        label=_("What is wrong with it"),
        max_length=500,
        rows=4,
        help_text=_("Those who run the space read this, with your name. The author will not know who asked."),
    )


class JudgeForm(forms.Form):
    """What is decided about a message or a question, and why."""

    decision = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    reason = LongField(
        label=_("The reason"),
        max_length=500,
        rows=4,
        help_text=_("It is shown in the place of what is hidden, and told to its author and to who reported it."),
    )

    def __init__(self, *args: Any, decisions: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"] = forms.ChoiceField(
            label=self.fields["decision"].label,
            choices=decisions,
            initial=decisions[0][0] if len(decisions) == 1 else None,
            widget=forms.RadioSelect,
        )


class AppealForm(forms.Form):
    """Why a hidden message should be shown."""

    words = LongField(
        label=_("Why it should be shown"),
        max_length=1000,
        rows=5,
        help_text=_("You can ask once. Those who run the space read this."),
    )


class MoveForm(forms.Form):
    """Where messages go: into a new conversation, or into one that is there, chosen or by its address."""

    to = forms.ChoiceField(label=_("Where they go"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title of the new conversation"), max_length=160, required=False)
    target = forms.ChoiceField(label=_("An existing conversation"), required=False)
    address = forms.CharField(
        label=_("Or its address"),
        max_length=300,
        required=False,
        help_text=_("Of a conversation in a space that you run. Nothing is moved to where more people see it."),
    )

    def __init__(self, *args: Any, places: QuerySet[Thread], may_split: bool, may_move: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        ways = [("new", _("Into a new conversation of this space"))] if may_split else []
        ways += [("there", _("Into a conversation that is there already"))] if may_move else []
        self.fields["to"] = forms.ChoiceField(
            label=self.fields["to"].label,
            choices=ways,
            initial=ways[0][0],
            widget=forms.RadioSelect if len(ways) > 1 else forms.HiddenInput,
        )
        if not may_split:
            del self.fields["title"]
        if may_move:
            listed = [(thread.pk, f"{thread.title} · {thread.space.name}") for thread in places[:MOST_PLACES]]
            self.fields["target"] = forms.ChoiceField(
                label=self.fields["target"].label, choices=[("", _("Choose a conversation")), *listed], required=False
            )
        else:
            del self.fields["target"], self.fields["address"]

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean() or {}
        if words.get("to") == "new" and not words.get("title", "").strip():
            self.add_error("title", _("Give the new conversation a title."))
        if words.get("to") == "there":
            words["place"] = self.place_of(words)
        return words

    def place_of(self, words: dict[str, Any]) -> Thread | None:
        """The conversation chosen or named by its address; None, with an error, when there is none of these."""
        found = re.search(r"/threads/([0-9]{1,15})/", words.get("address") or "")
        pk = found[1] if found else words.get("target")
        place = self.places.filter(pk=int(pk)).first() if pk else None
        if place is None:
            self.add_error(
                "address" if words.get("address") else "target", _("Choose a conversation of a space you run.")
            )
        return place


class ThreadChangeForm(forms.Form):
    """A conversation to rename or pin; of an announcement, who answers it."""

    title = forms.CharField(label=_("Title"), max_length=160)
    pinned = forms.BooleanField(label=_("Keep at the top of the space"), required=False)
    is_one_way = WhoAnswersField()

    def __init__(self, data: Any = None, *, thread: Thread) -> None:
        answers = "yes" if thread.is_one_way else "no"
        initial = {"title": thread.title, "pinned": thread.pinned, "is_one_way": answers}
        super().__init__(data, initial=initial)
        if thread.kind != Thread.Kind.ANNOUNCEMENT:
            del self.fields["is_one_way"]


class CitedField(forms.CharField):
    """Messages, by their numbers or addresses: "#12 #15 https://.../messages/20/". Cleans to their ids, each once."""

    def clean(self, value: Any) -> list[int]:
        words = super().clean(value).replace(",", " ").split()
        found = [re.fullmatch(r"#?(\d{1,15})|\S*/messages/(\d{1,15})/?", word) for word in words]
        if not all(found):
            raise forms.ValidationError(_("Name messages by their numbers (#12) or their addresses."))
        return list(dict.fromkeys(int(match[1] or match[2]) for match in found if match))


class PointForm(forms.Form):
    """One point of a synthesis. `version` is the one the writer read."""

    kind = forms.ChoiceField(label=_("Where it belongs"), choices=Point.Kind.choices)
    text = LongField(label=_("In a sentence or two"), max_length=1000, rows=3)
    cited = CitedField(
        label=_("Messages it rests on"),
        required=False,
        max_length=600,
        help_text=_("Their numbers (#12) or addresses, separated by spaces."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class CloseForm(forms.Form):
    """Why a conversation ends."""

    reason = LongField(
        label=_("Why is it closed?"),
        max_length=300,
        rows=2,
        help_text=_("Everybody in the conversation reads this."),
    )


class PrivateForm(forms.Form):
    """A private conversation to begin: with whom, about what, and the first words."""

    people = forms.ModelMultipleChoiceField(label=_("With whom"), queryset=User.objects.none())
    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        required=False,
        help_text=_("Without one, it is called by the names of those in it."),
    )
    body = BodyField(label=_("First message"))
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["people"]).queryset = colleagues

    def clean_people(self) -> list[User]:
        people = list(self.cleaned_data["people"])
        if len(people) >= MOST_PEOPLE:
            raise forms.ValidationError(
                _("A private conversation is among %(most)s people at most, you included. Open a space for more."),
                params={"most": MOST_PEOPLE},
            )
        return people


class PrivateTitleForm(forms.Form):
    """Another title for a private conversation, or none."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        required=False,
        help_text=_("Without one, it is called by the names of those in it."),
    )


class RewordForm(forms.Form):
    """What is asked in a live Q&A."""

    body = LongField(label=_("Your question"), max_length=500, rows=2)


class QuestionForm(RewordForm):
    """Something to ask, with one's name or without."""

    is_anonymous = forms.BooleanField(
        label=_("Ask without my name"),
        required=False,
        help_text=_("Then nothing keeps who asked: you cannot change it or be told of its answer."),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
