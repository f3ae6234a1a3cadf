"""Listens to what the apps below say."""

from wagtail import hooks

from realtime.live.bell import on_access_change

hooks.register("after_access_change", on_access_change)
