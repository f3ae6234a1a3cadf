"""What is known of a measure when the figure of the house is made: exact numbers, and what is published of blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from intranet.metrics.core.bounded import Object
from intranet.metrics.core.figures import NOT_ENOUGH, Value
from intranet.metrics.core.setting import Setting


@dataclass(frozen=True)
class Gathered:
    """The people of each block whose bit is 1, or the objects; the blocks' published values, by block, and those of
    the other measures of the window, by measure and block. `whole` is what a formula of the house gave.
    """

    setting: Setting
    width: int
    counts: Mapping[str, int] = field(default_factory=dict)
    objects: Sequence[Object] = ()
    own: Mapping[str, Value] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    whole: Value = NOT_ENOUGH
