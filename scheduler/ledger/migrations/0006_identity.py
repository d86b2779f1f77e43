"""The identity of a desk in its ledger: random, recorded once, and kept in a file of the desk as well."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "what the ledger holds cannot be changed or deleted"


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    table = "ledger_identity"
    if schema_editor.connection.vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        held = f"SELECT 1 FROM {table} WHERE id = NEW.id OR desk = NEW.desk"
        last = f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({held}) {refuse}"
    else:
        refuse = "EXECUTE FUNCTION ledger_refuse()"
        last = f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
    each = "" if schema_editor.connection.vendor == "sqlite" else "FOR EACH ROW"
    schema_editor.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {each} {refuse}", None)
    schema_editor.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {each} {refuse}", None)
    schema_editor.execute(last, None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_made_with")]
    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("desk", models.TextField(unique=True)),
                ("identity", models.CharField(max_length=32)),
            ],
        ),
        migrations.RunPython(add_triggers),
    ]
