"""Published values as plain JSON, and back: the same value comes out as went in."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from intranet.metrics.core.bands import Band, Level
from intranet.metrics.core.figures import NOT_ENOUGH, Curve, Days, Places, Reached, Share, Silence, Standing, Value


class NotAValue(ValueError):
    """What is stored is no value of a figure."""


def stored(value: Value) -> dict[str, Any]:
    """A value as JSON holds it; fractions are written "8/11"."""
    match value:
        case Silence():
            return {"kind": "silence"}
        case Band(low, high):
            return {"kind": "band", "low": low, "high": high}
        case Level(place, of):
            return {"kind": "level", "place": place + 1, "of": of}
        case Standing():
            return {"kind": "standing", "is": value.name.lower()}
        case Days(median):
            return {"kind": "days", "median": median}
        case Places(living, variety):
            return {"kind": "places", "living": living, "variety": variety}
        case Share(share):
            return {"kind": "share", "share": str(share)}
        case Curve(points):
            return {"kind": "curve", "points": [[each.days, str(each.low), str(each.high)] for each in points]}


def restored(words: dict[str, Any]) -> Value:
    """The value that was stored. Raises `NotAValue`."""
    try:
        value: Value = READERS[words["kind"]](words)
    except (KeyError, TypeError, ValueError) as wrong:
        raise NotAValue(words) from wrong
    return value


READERS: dict[str, Any] = {
    "silence": lambda words: NOT_ENOUGH,
    "band": lambda words: Band(words["low"], words["high"]),
    "level": lambda words: Level(words["place"] - 1, words["of"]),
    "standing": lambda words: Standing[words["is"].upper()],
    "days": lambda words: Days(words["median"]),
    "places": lambda words: Places(words["living"], words["variety"]),
    "share": lambda words: Share(Fraction(words["share"])),
    "curve": lambda words: Curve(
        tuple(Reached(days, Fraction(low), Fraction(high)) for days, low, high in words["points"])
    ),
}


def in_words(value: Value) -> str:
    """A value as people read it, in their language."""
    match value:
        case Band(low, high):
            return _("%(low)s to %(high)s people") % {"low": low, "high": high}
        case Level():
            return level_in_words(value)
        case Standing():
            return {"BEHIND": _("behind"), "ON_PAR": _("on par"), "AHEAD": _("ahead")}[value.name]
        case Days(None):
            return _("more than half still wait")
        case Days(median):
            return _("half within %(days)s working days") % {"days": median}
        case Places(living, None):
            return _("%(living)s living places") % {"living": living}
        case Places(living, variety):
            return _("%(living)s living places, as varied as %(variety)s") % {"living": living, "variety": variety}
        case Share(share):
            return _("%(percent)s %% of the teams") % {"percent": round(100 * share)}
        case Curve(points):
            return ", ".join(map(reached_in_words, points))
    return _("not enough different contributions")


def level_in_words(level: Level) -> str:
    words = {
        3: [_("few"), _("about half"), _("most")],
        5: [_("few"), _("less than half"), _("about half"), _("more than half"), _("nearly all")],
    }
    return words[level.of][level.place]


def reached_in_words(point: Reached) -> str:
    return _("within %(days)s working days: %(low)s to %(high)s %%") % {
        "days": point.days,
        "low": round(100 * point.low),
        "high": round(100 * point.high),
    }
