"""What links to people and teams show under a message."""

from wagtail import hooks

from intranet.portal.awaiting import beside_figures
from intranet.portal.cards import people_cards

hooks.register("link_card", people_cards)
hooks.register("beside_team_figures", beside_figures)
