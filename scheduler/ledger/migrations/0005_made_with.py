"""What a version was made with: parts that are stored once by their content, and kept like everything else."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "what the ledger holds cannot be changed or deleted"


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        held = "SELECT 1 FROM ledger_part WHERE id = NEW.id OR digest = NEW.digest"
        statements = [
            "CREATE TRIGGER ledger_version_update_made_with BEFORE UPDATE ON ledger_version"
            f" WHEN (OLD.made_with IS NOT NEW.made_with) {refuse}",
            f"CREATE TRIGGER ledger_part_update BEFORE UPDATE ON ledger_part {refuse}",
            f"CREATE TRIGGER ledger_part_delete BEFORE DELETE ON ledger_part {refuse}",
            f"CREATE TRIGGER ledger_part_replace BEFORE INSERT ON ledger_part WHEN EXISTS ({held}) {refuse}",
        ]
    else:
        refuse = "EXECUTE FUNCTION ledger_refuse()"
        statements = [
            "CREATE TRIGGER ledger_version_update_made_with BEFORE UPDATE ON ledger_version FOR EACH ROW"
            f" WHEN (OLD.made_with IS DISTINCT FROM NEW.made_with) {refuse}",
            f"CREATE TRIGGER ledger_part_update BEFORE UPDATE ON ledger_part FOR EACH ROW {refuse}",
            f"CREATE TRIGGER ledger_part_delete BEFORE DELETE ON ledger_part FOR EACH ROW {refuse}",
            f"CREATE TRIGGER ledger_part_truncate BEFORE TRUNCATE ON ledger_part FOR EACH STATEMENT {refuse}",
        ]
    for statement in statements:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_one_live_version")]
    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("content", models.TextField()),
            ],
        ),
        migrations.AddField("version", "made_with", models.TextField(null=True)),
        migrations.RunPython(add_triggers),
    ]
