"""Addresses of the screens that put things side by side."""

from django.urls import path

from intranet.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("moving/", views.moving, name="moving"),
    path("your-turn/", views.turn, name="turn"),
    path("your-turn/lists/", views.turn_lists, name="turn_lists"),
    path("search/", views.search, name="search"),
    path("search/quick/", views.search_quick, name="search_quick"),
    path("search/messages/", views.search_messages, name="search_messages"),
    path("search/names/", views.search_names, name="search_names"),
    path("help/", views.help_page, name="help"),
    path("me/data/", views.data, name="data"),
    path("me/data/mine.json", views.data_file, name="data_file"),
    path("me/data/counted/", views.counted, name="counted"),
    path("teams/<slug:slug>/", views.team, name="team"),
    path("teams/<slug:slug>/awaiting/", views.awaiting, name="awaiting"),
]
