"""All that is published of a house of some size, over four quarters in which people move, tells nobody's secret."""

from random import Random

from tests.intranet.metrics.core.linear import Program, program_of, quarters, told_secrets


def test_four_quarters_tell_nothing() -> None:
    random = Random(1)
    found = list(quarters(random, 120))
    insider = random.choice(sorted(found[0].blocks.homes, key=str))
    program = program_of(found, insider)
    assert len(program.secrets) > 4_000
    assert told_secrets(program) == []


def test_an_exact_number_beside_them_would_be_found() -> None:
    """The sum of those of a team who did not take part, at zero: then everybody did."""
    program = Program()
    bits = [program.variable() for _ in range(8)]
    program.secrets += bits
    program.keep(dict.fromkeys(bits, 1), 6, 8)
    assert told_secrets(program) == []

    exact = Program(list(program.high), list(program.rows), bits)
    exact.keep(dict.fromkeys(bits, -1), -8, -8)
    assert told_secrets(exact) == bits


def test_a_quarter_told_again_without_a_leaver_would_be_found() -> None:
    program = Program()
    leaver, *others = (program.variable() for _ in range(9))
    program.secrets += [leaver, *others]
    program.keep(dict.fromkeys([leaver, *others], 1), 3, 6)
    program.keep(dict.fromkeys(others, 1), 0, 2)
    assert told_secrets(program) == [leaver]
