"""Well-known data through the same functions, against what was published of them."""

from fractions import Fraction

from intranet.metrics.core.blocks import Person, Unit, partition
from intranet.metrics.core.facts import Help, Presence
from intranet.metrics.core.figures import Places
from intranet.metrics.core.formulas.house import people_by_space
from intranet.metrics.core.formulas.people import help_outside
from intranet.metrics.core.release import House
from intranet.metrics.core.survival import Wait, curve, median, waiting_after
from tests.intranet.metrics.core.houses import MONDAY, opened, setting, told

WOMEN = {
    "Evelyn": "1 2 3 4 5 6 8 9",
    "Laura": "1 2 3 5 6 7 8",
    "Theresa": "2 3 4 5 6 7 8 9",
    "Brenda": "1 3 4 5 6 7 8",
    "Charlotte": "3 4 5 7",
    "Frances": "3 5 6 8",
    "Eleanor": "5 6 7 8",
    "Pearl": "6 8 9",
    "Ruth": "5 7 8 9",
    "Verne": "7 8 9 12",
    "Myra": "8 9 10 12",
    "Katherina": "8 9 10 12 13 14",
    "Sylvia": "7 8 9 10 12 13 14",
    "Nora": "6 7 9 10 11 12 13 14",
    "Helen": "7 8 10 11 12",
    "Dorothy": "8 9",
    "Olivia": "9 11",
    "Flora": "9 11",
}
ATTENDED = [3, 3, 6, 4, 8, 8, 10, 14, 12, 5, 4, 6, 3, 3]

TIES = """0:1 2 3 4 5 6 7 8 10 11 12 13 17 19 21 31|1:2 3 7 13 17 19 21 30|2:3 7 8 9 13 27 28 32|3:7 12 13|4:6 10
5:6 10 16|6:16|8:30 32 33|9:33|13:33|14:32 33|15:32 33|18:32 33|19:33|20:32 33|22:32 33|23:25 27 29 32 33|24:25 27 31
25:31|26:29 33|27:33|28:31 33|29:32 33|30:32 33|31:32 33|32:33"""
INSTRUCTOR = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21}

MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"


def two_blocks(first: set[Person], people: set[Person]) -> House:
    homes = {who: "one" if who in first else "other" for who in people}
    return opened(partition([Unit("C"), Unit("one", "C"), Unit("other", "C")], homes))


def test_the_women_of_natchez_met_in_four_places() -> None:
    """Davis, Gardner and Gardner, Deep South, 1941: of fourteen events, both groups came to the sixth to the ninth.

    How many came to each, and that these four bridge the groups, is the same in Freeman, "Finding social groups: a
    meta-analysis of the southern women data", 2003.
    """
    house = two_blocks(set(list(WOMEN)[:9]), set(WOMEN))
    facts = [Presence(who, MONDAY, int(event)) for who, events in WOMEN.items() for event in events.split()]
    present = people_by_space(facts, setting(house))
    assert [len(present[event]) for event in range(1, 15)] == ATTENDED
    assert told(house, "B2", facts, block=None) == Places(4, None)


def ties() -> list[tuple[int, int]]:
    lines = (line.split(":") for line in TIES.replace("\n", "|").split("|"))
    return [(int(one), int(other)) for one, others in lines for other in others.split()]


def modularity(pairs: list[tuple[int, int]], first: set[int]) -> Fraction:
    across = sum((one in first) != (other in first) for one, other in pairs)
    ends = sum((one in first) + (other in first) for one, other in pairs)
    all_ends = 2 * len(pairs)
    return 1 - Fraction(across, len(pairs)) - Fraction(ends**2 + (all_ends - ends) ** 2, all_ends**2)


def test_the_karate_club_has_few_ties_across_its_two_sides() -> None:
    """Zachary, "An information flow model for conflict and fission in small groups", 1977: 34 people, 78 ties.

    The modularity of the two sides is 0.358, and 0.371 where the ninth member goes with those he was closer to
    (Newman and Girvan, "Finding and evaluating community structure in networks", 2004).
    """
    pairs = ties()
    assert len(pairs) == 78
    assert round(float(modularity(pairs, INSTRUCTOR)), 3) == 0.358
    assert round(float(modularity(pairs, INSTRUCTOR - {8})), 3) == 0.371

    house = two_blocks(set(INSTRUCTOR), set(range(34)))
    facts = [Help(one, MONDAY, other) for pair in pairs for one, other in (pair, pair[::-1])]
    across = {who for pair in pairs if (pair[0] in INSTRUCTOR) != (pair[1] in INSTRUCTOR) for who in pair}
    assert help_outside(facts, setting(house)) == across
    assert sum((one in INSTRUCTOR) != (other in INSTRUCTOR) for one, other in pairs) == 11


def waits(words: str) -> list[Wait]:
    return [Wait(int(word.rstrip("+")), is_over=not word.endswith("+")) for word in words.split()]


def test_leukaemia_comes_back_after_31_weeks_and_after_23() -> None:
    """Miller, Survival Analysis, 1981, and the `aml` data of the R package survival: the medians, and S of each step."""
    maintained, other = curve(waits(MAINTAINED)), curve(waits(NOT_MAINTAINED))
    assert (median(maintained), median(other)) == (31, 23)
    assert [round(float(step.waiting), 3) for step in maintained] == [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184]
    assert [step.at_risk for step in maintained] == [11, 10, 8, 7, 5, 4, 2]
    assert round(float(waiting_after(other, 30)), 4) == 0.2917
    assert waiting_after(other, 45) == 0
