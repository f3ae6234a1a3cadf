"""A site is the served product: its processes answer, survive one another, and stop in order."""

from tests.support.sites import Site


def test_every_process_answers_and_one_goes_on_when_the_other_is_killed(site: Site) -> None:
    first, *others = site.processes
    assert first.is_healthy()
    first.kill()
    assert not first.is_healthy()
    assert all(process.is_healthy() for process in others)
    first.start()
    assert first.is_healthy()


def test_a_process_that_is_asked_to_stop_ends_well(site: Site) -> None:
    assert [process.stop() for process in site.processes] == [0] * len(site.processes)


def test_a_site_has_its_own_database(site: Site) -> None:
    assert site.rows("SELECT count(*) FROM accounts_user WHERE email = %s", "mona@company.example") == [(0,)]
