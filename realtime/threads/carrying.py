"""How messages take the files that were brought for them: a whole batch in two statements, none where there is no file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from realtime.threads.models import Attachment, Message

if TYPE_CHECKING:
    from realtime.threads.posting import Draft

MOST_FILES = 10  # under one message


class FileNotHere(Exception):
    """It was dropped meanwhile, was said already, or is not this person's to say here."""


def brought_for(drafts: Sequence["Draft"]) -> dict[str, Attachment]:
    """The files that drafts name and nobody has said yet, by token, held until the transaction ends."""
    tokens = {token for draft in drafts for token in draft.file_tokens}
    if not tokens:
        return {}
    waiting = Attachment.objects.unsaid().filter(token__in=tokens).select_for_update(of=("self",)).order_by("pk")
    return {attachment.token: attachment for attachment in waiting}


def take(draft: "Draft", message: Message, brought: Mapping[str, Attachment]) -> None:
    """Puts the files of a draft under its message, in the draft's order; all of them, or FileNotHere."""
    files = [brought.get(token) for token in dict.fromkeys(draft.file_tokens)]
    for file in files:
        if file is None or file.message is not None or not is_theirs(file, draft):
            raise FileNotHere
    for place, file in enumerate(files):
        if file is not None:
            file.message, file.place = message, place


def is_theirs(file: Attachment, draft: "Draft") -> bool:
    """Whether whoever speaks brought the file, for this very conversation."""
    return file.uploaded_by_id == draft.author_id and file.thread_id == draft.thread_id


def keep(files: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    """Writes which message carries each file, once the messages are stored; the files by message."""
    taken = [file for file in files if file.message is not None]
    if taken:
        Attachment.objects.bulk_update(taken, ["message", "place"])
    by_message: dict[int, list[Attachment]] = {}
    for file in taken:
        if file.message_id is not None:
            by_message.setdefault(file.message_id, []).append(file)
    return by_message
