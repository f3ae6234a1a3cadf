"""The written company holds together: who is named exists, what is linked exists, and French is set as French."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from cms.models.front import check_address
from intranet.demo.seeding.content import (
    CONTENT,
    colleague,
    company,
    front,
    live_sessions,
    page_care,
    page_life,
    pages,
    private_conversations,
    syntheses,
    threads,
)

Table = dict[str, Any]


@dataclass(frozen=True)
class WrittenPage:
    """A page as its author left it: `meta` from the front matter, `body` in Markdown."""

    meta: Table
    body: str


COMPANY = company()
CUSTOMERS = tomllib.loads((CONTENT / "customers.toml").read_text())["customers"]
PAGES = {meta["slug"]: WrittenPage(meta, body) for meta, body in pages()}
PEOPLE = {person["key"]: person for person in COMPANY["people"]}
GUESTS = {guest["key"]: guest for guest in COMPANY["guests"]}
TEAMS = {team["slug"]: team for team in COMPANY["teams"]}
SPACES = {space["slug"]: space for space in COMPANY["spaces"]}
THREADS = dict(threads())
PRIVATE, LIVE = dict(private_conversations()), dict(live_sessions())

each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
each_person = pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE)
each_thread = pytest.mark.parametrize("thread", THREADS.values(), ids=THREADS)


# The company -----------------------------------------------------------------


def test_the_company_has_the_size_it_says() -> None:
    assert sum("left" not in person for person in PEOPLE.values()) == 120
    assert len(PEOPLE) == 124
    assert len(GUESTS) == 4
    assert Counter(team["kind"] for team in TEAMS.values()) == {"line": 14, "network": 1, "circle": 1}
    assert len(SPACES) == 12


def test_the_line_teams_stand_on_three_levels_under_one_root() -> None:
    depths = Counter(_depth(team) for team in TEAMS.values() if team["kind"] == "line")

    assert depths == {1: 1, 2: 3, 3: 10}


def test_names_and_addresses_are_nobody_elses() -> None:
    everyone = [*PEOPLE.values(), *GUESTS.values()]

    assert len({person["key"] for person in everyone}) == len(everyone)
    assert len({person["email"] for person in everyone}) == len(everyone)
    assert len({(person["first_name"], person["last_name"]) for person in everyone}) == len(everyone)
    assert all(person["email"].endswith(".example") for person in everyone)


def test_some_people_say_who_they_are_and_every_line_team_has_one_manager() -> None:
    present = [person for person in PEOPLE.values() if "left" not in person]
    managers = Counter(person["team"] for person in present if person["role"] == "manager")

    assert 45 <= sum("about" in person for person in present) <= 60
    assert managers == {team["slug"]: 1 for team in TEAMS.values() if team["kind"] == "line"}


@each_person
def test_a_persons_memberships_follow_each_other(person: Table) -> None:
    past = person.get("past", [])
    spans = [(stay["from"], stay["until"]) for stay in past]
    spans.append((person.get("since", person["joined"]), person.get("left", 0)))

    assert spans[0][0] == person["joined"]
    assert all(start < end for start, end in spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert {stay["team"] for stay in past} | {person["team"]} <= TEAMS.keys()
    for other in person.get("also", []):
        assert TEAMS[other["team"]]["kind"] != "line"
        assert other["since"] >= person["joined"]


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_space_names_people_and_teams_that_exist(space: Table) -> None:
    assert {*space["teams"], space.get("team", "vaubrenne")} <= TEAMS.keys()
    assert {*space["people"], *space["facilitators"]} <= PEOPLE.keys()
    assert set(space["guests"]) <= GUESTS.keys()
    assert space["facilitators"]
    assert len(space["description"]) <= 300
    assert all("left" not in PEOPLE[key] for key in [*space["people"], *space["facilitators"]])


def test_guests_enter_only_spaces_of_customers() -> None:
    entered = Counter(key for space in SPACES.values() for key in space["guests"])

    assert entered == dict.fromkeys(GUESTS, 1)
    assert all(space["kind"] == "customers" for space in SPACES.values() if space["guests"])


def test_six_people_are_offered_to_visitors() -> None:
    offered = [member["person"] for member in COMPANY["cast"]]

    assert len(set(offered)) == 6
    assert set(offered) <= PEOPLE.keys() | GUESTS.keys()
    assert sum(key in GUESTS for key in offered) == 1


# The customers ---------------------------------------------------------------


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer["slug"])
def test_a_customer_speaks_through_its_own_people_to_ours(customer: Table) -> None:
    contacts = {contact["key"]: contact for contact in customer["contacts"]}

    assert {contact["guest"] for contact in contacts.values() if "guest" in contact} <= GUESTS.keys()
    for voice in customer["voices"]:
        assert voice["contact"] in contacts
        assert voice["day"] < 0
        assert _is_here(voice["heard_by"], voice["day"])
        assert voice.get("machine", customer["machines"][0]) in customer["machines"]


def test_every_guest_is_a_contact_of_their_customer() -> None:
    known = {
        contact["guest"]: customer["slug"]
        for customer in CUSTOMERS
        for contact in customer["contacts"]
        if "guest" in contact
    }

    assert known == {guest["key"]: guest["customer"] for guest in GUESTS.values()}


# The pages -------------------------------------------------------------------


def test_there_are_sixty_pages_of_five_types() -> None:
    kinds = Counter(page.meta["type"] for page in PAGES.values())

    assert kinds == {"space": 12, "news": 16, "event": 8, "guide": 14, "collaborative": 10}


def test_each_space_has_its_home() -> None:
    homes = {page.meta["slug"]: page.meta["space"] for page in PAGES.values() if page.meta["type"] == "space"}

    assert homes == {slug: slug for slug in SPACES}


@each_page
def test_a_page_names_people_teams_and_spaces_that_exist(page: WrittenPage) -> None:
    meta = page.meta

    assert meta["space"] in SPACES
    assert meta["steward"] in TEAMS
    assert "left" not in PEOPLE[meta["contact"]]
    assert SPACES[meta["space"]]["created"] <= meta["published"] < 0
    assert _is_here(meta["author"], meta["published"])
    assert meta["title"]
    assert meta["intro"]


@each_page
def test_the_revisions_of_a_page_follow_each_other(page: WrittenPage) -> None:
    days = [page.meta["published"], *(revision["day"] for revision in page.meta.get("revisions", []))]

    assert days == sorted(days)
    assert days[-1] < 0
    for revision in page.meta.get("revisions", []):
        assert _is_here(revision["by"], revision["day"])
        assert revision["note"]


def test_how_pages_are_cared_for_names_people_and_pages_that_exist() -> None:
    told = page_care()

    for row in told["named"] + told["problems"] + told["watched"] + told["asked"]:
        assert row["page"] in PAGES
        keys = row.get("by", row.get("closed_by", []))
        assert {keys} <= set(PEOPLE) if isinstance(keys, str) else set(keys) <= set(PEOPLE)
    for row in told["named"]:
        assert row["version"] < len(PAGES[row["page"]].meta["revisions"])
    for row in told["problems"]:
        assert row["kind"] in {"wrong", "old", "unclear", "other"}
        assert "by" not in row
    for row in told["archived"]:
        assert row["space"] in SPACES
        assert row["steward"] in TEAMS
        assert _is_here(row["author"], row["published"])


def test_the_front_page_names_people_pages_and_pictures_that_exist() -> None:
    told = front()

    assert 1 <= len(told["cards"]) <= 6
    for row in told["banners"] + told["cards"] + told["links"] + told["answers"]:
        assert row.get("page", "charte-de-la-place") in PAGES
    for row in told["cards"]:
        assert (CONTENT / "images" / f"{row['image']}.png").exists()
    for row in told["links"]:
        assert ("page" in row) != ("address" in row)
        check_address(row.get("address", "/"))
    for row in told["answers"]:
        people = row["coming"] + row["perhaps"] + row["not"]
        assert len(people) == len(set(people))
        assert set(people) <= set(PEOPLE) | set(GUESTS)
        assert PAGES[row["page"]].meta["type"] == "event"


@each_page
def test_what_a_page_links_to_exists(page: WrittenPage) -> None:
    for kind, name in re.findall(r"\]\((\w+):([^)]+)\)", page.body):
        assert _exists(kind, name), f"{kind}:{name}"


@each_page
def test_an_event_and_only_an_event_says_when_and_where(page: WrittenPage) -> None:
    is_event = page.meta["type"] == "event"

    assert ("start" in page.meta, "end" in page.meta, "place" in page.meta) == (is_event,) * 3
    if is_event:
        assert _moment(page.meta["start"]) < _moment(page.meta["end"])
        assert page.meta["weekday"] in {"mon", "tue", "wed", "thu", "fri"}


@each_page
def test_a_page_is_long_enough_to_read_and_short_enough_to_finish(page: WrittenPage) -> None:
    assert 120 <= len(re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "", page.body))) <= 500


@each_page
def test_the_headings_of_a_page_start_at_two_and_skip_none(page: WrittenPage) -> None:
    levels = [2, *(len(marks) for marks in re.findall(r"^(#+) ", _prose(page.body), re.MULTILINE))]

    assert all(2 <= after <= before + 1 for before, after in pairwise(levels))


@each_page
def test_the_tables_of_a_page_have_as_many_cells_in_each_row(page: WrittenPage) -> None:
    for table in re.findall(r"(?:^\|.*\n?)+", page.body, re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table


@each_page
def test_the_fences_of_a_page_are_known_and_closed(page: WrittenPage) -> None:
    fences = re.findall(r"^```(.*)$", page.body, re.MULTILINE)

    assert len(fences) % 2 == 0
    assert all(re.fullmatch(r"callout kind=(info|warning|danger)|code lang=\w+", opening) for opening in fences[::2])
    assert all(closing == "" for closing in fences[1::2])


def test_images_and_files_are_small_and_used() -> None:
    bodies = "".join(page.body for page in PAGES.values())
    images, files = [*(CONTENT / "images").iterdir()], [*(CONTENT / "files").iterdir()]

    assert (len(images), len(files)) == (12, 4)
    assert all(path.stat().st_size < 60_000 for path in [*images, *files])
    assert all(f"(image:{path.stem})" in bodies for path in images)
    assert all(f"(file:{path.name})" in bodies for path in files)


# The conversations -----------------------------------------------------------


@each_thread
def test_a_thread_stands_in_a_space_and_beside_a_page_of_it(thread: Table) -> None:
    assert thread["space"] in SPACES
    assert thread["kind"] in {"discussion", "question", "announcement"}
    assert thread.get("audience", "internal") in {"internal", "shared"}
    assert len(thread["title"]) <= 160
    if "on" in thread:
        assert PAGES[thread["on"]].meta["space"] == thread["space"]


@each_thread
def test_the_messages_of_a_thread_are_written_by_people_who_were_there(thread: Table) -> None:
    day = float(thread["start"])
    for index, message in enumerate(thread["m"]):
        day += _days(message.get("after", "0m"))
        assert _may_write(message["by"], thread, day), f"{message['by']} on day {day:.1f}"
        assert 0 <= message.get("reply", 0) <= max(index - 1, 0)
        assert {key for keys in message.get("react", {}).values() for key in keys} <= PEOPLE.keys() | GUESTS.keys()
    assert day < 0.5


@each_thread
def test_who_helped_and_who_voted_were_there(thread: Table) -> None:
    day = float(thread["start"])
    for message in thread["m"]:
        day += _days(message.get("after", "0m"))
        votes = message.get("poll", {}).get("votes", [])
        ballots = list(votes.values()) if isinstance(votes, dict) else votes
        for key in {*message.get("helpful", ()), *(key for keys in ballots for key in keys)}:
            assert key != message["by"] or key not in message.get("helpful", ())
            assert _may_write(key, thread, day), f"{key} on day {day:.1f}"


def test_one_poll_is_over_and_one_is_open() -> None:
    polls = [message["poll"] for thread in THREADS.values() for message in thread["m"] if "poll" in message]

    assert sorted((poll["kind"], poll.get("closed", False)) for poll in polls) == [("choice", False), ("sense", True)]


@each_thread
def test_who_is_called_exists(thread: Table) -> None:
    names = {f"{one['first_name']} {one['last_name']}" for one in [*PEOPLE.values(), *GUESTS.values()]}
    names |= {team["name"] for team in TEAMS.values()}
    for message in thread["m"]:
        for words in re.findall(r"(?<!\w)@(\w.*)", message["body"]):
            assert any(words.startswith(name) for name in names), words


@each_thread
def test_what_a_message_carries_or_links_to_exists(thread: Table) -> None:
    for message in thread["m"]:
        named = [*message.get("files", []), *re.findall(r"\]\(((?:page|image|file):[^)]+)\)", message["body"])]
        assert [name for name in named if not _exists(*name.split(":"))] == []


@each_thread
def test_what_became_of_a_thread_names_its_own_messages(thread: Table) -> None:
    named = [*thread.get("asides", []), *([thread["answer"]] if "answer" in thread else [])]

    assert all(0 < index < len(thread["m"]) for index in named)
    assert not named or thread["kind"] == "question"


@pytest.mark.parametrize("talk", PRIVATE.values(), ids=PRIVATE)
def test_a_private_conversation_is_among_colleagues_who_are_in_it(talk: Table) -> None:
    assert 2 <= len(talk["people"]) <= 8
    assert set(talk["people"]) <= PEOPLE.keys()
    assert all(message["by"] in talk["people"] and _is_here(message["by"], talk["start"]) for message in talk["m"])


@pytest.mark.parametrize("session", LIVE.values(), ids=LIVE)
def test_the_questions_of_a_live_session_come_from_people_who_were_there(session: Table) -> None:
    assert session["host"] in SPACES[session["space"]]["facilitators"]
    assert "event" not in session or PAGES[session["event"]].meta["type"] == "event"
    for question in session["q"]:
        assert len(question["body"]) <= 500
        assert all(_is_here(key, session["start"]) for key in [question["by"], *question["support"]])
        assert (question["state"] == "set_aside") is bool(question.get("reason"))


def test_the_life_of_pages_is_lived_by_people_who_were_there() -> None:
    told = page_life()

    for row in told["bin"]:
        assert _is_here(row["author"], row["published"])
        assert _is_here(row["by"], row["day"])
        assert row["slug"] not in PAGES
    for row in told["template"]:
        assert _is_here(row["author"], row["day"])
        assert -30 < row["binned"] <= 0  # nothing is left of it after thirty days
    for row in told["later"]:
        assert set(row["pages"]) <= PAGES.keys()
        assert row["by"] in {one["person"] for one in COMPANY["cast"]}
    for row in told["shown"]:
        assert _is_here(row["by"], row["day"])
        assert row["page"] in PAGES
        [thread] = [one for one in THREADS.values() if one["title"] == row["thread"]]
        assert thread["space"] == row["space"]
        assert thread["start"] < row["day"]
        assert not row["poll"] or sum("poll" in message for message in thread["m"]) == 1
    for row in told["passage"]:
        assert _is_here(row["by"], row["day"])
        assert row["part"] in PAGES[row["page"]].body.replace("*", "")
        assert all(_is_here(message["by"], row["day"]) for message in row["m"])


def test_the_colleague_writes_short_lines_and_is_nobody_one_signs_in_as() -> None:
    told = colleague()

    assert _is_here(told["by"], told["published"])
    assert told["by"] not in {one["person"] for one in COMPANY["cast"]}
    assert len(set(told["lines"])) == len(told["lines"]) == 12
    assert all(len(line) < 200 for line in told["lines"])
    assert told["slug"] not in PAGES


# The hand --------------------------------------------------------------------


def test_a_synthesis_is_written_by_those_who_took_part_and_cites_what_they_said() -> None:
    for synthesis in syntheses():
        said = THREADS[synthesis["thread"]]["m"]
        spoke = {message["by"] for message in said}
        assert synthesis["by"] in spoke | {"valerie"}  # who runs the place may publish
        for point in synthesis["point"]:
            assert point["by"] in spoke, point["text"]
            assert all(cited < len(said) for cited in point["cites"]), point["text"]


def test_french_prose_is_set_as_french() -> None:
    faults = [f"{where}: {fault}" for where, text in _french() for fault in _faults(text)]

    assert faults == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("L'atelier", 1),
        ("Vraiment ?", 1),
        ("Vraiment?", 1),
        ("Trois points :", 1),
        ("« ici »", 2),
        ("L’atelier\u00a0: «\u00a0ici\u00a0», vraiment\u202f?", 0),
        ("`a ? b : c`, à 7:30, sur https://vaubrenne.example/?q=1", 0),
    ],
)
def test_the_faults_of_french_setting_are_seen(text: str, count: int) -> None:
    assert len(_faults(text)) == count


# -----------------------------------------------------------------------------


def _depth(team: Table) -> int:
    return 1 + (_depth(TEAMS[team["parent"]]) if "parent" in team else 0)


def _is_here(key: str, day: float) -> bool:
    """Whether one of ours, or a guest, had come and not yet left on a day."""
    person = PEOPLE.get(key) or GUESTS[key]
    return bool(person["joined"] <= day < person.get("left", 1000))


def _may_write(key: str, thread: Table, day: float) -> bool:
    if key in GUESTS:
        return key in SPACES[thread["space"]]["guests"] and thread.get("audience") == "shared" and _is_here(key, day)
    return _is_here(key, day)


def _exists(kind: str, name: str) -> bool:
    if kind == "page":
        return name in PAGES
    folder, suffix = {"image": ("images", ".png"), "file": ("files", "")}[kind]
    return (CONTENT / folder / f"{name}{suffix}").is_file()


def _moment(written: Table) -> tuple[int, str]:
    return written["day"], written["time"]


def _days(after: str) -> float:
    return float(after[:-1]) / {"m": 1440, "h": 24, "d": 1}[after[-1]]


def _prose(text: str) -> str:
    """`text` without what is not prose: code, addresses of links, addresses of sites."""
    return re.sub(r"```code.*?```|`[^`\n]+`|\]\([^)\n]*\)|https?://\S+", " ", text, flags=re.DOTALL)


def _faults(text: str) -> list[str]:
    """Straight apostrophes, and double punctuation without its no-break space."""
    bare = r"\w'|[ \w)][;?!](?=\s|$)|(?<=\S) :(?=\s|$)|« |[^\u00a0\u202f]»"
    return [match.group() for match in re.finditer(bare, _prose(text))]


@cache
def _english() -> frozenset[str]:
    return frozenset(key for key, person in {**PEOPLE, **GUESTS}.items() if person["language"] == "en")


def _french() -> Iterator[tuple[str, str]]:
    """What is written in French: (where, text)."""
    yield "bible", (CONTENT / "bible.md").read_text(encoding="utf-8")
    yield from _french_of_the_company()
    for customer in CUSTOMERS:
        if customer["language"] == "fr":
            yield customer["slug"], "\n".join(voice["verbatim"] for voice in customer["voices"])
    yield from _french_of_page_care()
    yield from _french_of_the_front()
    yield from _french_of_page_life()
    for slug, page in PAGES.items():
        if page.meta.get("language", "fr") == "fr":
            yield slug, "\n".join([page.meta["title"], page.meta["intro"], _without_english(page.body)])
    for thread in THREADS.values():
        for message in thread["m"]:
            if message["by"] not in _english():
                yield thread["title"], message["body"]
        yield thread["title"], thread.get("closed", "")
    for name, talk in [*PRIVATE.items(), *LIVE.items()]:
        yield name, "\n".join([talk.get("title", ""), talk.get("closed", ""), *(m["body"] for m in talk["m"])])
        yield name, "\n".join(f"{q['body']}\n{q.get('reason', '')}" for q in talk.get("q", []))


def _french_of_page_life() -> Iterator[tuple[str, str]]:
    """All that stands between quotation marks in two files."""
    for name in ("page_life.toml", "colleague.toml"):
        lines = (CONTENT / name).read_text(encoding="utf-8").splitlines()
        yield name, "\n".join(told for line in lines for told in re.findall(r'"([^"]*)"', line))


def _french_of_page_care() -> Iterator[tuple[str, str]]:
    """What readers found, the names of versions, and the archived page."""
    for row in page_care()["problems"] + page_care()["named"]:
        yield row["page"], row.get("words", row.get("name", ""))
    for row in page_care()["archived"]:
        yield row["slug"], "\n".join([row["title"], row["intro"], *row["body"]])


def _french_of_the_front() -> Iterator[tuple[str, str]]:
    """What stands on the front page."""
    told = front()
    yield from (("banner", row["fr"]) for row in told["banners"])
    yield from ((row["page"], f"{row['title']}\n{row['line']}") for row in told["cards"])
    yield from (("link", row["words"]) for row in told["links"])


def _french_of_the_company() -> Iterator[tuple[str, str]]:
    for key, person in PEOPLE.items():
        if person["language"] == "fr":
            yield key, "\n".join([person["title"], person.get("about", "")])
    for slug, space in SPACES.items():
        if slug != "ballyrowan":
            yield slug, "\n".join([space["name"], space["description"], space["charter"]])
    yield from ((member["person"], member["presentation"]) for member in COMPANY["cast"])
    yield from ((slug, team["purpose"]) for slug, team in TEAMS.items())


def _without_english(body: str) -> str:
    """A French page may hold a passage in English, under a heading of its own."""
    return re.sub(r"^## [^\n]*(?:English|Ireland|\(Deepak\)).*?(?=^## |\Z)", "", body, flags=re.DOTALL | re.MULTILINE)
