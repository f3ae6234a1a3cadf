"""Addresses of accounts that are ours; the sign-in page replaces allauth's in `intranet.urls`."""

from django.urls import path

from intranet.accounts import views

app_name = "accounts"
urlpatterns = [
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
]
