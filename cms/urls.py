"""Addresses of pages, of the lists of them and of files."""

from django.urls import path, register_converter

from cms import views


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
    path("events/", views.events, name="events"),
    path("guides/", views.guides, name="guides"),
    path("editors/", views.editors, name="editors"),
    path("spaces/<slug:slug>/pages/", views.space_pages, name="space_pages"),
    path("reviewed/<page_path:path>", views.page_reviewed, name="page_reviewed"),
    path("files/documents/<int:pk>/<path:name>", views.document, name="document"),
    path("files/media/<path:name>", views.media, name="media"),
]
