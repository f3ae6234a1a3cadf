"""Lists in each other, as Draft.js means them: put in the place of draftjs_exporter's own reckoning.

Version 7.3 compares a line with the list that is deepest at that moment, and not with the one at its own depth: a line
of bullets after `1. a / - b` comes out numbered. Draftail's own saving goes through the same code, so it is mended for all.
"""

from draftjs_exporter import html
from draftjs_exporter.options import Options
from draftjs_exporter.types import Element
from draftjs_exporter.wrapper_state import WrapperState


class SteadyWrappers(WrapperState):
    """Keeps a line in the list at its depth when it is of the same kind, and begins another when it is not."""

    __slots__ = ()

    def get_wrapper_elt(self, options: Options, depth: int) -> Element:
        """The list that a line of this kind and depth stands in."""
        self.stack.slice(depth + 1)
        return super().get_wrapper_elt(options, depth)


def mend_lists() -> None:
    """Has every export of rich text keep the kinds of its lists."""
    html.WrapperState = SteadyWrappers  # type: ignore[attr-defined]  # there is no other way in
