from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "schoolward.web"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.web.first_steps import set_up_needs

        register_needs("set_up", set_up_needs)
