"""Messages as browsers are told them."""

from collections.abc import Iterable

from intranet.accounts.models import User
from realtime.spaces.markup import excerpt
from realtime.threads.events import Author, MessagePosted, ReactionShown, ReplyTo
from realtime.threads.models import Message, Reaction


def author_shown(user: User | None) -> Author:
    """Who, as shown beside their words; somebody gone is "former member", named by the reader's screen."""
    if user is None:
        return Author(id=None, name="", photo="", is_guest=False)
    return Author(id=user.pk, name=user.name, photo=user.profile.photo_url, is_guest=user.is_guest)


def reply_shown(message: Message | None) -> ReplyTo | None:
    """A glance at the message answered, None when there is none or it was taken back."""
    if message is None or message.deleted_at:
        return None
    return ReplyTo(
        id=message.pk, author=message.author.name if message.author else "", excerpt=excerpt(message.body, 100)
    )


def message_posted(message: Message) -> MessagePosted:
    """The payload of `message.posted`."""
    return MessagePosted(
        id=message.pk,
        seq=message.seq,
        cid=str(message.client_id),
        author=author_shown(message.author),
        html=message.html,
        body=message.body,
        reply_to=reply_shown(message.reply_to),
        posted_at=message.posted_at.isoformat(),
    )


def reactions_shown(reactions: Iterable[Reaction]) -> list[ReactionShown]:
    """Signs by emoji in the order they first came, each with its people. Never a sum by person."""
    groups: dict[str, list[Author]] = {}
    for reaction in sorted(reactions, key=lambda r: r.pk):
        groups.setdefault(reaction.emoji, []).append(author_shown(reaction.user))
    return [ReactionShown(emoji=emoji, people=people) for emoji, people in groups.items()]
