"""Addresses of spaces."""

from django.urls import URLPattern

app_name = "spaces"
urlpatterns: list[URLPattern] = []
