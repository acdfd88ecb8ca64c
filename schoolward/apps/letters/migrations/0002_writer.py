import django.db.models.deletion
from django.db import migrations, models


def writers_are_who_started(apps, editor):
    """Until now nobody could take a letter over."""
    letters = apps.get_model("letters", "Letter")
    letters.objects.update(writer_id=models.F("started_by_id"))


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="writer",
            field=models.ForeignKey(
                help_text="Who looks after it until it leaves.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.RunPython(writers_are_who_started, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="letter",
            name="writer",
            field=models.ForeignKey(
                help_text="Who looks after it until it leaves.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
    ]
