from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "schoolward.apps.accounts"

    def ready(self) -> None:
        from schoolward.apps.accounts import chores, disclosure, needs

        needs.register_needs("accounts", chores.needs_about_people)
        disclosure.register()
