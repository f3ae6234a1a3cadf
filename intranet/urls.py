"""Every address. Each app declares the policy of its own; those of libraries are declared in `policies`."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from intranet.accounts.urls import library_patterns

urlpatterns = [
    path("", include("intranet.portal.urls")),
    path("", include("intranet.accounts.urls")),
    path("", include(library_patterns)),
    path("", include("intranet.people.urls")),
    path("", include("realtime.spaces.urls")),
    path("", include("realtime.threads.urls")),
    path("", include("realtime.live.urls")),
    path("account/", include("allauth.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("pages/", include(wagtail_urls)),
]
