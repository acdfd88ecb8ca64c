from django.urls import path

from schoolward.web.pages import inviting, passwords, people, role_changes

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people.<str:form>", people.people_export, name="people_export"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/name/", people.rename, name="rename_person"),
    path("people/<int:pk>/code/", people.reset_code, name="reset_code"),
    path("people/roles/<int:pk>/", role_changes.change_role, name="change_role"),
    path("people/invite/", inviting.invite, name="invite"),
    path("people/invitations/", inviting.invitations, name="invitations"),
    path("people/invitations/<int:pk>/again/", inviting.resend, name="resend_invitation"),
    path("people/invitations/<int:pk>/withdraw/", inviting.withdraw, name="withdraw_invitation"),
    path("invitation/<str:token>/", inviting.accept, name="accept_invitation"),
    path("password/", passwords.change_password, name="change_password"),
    path("password/forgotten/", passwords.forgotten_password, name="forgotten_password"),
    path("password/new/<str:key>/<str:token>/", passwords.new_password, name="new_password"),
]
