from django.urls import path

from schoolward.web.pages import returns

urlpatterns = [
    path("surveys/<int:pk>/schools/<int:urn>/enter/", returns.enter, name="enter_return"),
    path("surveys/<int:pk>/schools/<int:urn>/form.<str:form>", returns.officers_form, name="survey_form"),
    path("answer/<int:pk>/form.<str:form>", returns.schools_form, name="answering_form"),
]
