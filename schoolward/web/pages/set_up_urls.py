from django.urls import path

from schoolward.web.pages import set_up

urlpatterns = [path("set-up/", set_up.set_up, name="set_up")]
