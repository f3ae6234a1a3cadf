"""What a trace among the messages says. The same words are the mold that the script fills."""

from collections.abc import Callable, Iterable

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from realtime.threads.events import ThreadLink
from realtime.threads.models import Message, Thread, Trace
from realtime.threads.payloads import thread_link

register = template.Library()

Kind = Trace.Kind
ICONS = {
    Kind.SOLVED: "circle-check",
    Kind.REOPENED: "rotate-ccw",
    Kind.CLOSED: "lock",
    Kind.WITHDRAWN: "undo-2",
    Kind.MOVED_OUT: "arrow-right",
    Kind.MOVED_IN: "arrow-left",
    Kind.LEFT: "log-out",
}
SENTENCES: dict[str, str | Promise] = {
    Kind.SOLVED: _("{by} marked this question as solved{answer}."),
    Kind.REOPENED: _("{by} opened this conversation again."),
    Kind.CLOSED: _("{by} closed this conversation."),
    Kind.WITHDRAWN: _("{by} withdrew this question."),
    Kind.MOVED_OUT: _("{by} moved {count} from here to: {other}"),
    Kind.MOVED_IN: _("{by} moved {count} here from: {other}"),
    Kind.LEFT: _("{by} left this conversation."),
}


@register.simple_tag
def trace_icon(trace: Trace) -> str:
    return ICONS[Kind(trace.kind)]


@register.simple_tag
def trace_words(trace: Trace) -> SafeString:
    """What happened, as a sentence; each part that differs from trace to trace is a slot."""
    sentence = str(SENTENCES[trace.kind])
    parts: dict[str, Callable[[Trace], SafeString]] = {"by": who, "answer": answer, "count": how_many, "other": where}
    return format_html(sentence, **{name: part(trace) for name, part in parts.items() if f"{{{name}}}" in sentence})


def who(trace: Trace) -> SafeString:
    return format_html('<b data-slot="by">{}</b>', trace.by.name if trace.by else _("Former member"))


def answer(trace: Trace) -> SafeString:
    """Where the answer is, when one was kept; no link to one taken back since."""
    if trace.message is None:
        return SafeString("")
    colon, words = pgettext("before what is named", ": "), _("this answer")
    if trace.message.deleted_at:
        return format_html('<span data-slot="answer">{}<a>{}</a></span>', colon, words)
    address = trace.message.get_absolute_url()
    return format_html('<span data-slot="answer">{}<a href="{}">{}</a></span>', colon, address, words)


def how_many(trace: Trace) -> SafeString:
    """The number of messages moved, with the words for one and for several that a script may need."""
    one, many = _("a message"), ngettext("%s message", "%s messages", 2)
    words = one if trace.count == 1 else many.replace("%s", str(trace.count))
    return format_html('<span data-slot="count" data-one="{}" data-many="{}">{}</span>', one, many, words)


def where(trace: Trace) -> SafeString:
    """The other conversation, by its title where everybody here sees it."""
    another = _("another conversation")
    if trace.other is None:
        return format_html('<span data-slot="other" data-unnamed="{}">{}</span>', another, another)
    link: ThreadLink = thread_link(trace.other, seen_with=trace.thread)
    address = trace.other.get_absolute_url()
    title = link["title"] or another
    return format_html('<a data-slot="other" data-unnamed="{}" href="{}">{}</a>', another, address, title)


@register.simple_tag
def blank_traces(thread: Thread) -> Iterable[Trace]:
    """A trace of each kind with nothing in it: what the script fills for one that arrives."""
    return [
        Trace(thread=thread, seq=0, kind=kind, at=thread.created_at, other=Thread(pk=0), message=Message(pk=0))
        for kind in Kind
    ]
