"""The line to the mail server: what it certainly did not take is told from the rest; after a failure comes another."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

WORDS_WANTED = 354  # of DATA: from here on the server may have taken the letter without our hearing of it


class NotTaken(OSError):
    """The server certainly did not take the letter, and may take it later."""


class Line(smtplib.SMTP):
    """A connection that knows whether the words of the letter under way were asked for."""

    has_begun = False

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.has_begun = False
        return super().mail(sender, options)

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()
        self.has_begun = self.has_begun or code == WORDS_WANTED
        return code, words


class Backend(EmailBackend):
    """Django's, but that a line on which a letter failed is let go of, cut or not, so that `open` opens another."""

    connection_class = Line
    connection: Line | None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Sends them; raises NotTaken where the last one tried may be sent again, else what smtplib raises."""
        is_over = self.open()
        line: Any = self.connection
        try:
            return super().send_messages(email_messages)
        except OSError as error:  # smtplib's own errors are among them
            is_over = True
            is_unheard = isinstance(error, smtplib.SMTPServerDisconnected) and not line.has_begun
            if is_unheard or is_refused_for_now(error):
                raise NotTaken(*error.args) from error
            raise
        finally:
            if is_over:
                self.close()


def is_refused_for_now(error: OSError) -> bool:
    """Whether the server answered that the letter may come later: a code of 400 to 499, to any part of it."""
    codes = []
    if isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    return any(400 <= code < 500 for code in codes)
