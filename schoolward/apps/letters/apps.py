from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Lets letters be drafted and hold files, and asks once more before a copy leaves."""

    name = "schoolward.apps.letters"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.drafts.kinds import DraftKind, register_draft_kind
        from schoolward.apps.files.owners import FileOwner, register_file_owner
        from schoolward.apps.letters import disclosure, drafting, handing_over, kinds, schools_of, sending
        from schoolward.apps.letters.needs import letter_needs
        from schoolward.apps.letters.queries import DRAFT_KIND, FILE_OWNER
        from schoolward.apps.outbox.guards import register_guard

        register_draft_kind(DraftKind(DRAFT_KIND, drafting.check_letter_draft, drafting.clean_letter))
        register_file_owner(
            FileOwner(FILE_OWNER, drafting.check_can_read_files, drafting.check_can_change_files)
        )
        register_guard(sending.ORIGIN, sending.why_message_not)
        register_needs("letters", letter_needs)
        handing_over.register()
        kinds.register()
        schools_of.register()
        disclosure.register()
