from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("survey", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="agreed_with",
            field=models.CharField(
                blank=True, help_text="Of a pilot wave: with whom its schools were agreed.", max_length=200
            ),
        ),
    ]
