from django.urls import path

from realtime.live import views

app_name = "live"
urlpatterns = [
    path("live/poll", views.poll, name="poll"),
    path("live/health", views.health, name="health"),
]
