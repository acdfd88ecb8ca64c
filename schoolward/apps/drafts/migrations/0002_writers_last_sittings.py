from datetime import timedelta

from django.db import migrations, models

SITTING = timedelta(minutes=30)


def remember_every_writer(apps, editor):
    """Open drafts named only those whose sitting lasted; now everybody who ever wrote in them."""
    drafts, changes = apps.get_model("drafts", "Draft"), apps.get_model("drafts", "DraftChange")
    for draft in drafts.objects.filter(state="open"):
        rows = changes.objects.filter(draft=draft).order_by("version").values_list("by_id", "at")
        earlier = {by: (at + SITTING).isoformat() for by, at in rows}
        draft.sittings = {**earlier, **draft.sittings}
        draft.save(update_fields=["sittings"])


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="sittings",
            field=models.JSONField(
                default=dict, help_text="Until when each writer's last sitting lasts or lasted (see audit)."
            ),
        ),
        migrations.RunPython(remember_every_writer, migrations.RunPython.noop),
    ]
