"""Addresses of the figures, on the screen and as files."""

from django.urls import path

from intranet.metrics import views

app_name = "metrics"
urlpatterns = [
    path("measures/", views.register_screen, name="register"),
    path("measures/promise/", views.promise_screen, name="promise"),
    path("measures/house/", views.house_screen, name="house"),
    path("measures/house.csv", views.house, {"way": "csv"}, name="house_csv"),
    path("measures/house.json", views.house, {"way": "json"}, name="house_json"),
    path("teams/<slug:slug>/measures/", views.team_screen, name="team"),
    path("teams/<slug:slug>/measures.csv", views.team, {"way": "csv"}, name="team_csv"),
    path("teams/<slug:slug>/measures.json", views.team, {"way": "json"}, name="team_json"),
]
