"""Addresses of accounts: our sign-in page, then allauth's."""

from django.urls import include, path

from intranet.accounts import views

app_name = "accounts"
urlpatterns = [
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
]

library_patterns = [
    path("account/login/", views.sign_in, name="account_login"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.account.urls")),
]
