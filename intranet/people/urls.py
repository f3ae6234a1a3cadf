"""Addresses of people and of who is in which team. The page of a team itself is the portal's."""

from django.urls import path

from intranet.people import views
from intranet.people.roster import views as roster

app_name = "people"
urlpatterns = [
    path("people/", views.directory, name="directory"),
    path("people/me/", views.me, name="me"),
    path("people/settings/", views.settings, name="settings"),
    path("people/language/", views.language, name="language"),
    path("people/closed/", views.closed, name="closed"),
    path("people/import/", roster.import_file, name="import"),
    path("people/import/<str:sort>.csv", roster.template, name="import_template"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/history/", views.history, name="history"),
    path("people/<int:pk>/close/", views.close, name="close"),
    path("people/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("files/media/photos/<str:name>", views.photo, name="photo"),
    path("teams/", views.teams, name="teams"),
    path("teams/<slug:slug>/members/", views.members, name="members"),
    path("teams/<slug:slug>/members/<int:pk>/role/", views.member_role, name="member_role"),
    path("teams/<slug:slug>/members/<int:pk>/leave/", views.member_leave, name="member_leave"),
]
