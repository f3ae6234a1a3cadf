"""Addresses of the life of pages, among those of `cms.urls`."""

from django.urls import path

from cms.life.views import asking, beginning, binning, bookmarks, dates, moving

urlpatterns = [
    path("spaces/<slug:slug>/pages/begin/", beginning.page_begin, name="page_begin"),
    path("spaces/<slug:slug>/pages/templates/", beginning.templates, name="templates"),
    path("write/<int:pk>/template/", beginning.template_keep, name="template_keep"),
    path("templates/<int:pk>/", beginning.template_rename, name="template_rename"),
    path("templates/<int:pk>/remove/", beginning.template_remove, name="template_remove"),
    path("write/<int:pk>/duplicate/", moving.page_duplicate, name="page_duplicate"),
    path("write/<int:pk>/move/", moving.page_move, name="page_move"),
    path("write/<int:pk>/day/", dates.page_day, name="page_day"),
    path("write/<int:pk>/bin/", binning.page_bin, name="page_bin"),
    path("spaces/<slug:slug>/pages/bin/", binning.bin_of_space, name="bin"),
    path("bin/<int:pk>/restore/", binning.page_restore, name="page_restore"),
    path("bin/<int:pk>/delete/", binning.page_delete, name="page_delete"),
    path("bookmarks/", bookmarks.bookmark_list, name="bookmarks"),
    path("bookmarks/<int:pk>/", bookmarks.page_keep, name="page_keep"),
    path("access/", asking.access_ask, name="access_ask"),
    path("access/<int:pk>/let-in/", asking.access_let_in, name="access_let_in"),
    path("access/<int:pk>/turn-down/", asking.access_turn_down, name="access_turn_down"),
]
