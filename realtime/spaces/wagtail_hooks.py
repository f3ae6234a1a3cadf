"""What spaces do when people change: their groups follow in the same transaction."""

from wagtail import hooks

from realtime.spaces.services import follow_people

hooks.register("after_membership_change", follow_people)
hooks.register("after_activation_change", follow_people)
