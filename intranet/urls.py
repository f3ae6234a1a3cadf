"""Every address. Each app declares the policy of its own; those of libraries are declared in `policies`."""

from django.urls import include, path

from cms import gate
from cms.views import page
from intranet.accounts.views import sign_in

urlpatterns = [
    path("", include("intranet.portal.urls")),
    path("", include("intranet.accounts.urls")),
    path("account/login/", sign_in, name="account_login"),
    path("", include("intranet.people.urls")),
    path("", include("intranet.metrics.urls")),
    path("", include("realtime.spaces.urls")),
    path("", include("realtime.threads.urls")),
    path("", include("realtime.notifications.urls")),
    path("", include("realtime.live.urls")),
    path("account/", include("allauth.urls")),
    path("", include("cms.urls")),
    path("cms/", include(gate)),
    path("pages/<page_path:path>", page, name="wagtail_serve"),
]

handler400 = "intranet.portal.errors.bad_request"
handler403 = "intranet.portal.errors.permission_denied"
handler404 = "intranet.portal.errors.page_not_found"
handler500 = "intranet.portal.errors.server_error"
