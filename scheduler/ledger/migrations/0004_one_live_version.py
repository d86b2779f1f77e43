"""At most one version of a desk's month is in force."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_who_proved_it")]
    operations = [
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=["desk", "month"], condition=Q(status="live"), name="ledger_one_live_version"
            ),
        ),
    ]
