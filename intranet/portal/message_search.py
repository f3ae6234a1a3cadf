"""Searching what was said, narrowed by whom, where and when: the form, and the lines it gives."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from intranet.people.models import Profile
from intranet.people.words import Question, ask, fold
from intranet.portal.excerpts import LENGTH, Piece, around, marked
from intranet.portal.search import Result
from realtime.spaces.markup import MAX_LENGTH, excerpt
from realtime.spaces.models import Space
from realtime.threads.cards import place_of
from realtime.threads.finding import EARLIEST, LATEST, Filters, find_messages
from realtime.threads.models import Message, Thread

NAMES = 8  # suggested
PEOPLE = 5_000  # whose names are looked through

STATES = [("", _("Answered or not")), ("open", _("Questions without an answer yet")), ("solved", _("Solved questions"))]
SORTS = [("", _("Best first")), ("newest", _("Newest first"))]
DAY = forms.DateInput(attrs={"type": "date"})
DAYS = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class MessageSearchForm(forms.Form):
    """What is looked for in messages. Every field may be empty, and stands in the address."""

    q = forms.CharField(label=_("Words"), max_length=200, required=False)
    author = forms.CharField(label=_("Said by"), max_length=120, required=False)
    space = forms.ModelChoiceField(
        label=_("In the space"),
        queryset=Space.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("All spaces"),
    )
    since = forms.DateField(label=_("From"), required=False, widget=DAY, validators=DAYS)
    until = forms.DateField(label=_("To"), required=False, widget=DAY, validators=DAYS)
    kind = forms.ChoiceField(label=_("Kind of conversation"), required=False)
    state = forms.ChoiceField(label=_("Questions"), choices=STATES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)
    mine = forms.BooleanField(label=_("Only what I said"), required=False)
    file = forms.BooleanField(label=_("With a file"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        space: Any = self.fields["space"]
        space.queryset = Space.objects.visible_to(user).places().order_by("name", "pk")
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("All kinds")), *Thread.Kind.choices]
        self.fields["author"].widget.attrs |= {"list": "names", "autocomplete": "off", "data-names-target": "field"}

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if words.get("since") and words.get("until") and words["since"] > words["until"]:
            self.add_error("until", _("The end comes before the beginning."))
        words["authors"] = self.authors(words)
        if words["authors"] == [] and words.get("author"):
            self.add_error("author", _("Nobody you can see has this name."))
        return words

    def authors(self, words: dict[str, Any]) -> list[int] | None:
        """Whose words are wanted; None for everyone's."""
        if words.get("mine"):
            return [self.user.pk]
        return [pk for pk, _name in people_named(words["author"], self.user)] if words.get("author") else None

    @property
    def filters(self) -> Filters:
        """What a valid form narrows the search to."""
        words = self.cleaned_data
        return Filters(
            authors=words["authors"],
            space=words["space"],
            since=words["since"],
            until=words["until"],
            has_file=words["file"],
            kind=words["kind"],
            state=words["state"],
        )


def people_named(text: str, user: User) -> list[tuple[int, str]]:
    """The people `user` sees each of whose asked words begins a word of their name, by name; one query."""
    asked = fold(text).split()
    seen = Profile.objects.visible_to(user).order_by("user__name", "pk").values_list("user_id", "user__name")[:PEOPLE]
    return [(pk, name) for pk, name in seen if asked and all(begins_in(word, name) for word in asked)]


def begins_in(word: str, name: str) -> bool:
    return any(part.startswith(word) for part in fold(name).replace("-", " ").split()) or word in fold(name).split()


def lines(form: MessageSearchForm) -> list[Result]:
    """What answers a valid form, each message a line: those whose conversation is called so first, unless by date."""
    question = ask(form.cleaned_data["q"])
    found = find_messages(question, form.filters, user=form.user)
    if form.cleaned_data["sort"] != "newest" and question:
        found.sort(key=lambda message: -closeness(message, question))
    return [line(message, question) for message in found]


def closeness(message: Message, question: Question) -> int:
    """How well a message answers: its conversation's title and its own words each holding what was typed, exactly."""
    title, body = fold(message.thread.title), fold(message.body)
    return sum(word in title for word in question.words) * 2 + sum(word in body for word in question.words)


def line(message: Message, question: Question) -> Result:
    """A message, with the words around what was found; its beginning where no words were asked for."""
    words = excerpt(message.body, MAX_LENGTH)
    shown = around(words, question) if question else [Piece(excerpt(message.body, LENGTH), False)]
    title = marked(message.thread.name, question) if question else [Piece(message.thread.name, False)]
    where = [place_of(message.thread), *([message.author.name] if message.author else [])]
    return Result("messages", message.get_absolute_url(), title, where, shown, message.posted_at)


def chips(form: MessageSearchForm, asked: QueryDict) -> list[tuple[str, str]]:
    """What narrows the search, in words, each with the address that goes without it."""
    told = []
    for name, value in form.cleaned_data.items():
        if name in ("sort", "authors") or not value:
            continue
        rest = asked.copy()
        for gone in (name, "page"):
            rest.pop(gone, None)
        told.append((f"?{rest.urlencode()}", chip(form, name, value)))
    return told


def chip(form: MessageSearchForm, name: str, value: Any) -> str:
    field: Any = form.fields[name]
    if name in ("since", "until"):
        return f"{field.label} {date_format(value, 'SHORT_DATE_FORMAT')}"
    if name in ("kind", "state"):
        return str(dict(field.choices)[value])
    return str(field.label) if value is True else str(value)
