"""Who found a roster, who proved its bound, and what a second solver proved; kept like the rest of the version."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMNS = ("finder", "prover", "certificate")
REFUSAL = "what the ledger holds cannot be changed or deleted"


def add_trigger(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        distinct, each, refuse = "IS NOT", "", f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    else:
        distinct, each, refuse = "IS DISTINCT FROM", "FOR EACH ROW", "EXECUTE FUNCTION ledger_refuse()"
    changed = " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in COLUMNS)
    trigger = (
        f"CREATE TRIGGER ledger_version_update_proof BEFORE UPDATE ON ledger_version {each} WHEN ({changed}) {refuse}"
    )
    schema_editor.execute(trigger, None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        *(migrations.AddField("version", column, models.TextField(null=True)) for column in COLUMNS),
        migrations.RunPython(add_trigger),
    ]
