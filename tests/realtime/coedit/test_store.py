"""The log of a document: numbered without a hole, guarded in one statement, folded once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from intranet.accounts.services import bump_access_epoch
from realtime.coedit import services, store
from realtime.coedit.gate import Refused
from realtime.coedit.models import Checkpoint, ClientId, Document, Update
from realtime.coedit.owners import NoOwner
from realtime.coedit.store import Entry, NotYours, Overtaken, Shut, append, load, read_after
from realtime.live.people import current_epoch
from realtime.spaces.services import archive_space
from tests.realtime.coedit.cast import kept_shape, notebook, put, space_of
from tests.realtime.coedit.owning.notebooks import Notebooks
from tests.realtime.coedit.writing import Crowd, shape, typed
from tests.realtime.live.cast import now, person

pytestmark = pytest.mark.django_db


def entries(*words: str) -> list[Entry]:
    return [Entry(typed(word, client), None, frozenset({client})) for client, word in enumerate(words, start=11)]


def test_updates_are_numbered_without_a_hole() -> None:
    document = notebook()
    first = append(document.pk, entries("a", "b"), base=0, epoch=1, at=now())
    second = append(document.pk, entries("c"), base=2, epoch=1, at=now())
    assert (first.head, second.head) == (2, 3)
    assert list(Update.objects.filter(document=document).order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    assert Document.objects.get(pk=document.pk).head == 3


def guarded(document: Document, **more: Any) -> str:
    """Why an append with these guards is refused; "" when it is not."""
    guards: dict[str, Any] = {"base": 0, "epoch": 1, "at": now(), "access_epoch": current_epoch()} | more
    try:
        append(document.pk, entries("a"), writable=Notebooks().writable(document.key), **guards)
    except Shut as shut:
        return shut.why
    return ""


def test_with_every_guard_met_it_is_committed() -> None:
    document = notebook()
    assert guarded(document) == ""
    assert Update.objects.filter(document=document).count() == 1


@pytest.mark.parametrize("why", ["epoch", "closed", "access", "locked", "gone"])
def test_a_guard_that_is_not_met_writes_nothing(why: str) -> None:
    document = notebook()
    before = {"access_epoch": current_epoch()}
    match why:
        case "epoch":
            services.restart_document(document=document, state=b"")
        case "closed":
            services.close_document(document=document, at=now())
        case "access":
            bump_access_epoch()
        case "locked":
            archive_space(space=space_of(document), at=now())
            before = {"access_epoch": current_epoch()}
        case "gone":
            Document.objects.filter(pk=document.pk).delete()
    head = Document.objects.filter(pk=document.pk).values_list("head", flat=True).first()
    assert guarded(document, **before) == why
    assert not Update.objects.filter(document=document.pk).exists()
    assert Document.objects.filter(pk=document.pk).values_list("head", flat=True).first() == head


def test_what_others_wrote_meanwhile_is_told() -> None:
    document = notebook()
    put(document, typed("theirs", 5), clients=frozenset({5}))
    appended = append(document.pk, entries("ours"), base=0, epoch=1, at=now())
    assert appended.head == 2
    assert [(row.seq, row.clients) for row in appended.missed] == [(1, frozenset({5}))]


def test_under_the_same_client_id_the_first_in_the_log_wins() -> None:
    """Two processes, one id: what the second has in memory is not what is kept."""
    document = notebook()
    put(document, typed("theirs", 11), clients=frozenset({11}))
    with pytest.raises(Overtaken), transaction.atomic():
        append(document.pk, entries("ours"), base=0, epoch=1, at=now())
    assert Document.objects.get(pk=document.pk).head == 1


def test_a_client_id_is_of_whoever_used_it_first() -> None:
    ada, bo = person(), person()
    document = notebook(ada, bo)
    append(document.pk, entries("a"), base=0, epoch=1, at=now(), claims={11: ada.pk})
    append(document.pk, entries("a"), base=1, epoch=1, at=now(), claims={11: ada.pk})
    with pytest.raises(NotYours) as refused, transaction.atomic():
        append(document.pk, entries("a"), base=2, epoch=1, at=now(), claims={11: bo.pk, 12: bo.pk})
    assert refused.value.clients == {11}
    assert load(document.pk).claims == {11: ada.pk}
    assert Document.objects.get(pk=document.pk).head == 2


def test_an_append_is_a_bounded_number_of_statements(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    document = notebook()
    many = [Entry(typed("x", client), None, frozenset({client})) for client in range(1, 101)]
    with django_assert_max_num_queries(5):  # a savepoint, its release, the row's lock, the number, the rows
        append(document.pk, many, base=0, epoch=1, at=now(), writable=Notebooks().writable(document.key))


def test_the_database_itself_refuses_two_of_one_number() -> None:
    document = notebook()
    put(document, typed("a"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Update.objects.create(document=document, seq=1, data=b"", at=now())


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_loaded_is_what_was_written(seed: int) -> None:
    """Folded in between or not."""
    crowd = Crowd(seed)
    document = notebook()
    for number, update in enumerate(crowd.write(60)):
        put(document, update)
        if number == 20:
            services.take_snapshot(document_id=document.pk, at=now())
    assert kept_shape(document) == shape(crowd.docs[0]["prosemirror"])
    services.take_snapshot(document_id=document.pk, at=now())
    assert kept_shape(document) == shape(crowd.docs[0]["prosemirror"])


@pytest.mark.feature("P3")
def test_folding_forgets_who_typed_what_and_keeps_who_wrote() -> None:
    ada, bo, cy = person(), person(), person()
    document = notebook(ada, bo, cy)
    for number, author in enumerate([ada, bo, ada, ada]):
        put(document, typed("words", 20 + number), author)
    checkpoint = services.take_snapshot(document_id=document.pk, at=now())
    assert checkpoint
    assert set(checkpoint.contributors.all()) == {ada, bo}
    assert not Update.objects.filter(document=document).exists()
    assert services.take_snapshot(document_id=document.pk, at=now()) == checkpoint
    put(document, typed("more", 30), cy)
    second = services.take_snapshot(document_id=document.pk, at=now())
    assert second
    assert set(second.contributors.all()) == {cy}
    assert Document.objects.get(pk=document.pk).head == 5


def test_nothing_written_is_no_checkpoint() -> None:
    document = notebook()
    assert services.take_snapshot(document_id=document.pk, at=now()) is None
    assert services.keep_document(document_id=document.pk, at=now()) is None
    assert services.keep_document(document_id=404404, at=now()) is None


def test_who_lags_behind_a_folding_gets_the_kept_text() -> None:
    document = notebook()
    for number in range(4):
        put(document, typed("words", 20 + number))
    assert [row.seq for row in read_after(document.pk, 2).rows] == [3, 4]
    services.take_snapshot(document_id=document.pk, at=now())
    put(document, typed("more", 30))
    news = read_after(document.pk, 2)
    assert (news.state_seq, [row.seq for row in news.rows]) == (4, [5])
    assert news.state
    assert read_after(document.pk, 4).state == b""
    assert read_after(document.pk, 5).rows == []
    with pytest.raises(Shut, match="gone"):
        read_after(404404, 0)


def test_a_text_to_begin_with_must_be_one_that_could_be_typed() -> None:
    document = notebook(state=typed("To begin with", 4))
    assert kept_shape(document)[2][0][2] == [[("To begin with", None)]]
    assert services.open_document(kind="notebook", key=document.key, state=typed("Other")) == document
    assert kept_shape(document)[2][0][2] == [[("To begin with", None)]]
    with pytest.raises(Refused):
        notebook(state=b"\x01\x00\x02\x00\x00")
    with pytest.raises(NoOwner):
        services.open_document(kind="nobodys", key=1)


def test_another_text_takes_its_place_and_the_numbers_go_on() -> None:
    document = notebook()
    put(document, typed("old", 4))
    services.restart_document(document=document, state=typed("new", 5))
    assert (document.epoch, document.head, document.state_seq) == (2, 2, 2)
    assert kept_shape(document)[2][0][2] == [[("new", None)]]
    put(document, typed("more", 6), epoch=2)
    assert len(kept_shape(document)[2]) == 2


def test_what_is_written_elsewhere_comes_in_as_one_more_writer() -> None:
    """Locked or not, for whoever brings it in holds the lock."""
    ada = person()
    document = notebook(ada)
    put(document, typed("here", 4), ada)
    archive_space(space=space_of(document), at=now())
    appended = services.write(document_id=document.pk, update=typed("elsewhere", 5), author=ada, at=now())
    assert appended.head == 2
    assert len(kept_shape(document)[2]) == 2
    again = services.write(document_id=document.pk, update=typed("elsewhere", 5), author=ada, at=now())
    assert again.head == 2
    with pytest.raises(Refused):
        services.write(document_id=document.pk, update=b"\x01\x00\x02\x00\x00", author=ada, at=now())


def test_what_is_brought_in_is_under_nobodys_id() -> None:
    ada = person()
    document = notebook(ada)
    append(document.pk, entries("a"), base=0, epoch=1, at=now(), claims={11: ada.pk})
    other = typed("a longer text", 11)
    with pytest.raises(Refused, match="not_yours"):
        services.write(document_id=document.pk, update=other, author=None, at=now())


def test_whose_tab_it_was_is_forgotten_after_thirty_days() -> None:
    ada = person()
    document = notebook(ada)
    append(document.pk, entries("a"), base=0, epoch=1, at=now(), claims={11: ada.pk})
    assert services.forget_client_ids(at=now() + timedelta(days=29)) == 0
    assert services.forget_client_ids(at=now() + timedelta(days=31)) == 1
    assert not ClientId.objects.exists()


def test_a_log_that_rests_is_folded() -> None:
    resting, awake = notebook(), notebook()
    put(resting, typed("a"), at=now() - timedelta(hours=1))
    put(awake, typed("b"), at=now() - timedelta(hours=1))
    put(awake, typed("c"))
    assert services.fold_rested(at=now()) == 1
    assert list(Update.objects.values_list("document", flat=True).distinct()) == [awake.pk]
    assert services.fold_rested(at=now()) == 0


def test_whoever_is_erased_is_no_contributor_and_no_author() -> None:
    ada, bo = person(), person()
    document = notebook(ada, bo)
    put(document, typed("a", 3), ada)
    checkpoint = services.take_snapshot(document_id=document.pk, at=now())
    put(document, typed("b", 4), ada)
    ada.delete()
    assert checkpoint
    assert not checkpoint.contributors.exists()
    assert Update.objects.get(document=document).author is None
    assert len(kept_shape(document)[2]) == 2


def test_a_checkpoint_counts_nothing() -> None:
    """Nor is there a place in it where a number about a person could stand."""
    names = {field.name for field in Checkpoint._meta.get_fields()}
    assert names == {"id", "document", "seq", "at", "contributors"}
    assert {field.name for field in Checkpoint.contributors.through._meta.fields} == {"id", "checkpoint", "user"}


@pytest.mark.django_db(transaction=True)
def test_many_who_append_at_once_leave_no_hole() -> None:
    document = notebook()
    seqs: list[int] = []

    def write(client: int) -> None:
        try:
            for number in range(10):
                update = typed(str(number), client * 100 + number)
                clients = frozenset({client * 100 + number})
                seqs.append(append(document.pk, [Entry(update, None, clients)], base=0, epoch=1, at=now()).head)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[client]) for client in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seqs) == list(range(1, 51))
    assert len(kept_shape(document)[2]) == 50


@pytest.mark.django_db(transaction=True)
def test_who_folds_at_once_folds_once() -> None:
    ada = person()
    document = notebook(ada)
    for number in range(6):
        put(document, typed("words", 20 + number), ada)
    found: list[Any] = []

    def fold() -> None:
        try:
            found.append(services.take_snapshot(document_id=document.pk, at=now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=fold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert Checkpoint.objects.filter(document=document).count() == 1
    assert len(kept_shape(document)[2]) == 6


def test_where_documents_stand_in_one_query(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    documents = [notebook() for _ in range(5)]
    put(documents[0], typed("a"))
    services.close_document(document=documents[1], at=now())
    with django_assert_max_num_queries(1):
        found = store.stands([document.pk for document in documents])
    assert found[documents[0].pk].head == 1
    assert found[documents[1].pk].is_closed
    assert len(found) == 5
