"""What inboxes do when people come."""

from wagtail import hooks

from realtime.notifications.services import open_inboxes

hooks.register("after_activation_change", open_inboxes)
