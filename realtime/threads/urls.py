"""Addresses of conversations."""

from django.urls import path

from realtime.threads import views

app_name = "threads"
urlpatterns = [
    path("spaces/<slug:slug>/", views.space, name="space"),
    path("spaces/<slug:slug>/new/", views.thread_create, name="thread_create"),
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/change/", views.thread_change, name="thread_change"),
    path("threads/<int:pk>/say/", views.message_post, name="message_post"),
    path("threads/<int:pk>/messages/", views.messages_around, name="messages"),
    path("threads/<int:pk>/read/", views.read, name="read"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/edit/", views.message_edit, name="message_edit"),
    path("messages/<int:pk>/delete/", views.message_delete, name="message_delete"),
    path("messages/<int:pk>/history/", views.message_history, name="message_history"),
    path("messages/<int:pk>/react/", views.react, name="react"),
]
