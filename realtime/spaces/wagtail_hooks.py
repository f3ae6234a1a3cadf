"""What spaces do when people change, and the tab they have of their own."""

from wagtail import hooks

from realtime.spaces.services import follow_people
from realtime.spaces.tabs import about_tab

hooks.register("after_membership_change", follow_people)
hooks.register("after_activation_change", follow_people)
hooks.register("space_tabs", about_tab)
