"""Search answers alike on both databases; the same tests run on each."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.search.models import IndexEntry

from intranet.accounts.models import User
from intranet.people.models import Profile
from intranet.people.words import ask
from intranet.portal.excerpts import LENGTH, around, marked
from intranet.portal.indexing import begin
from realtime.spaces.models import Space
from realtime.threads.lexicon import Wanted, found
from realtime.threads.models import Message, Thread
from realtime.threads.services import change_thread, delete_message, edit_message
from tests.intranet.people.factories import UserFactory
from tests.intranet.portal.conftest import Company, index_all, visitor
from tests.realtime.threads.factories import say
from tests.support.queries import statements

TITLE = re.compile(r'<h2 class="result__title"><a href="[^"]*">(.*?)</a>', re.DOTALL)


def titles(user: User, q: str, **more: str) -> list[str]:
    """The titles of the answers, as plain text."""
    html = visitor(user).get("/search/", {"q": q, **more}).content.decode()
    return [re.sub(r"<[^>]+>", "", title).strip().replace("&#x27;", "'") for title in TITLE.findall(html)]


@pytest.fixture
def corpus(company: Company) -> Company:
    company.page("Régler les mâchoires de soudure", "On répare les mâchoires à froid, puis l’équipe vérifie le couple.")
    company.page("Consigner une machine", "Avant d’ouvrir, coupez l’air comprimé. Voir la décision D-42.")
    company.page("Changing a load cell", "Two bearings were loaded unevenly; the cells drifted.")
    company.page("Nos statuts", "Réservé aux membres.", space=company.closed)
    company.thread(
        "La navette de 14 h", "Elle est encore en retard.", "Écris à transport@exemple.example, ils répondent."
    )
    company.thread("Vibrations sur l’ensacheuse S4-0117", "Les roulements chauffent.", "Le porte-outil aussi.")
    company.thread("Ordre du jour", "Les statuts seront lus.", space=company.closed)
    index_all()
    return company


FOUND = [
    ("soudure", ["Régler les mâchoires de soudure"]),
    ("SOUDURES", ["Régler les mâchoires de soudure"]),
    ("machoire", ["Régler les mâchoires de soudure"]),
    ("réparer", ["Régler les mâchoires de soudure"]),
    ("réparées mâchoires", ["Régler les mâchoires de soudure"]),
    ("l'équipe", ["Régler les mâchoires de soudure"]),
    ("l’equipe", ["Régler les mâchoires de soudure"]),
    ("équipes couples", ["Régler les mâchoires de soudure"]),
    ("D-42", ["Consigner une machine"]),
    ("d42", ["Consigner une machine"]),
    ("décision 42", ["Consigner une machine"]),
    ("machines comprimées", ["Consigner une machine"]),
    ("bearing load", ["Changing a load cell"]),
    ("loads", ["Changing a load cell"]),
    ("cell", ["Changing a load cell"]),
    ("retards", ["La navette de 14 h"]),
    ("transport@exemple.example", ["La navette de 14 h"]),
    ("navette de 14 h", ["La navette de 14 h"]),
    ("S4-0117", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("s4 0117", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("porte-outil", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("porte outils", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("roulement", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("ensach", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("vibra", ["Vibrations sur l’ensacheuse S4-0117"]),
    ("retard machine", []),
    ("statuts", []),
    ("introuvable", []),
]


@pytest.mark.feature("S3")
def test_words_are_found_in_any_form(corpus: Company) -> None:
    found = [(q, titles(corpus.lea, q, kind="pages") + titles(corpus.lea, q, kind="threads")) for q, _ in FOUND]
    assert found == FOUND


HOSTILE = [
    '"', "*", "-", "soudure*", '"soudure', "soudure OR 1", "NEAR(soudure machine)", "soudure NOT machine", "title:soudure",
    "{title} : soudure", "soudure:*", "!soudure", "soudure & machine", "soudure | <-> (", "'; DROP TABLE x; --", "%s %d %",
    "\x00", "soudure\x00", "\ud7ff\uffff", "(" * 500, "x" * 10_000, "soudure " * 2000, "^soudure", "\\", "👩‍🔧 soudure", "٣ ۴",
]  # fmt: skip


def test_whatever_is_typed_gets_an_answer(corpus: Company) -> None:
    client = visitor(corpus.lea)
    addresses = ["/search/", "/search/quick/"]
    codes = {(address, q): client.get(address, {"q": q}).status_code for address in addresses for q in HOSTILE}
    assert set(codes.values()) == {200}, codes


def test_operators_are_words_like_others(corpus: Company) -> None:
    assert titles(corpus.lea, "soudure OR navette") == []
    assert titles(corpus.lea, '"soudure" *', kind="pages") == ["Régler les mâchoires de soudure"]
    assert titles(corpus.lea, "-soudure", kind="pages") == ["Régler les mâchoires de soudure"]


@pytest.mark.feature("S2")
def test_nobody_finds_what_they_may_not_see(corpus: Company) -> None:
    assert sorted(titles(corpus.paul, "statut")) == ["Nos statuts", "Ordre du jour"]
    assert titles(corpus.lea, "statut") == []
    assert "statuts" not in visitor(corpus.lea).get("/search/quick/", {"q": "stat"}).content.decode()


def test_a_guest_has_no_search(corpus: Company) -> None:
    assert visitor(corpus.oscar).get("/search/", {"q": "soudure"}).status_code == 403
    assert visitor(corpus.oscar).get("/search/quick/", {"q": "soudure"}).status_code == 403


def test_somebody_not_signed_in_is_sent_to_sign_in(corpus: Company) -> None:
    assert Client().get("/search/", {"q": "soudure"}).status_code == 302


def test_titles_come_before_texts_and_the_newest_first(company: Company) -> None:
    old, new = company.at - timedelta(days=300), company.at
    company.page("Le couple de serrage", at=old)
    company.page("Le couple juste", at=new)
    company.page("Visser", "Serrer au couple.", at=new)
    index_all()
    assert titles(company.lea, "couple", kind="pages") == ["Le couple juste", "Le couple de serrage", "Visser"]


def test_a_conversation_is_found_once_at_its_newest_words(company: Company) -> None:
    thread = company.thread("Peinture", "La cabine chauffe.", "La cabine refroidit.")
    index_all()
    html = visitor(company.lea).get("/search/", {"q": "cabine"}).content.decode()
    newest = Message.objects.filter(thread=thread).latest("seq")
    assert html.count('class="result__title"') == 1
    assert newest.get_absolute_url() in html
    assert "refroidit" in html
    assert "<mark>cabine</mark>" in html


def test_what_was_edited_is_found_by_its_new_words(company: Company) -> None:
    thread = company.thread("Peinture", "La cabine chauffe.")
    index_all()
    edit_message(message=Message.objects.get(thread=thread), body="L’étuve chauffe.", at=company.at)
    index_all()
    assert titles(company.lea, "étuve") == ["Peinture"]
    assert titles(company.lea, "cabine") == []


def test_what_was_taken_back_is_gone_at_once(company: Company) -> None:
    thread = company.thread("Peinture", "La cabine chauffe.")
    index_all()
    message = Message.objects.get(thread=thread)
    delete_message(message=message, at=company.at)
    assert titles(company.lea, "cabine") == []
    assert found(Wanted(ask("cabine")), most=5) == []


def test_a_renamed_conversation_is_found_by_its_new_title(company: Company) -> None:
    thread = company.thread("Peinture", "Bonjour.")
    index_all()
    change_thread(thread=thread, title="Laque", pinned=False, at=company.at)
    index_all()
    assert titles(company.lea, "laques") == ["Laque"]
    assert titles(company.lea, "peinture") == []


def test_colleagues_are_found_by_name_trade_and_team(company: Company) -> None:
    UserFactory(name="Éléonore Vasseur", title="Soudeuse TIG")
    assert titles(company.lea, "eleonore") == ["Éléonore Vasseur"]
    assert titles(company.lea, "élé vass") == ["Éléonore Vasseur"]
    assert "Éléonore Vasseur" in titles(company.lea, "soudeuses", kind="people")
    assert sorted(titles(company.lea, "atelier soudure", kind="people")) == ["Inès Morel", "Paul Keane"]
    assert titles(company.lea, "Oscar", kind="people") == []


@pytest.mark.feature("S3")
def test_a_slip_of_the_finger_is_put_right(corpus: Company) -> None:
    page = visitor(corpus.lea).get("/search/", {"q": "machoirs navete"}).content.decode()
    assert "Did you mean:" in page
    assert re.search(r'href="\?q=m%C3%A2choires\+navette">mâchoires navette</a>', page)
    assert "statuts" not in visitor(corpus.lea).get("/search/", {"q": "statutz"}).content.decode()
    assert "Did you mean:" not in visitor(corpus.lea).get("/search/", {"q": "zzzzzzzz"}).content.decode()


def test_places_are_offered_by_name(company: Company) -> None:
    html = visitor(company.lea).get("/search/quick/", {"q": "atel"}).content.decode()
    assert company.floor.get_absolute_url() in html
    assert company.workshop.get_absolute_url() in html
    assert "Le CSE" not in visitor(company.lea).get("/search/quick/", {"q": "cse"}).content.decode()


@pytest.mark.feature("S1")
def test_each_kind_is_counted_and_can_be_chosen(corpus: Company) -> None:
    html = visitor(corpus.lea).get("/search/", {"q": "machine"}).content.decode()
    assert re.search(r'href="\?q=machine&amp;kind=pages"[^>]*>Pages <span class="numbers">1</span>', html)
    assert titles(corpus.lea, "machine", kind="people") == []


def test_pages_of_twenty(company: Company) -> None:
    for number in range(23):
        company.thread(f"Relevé {number}")
    index_all()
    assert len(titles(company.lea, "relevé")) == 20
    assert len(titles(company.lea, "relevés", page="2")) == 3


def test_what_was_written_cannot_become_code(company: Company) -> None:
    company.thread("<script>alert(1)</script> couple", "<img src=x onerror=alert(1)> couple")
    index_all()
    html = visitor(company.lea).get("/search/", {"q": "couple"}).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("address", ["/search/", "/search/quick/"])
def test_the_number_of_queries_does_not_follow_the_data(company: Company, address: str) -> None:
    counts: list[int] = []
    for _ in range(2):
        for number in range(4):
            company.page(f"Couple {number} {len(counts)}", "Un couple de serrage.")
            company.thread(f"Le couple {number}", "Un couple.", "Quel couple ?")
            UserFactory(title="Monteur de couples")
        index_all()
        client = visitor(company.lea)
        client.get(address, {"q": "couple"})
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"q": "couple"})
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 20


def test_an_excerpt_shows_the_words_that_were_found() -> None:
    text = "Avant. " * 60 + "On serre les mâchoires au couple. " + "Après. " * 60
    pieces = around(text, ask("machoire"))
    assert [piece.text for piece in pieces if piece.found] == ["mâchoires"]
    assert sum(len(piece.text) for piece in pieces) <= LENGTH + 2
    assert pieces[0].text.startswith("…")
    assert pieces[-1].text.endswith("…")


def test_marks_cover_codes_and_beginnings() -> None:
    assert [p.text for p in marked("La décision D-42 tient", ask("D-42")) if p.found] == ["D-42"]
    assert [p.text for p in marked("Réparation et repas", ask("rép")) if p.found] == ["Réparation", "repas"]
    assert "".join(p.text for p in marked("a < b & c", ask("b"))) == "a < b & c"


def test_a_practice_thread_and_an_archived_space_stay_readable(company: Company) -> None:
    company.thread("Zingage", space=company.closed)
    Space.objects.filter(pk=company.closed.pk).update(archived_at=company.at)
    index_all()
    assert titles(company.paul, "zingage") == ["Zingage"]
    assert Thread.objects.unindexed().count() == 0


def test_indexing_takes_only_what_waits(company: Company) -> None:
    thread = company.thread("Peinture", "Un.", "Deux.")
    index_all()
    assert Message.objects.unindexed().count() == 0
    say(thread, company.paul, "Trois.")
    assert Message.objects.unindexed().count() == 1


def test_everything_can_be_made_findable_afresh(corpus: Company) -> None:
    IndexEntry.objects.all().delete()
    Profile.objects.update(search_text="")
    assert titles(corpus.lea, "mâchoire") == []
    call_command("rebuild_search", stdout=StringIO())
    assert "Régler les mâchoires de soudure" in titles(corpus.lea, "soudure")
    assert titles(corpus.lea, "retards", kind="threads") == ["La navette de 14 h"]
    assert titles(corpus.lea, "inès", kind="people") == ["Inès Morel"]


def test_what_was_found_is_found_while_the_index_is_made_anew(company: Company) -> None:
    thread = company.thread("Peinture", "Le zingage tient.", "Le chromage non.")
    index_all()
    Message.objects.filter(body="Le chromage non.").update(deleted_at=timezone.now(), body="", html="")

    begin(timezone.now())

    assert Message.objects.unindexed().count() >= 1
    assert titles(company.paul, "zingage") == [thread.title]
    assert titles(company.paul, "chromage") == []
