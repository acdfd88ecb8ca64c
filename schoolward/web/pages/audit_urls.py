from django.urls import path

from schoolward.web.pages import audit, freedom

urlpatterns = [
    path("audit/", audit.audit, name="audit"),
    path("audit/export.<str:form>", audit.audit_export, name="audit_export"),
    path("audit/freedom-of-information/", freedom.freedom, name="freedom"),
]
