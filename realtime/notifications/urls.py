"""Addresses of what people are told, and how."""

from django.urls import path

from realtime.notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/count/", views.count, name="count"),
    path("inbox/read/", views.mark_all, name="mark_all"),
    path("inbox/unread/", views.mark_all_undo, name="mark_all_undo"),
    path("inbox/<int:pk>/", views.open_notification, name="open"),
    path("inbox/<int:pk>/mark/", views.mark, name="mark"),
    path("me/notifications/", views.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
