"""Addresses of places. Their first tab, the conversations, is of `threads`."""

from django.urls import path

from realtime.spaces import views

app_name = "spaces"
urlpatterns = [
    path("spaces/", views.space_list, name="list"),
    path("spaces/new/", views.space_create, name="create"),
    path("spaces/<slug:slug>/about/", views.about, name="about"),
    path("spaces/<slug:slug>/edit/", views.edit, name="edit"),
    path("spaces/<slug:slug>/join/", views.join, name="join"),
    path("spaces/<slug:slug>/leave/", views.leave, name="leave"),
    path("spaces/<slug:slug>/archive/", views.archive, name="archive"),
    path("spaces/<slug:slug>/members/", views.members_manage, name="members"),
    path("spaces/<slug:slug>/members/<int:pk>/role/", views.member_role, name="member_role"),
    path("spaces/<slug:slug>/members/<int:pk>/until/", views.member_until, name="member_until"),
    path("spaces/<slug:slug>/members/<int:pk>/remove/", views.member_remove, name="member_remove"),
    path("spaces/<slug:slug>/invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
