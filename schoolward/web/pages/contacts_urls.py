from django.urls import path

from schoolward.web.pages import contacts, contacts_import

urlpatterns = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/export.<str:form>", contacts.contacts_export, name="contacts_export"),
    path("contacts/import/", contacts_import.upload, name="contacts_import"),
    path("contacts/import/<int:pk>/", contacts_import.apply, name="contacts_apply"),
    path("contacts/heads/", contacts_import.heads, name="contacts_heads"),
    path("contacts/<int:urn>/", contacts.school_contacts, name="school_contacts"),
    path("contacts/<int:urn>/confirm/", contacts.confirm, name="confirm_contacts"),
    path("contacts/<int:urn>/<str:role>/", contacts.change, name="change_contact"),
]
