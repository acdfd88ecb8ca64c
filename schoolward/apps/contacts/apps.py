from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.contacts"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.contacts import actions, disclosure
        from schoolward.apps.contacts.needs import contact_needs
        from schoolward.apps.outbox.bounces import register_bounce_hearer

        register_needs("contacts", contact_needs)
        register_bounce_hearer("contacts", actions.hear_bounce)
        disclosure.register()
