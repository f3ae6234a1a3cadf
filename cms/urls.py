"""Addresses of pages, of the lists of them and of files."""

from django.urls import path, register_converter

from cms import views
from cms.approving import views as approving
from cms.calling import views as calling
from cms.care import views as care
from cms.events import views as events
from cms.exchange import views as exchange
from cms.front import views as front
from cms.life.urls import urlpatterns as life
from cms.syntheses import views as syntheses
from cms.talk import views as talk
from cms.writing import views as writing


class PagePath:
    """The way to a page under /pages/: slugs, each with its slash; empty for Home."""

    regex = r"(?:[\w-]+/)*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PagePath, "page_path")

app_name = "cms"
urlpatterns = [
    path("news/", views.news, name="news"),
    path("events/", events.events, name="events"),
    path("events/calendar.ics", events.calendar, name="events_calendar"),
    path("events/<int:pk>/calendar.ics", events.event_calendar, name="event_calendar"),
    path("events/<int:pk>/answer/", events.event_answer, name="event_answer"),
    path("events/<int:pk>/questions/", events.event_questions, name="event_questions"),
    path("guides/", views.guides, name="guides"),
    path("banners/<int:pk>/close/", front.banner_close, name="banner_close"),
    path("editors/", views.editors, name="editors"),
    path("spaces/<slug:slug>/pages/", views.space_pages, name="space_pages"),
    path("spaces/<slug:slug>/pages/export/", exchange.space_export, name="space_export"),
    path("spaces/<slug:slug>/pages/import/", exchange.space_import, name="space_import"),
    path("spaces/<slug:slug>/pages/import/<str:token>/", exchange.space_import_report, name="space_import_report"),
    path("export/<page_path:path>", exchange.page_export, name="page_export"),
    path("write/<int:pk>/", writing.page_write, name="page_write"),
    path("write/<int:pk>/name/", writing.page_name, name="page_name"),
    path("write/<int:pk>/publish/", writing.page_publish, name="page_publish"),
    path("write/<int:pk>/find/", writing.page_find, name="page_find"),
    path("write/<int:pk>/people/", calling.page_people, name="page_people"),
    path("write/<int:pk>/shown/", writing.page_shown, name="page_shown"),
    path("write/<int:pk>/image/", writing.page_image, name="page_image"),
    path("write/<int:pk>/file/", writing.page_file, name="page_file"),
    path("write/<int:pk>/history/", writing.page_history, name="page_history"),
    path("write/<int:pk>/history/<int:revision>/", writing.page_version, name="page_version"),
    path("write/<int:pk>/history/<int:revision>/bring-back/", writing.page_bring_back, name="page_bring_back"),
    path("write/<int:pk>/history/<int:revision>/name/", writing.page_version_name, name="page_version_name"),
    path("write/<int:pk>/approval/", approving.approval_ask, name="approval_ask"),
    path("write/<int:pk>/approval/take-back/", approving.approval_take_back, name="approval_take_back"),
    path("approvals/<int:pk>/", approving.page_approval, name="page_approval"),
    path("watch/<page_path:path>", care.page_watch, name="page_watch"),
    path("write/<int:pk>/passages/", talk.passages, name="passages"),
    path("write/<int:pk>/passages/begin/", talk.passage_begin, name="passage_begin"),
    path("write/<int:pk>/passages/<int:passage>/settle/", talk.passage_settle, name="passage_settle"),
    path("write/<int:pk>/passages/<int:passage>/take-up/", talk.passage_take_up, name="passage_take_up"),
    path("write/<int:pk>/messages/", syntheses.page_messages, name="page_messages"),
    path("threads/<int:pk>/synthesis/publish/", syntheses.synthesis_publish, name="synthesis_publish"),
    path("threads/<int:pk>/synthesis/together/", syntheses.synthesis_together, name="synthesis_together"),
    path("reviewed/<page_path:path>", care.page_reviewed, name="page_reviewed"),
    path("keepers/<page_path:path>", care.page_keepers, name="page_keepers"),
    path("problem/<page_path:path>", care.page_problem, name="page_problem"),
    path("sign/<page_path:path>", care.page_sign, name="page_sign"),
    path("useful/<page_path:path>", care.page_opinion, name="page_opinion"),
    path("problems/<int:pk>/close/", care.page_problem_close, name="page_problem_close"),
    path("archived/<int:pk>/bring-back/", care.page_bring_back_archived, name="page_bring_back_archived"),
    path("files/documents/<int:pk>/<path:name>", views.document, name="document"),
    path("files/media/<path:name>", views.media, name="media"),
    *life,
]
