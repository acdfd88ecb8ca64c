"""What concern gives under the Freedom of Information Act: nothing by itself; a person weighs requests."""

from __future__ import annotations

from schoolward.apps.audit.exports import Export, register_export

LEFT_OUT = (
    (
        "concern",
        "Lists of schools causing concern, with the evidence and the decisions.",
        "It could shame schools and prejudice the conduct of public affairs; a person weighs it.",
    ),
    (
        "risk",
        "Each school's chance of an adverse inspection, as a band.",
        "It could shame schools, and says what may happen and not what did; a person weighs it.",
    ),
    (
        "officers-knowledge",
        "What officers recorded about schools and their leaders.",
        "It was given in confidence, and is about living people.",
    ),
    (
        "categories",
        "Categories agreed with heads, their conversations, and minutes of panels.",
        "They are exempt unless a person decides otherwise; the conversations are about living people.",
    ),
)


def register() -> None:
    """Called once from `ready()`."""
    for name, description, reason in LEFT_OUT:
        register_export(Export(name, description, restricted=reason))
