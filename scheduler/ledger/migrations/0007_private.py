"""Private facts, apart from what is hashed: rows that are kept like everything else, but for their content, which can be erased."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "what the ledger holds cannot be changed or deleted"
TABLE = "ledger_private"
KEPT = ("id", "desk", "digest", "worker", "what", "month", "at")
# Erasing takes salt and content away and says by which entry of the log, once.
NO_ERASURE = ("OLD.erased IS NOT NULL", "NEW.erased IS NULL", "NEW.salt IS NOT NULL", "NEW.content IS NOT NULL")


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        refuse, each, distinct = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END", "", "IS NOT"
        held = f"SELECT 1 FROM {TABLE} WHERE id = NEW.id OR digest = NEW.digest"
        last = f"CREATE TRIGGER {TABLE}_replace BEFORE INSERT ON {TABLE} WHEN EXISTS ({held}) {refuse}"
    else:
        refuse, each, distinct = "EXECUTE FUNCTION ledger_refuse()", "FOR EACH ROW", "IS DISTINCT FROM"
        last = f"CREATE TRIGGER {TABLE}_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {refuse}"
    changed = " OR ".join((*(f"OLD.{column} {distinct} NEW.{column}" for column in KEPT), *NO_ERASURE))
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE} {each} WHEN ({changed}) {refuse}", None
    )
    schema_editor.execute(f"CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE} {each} {refuse}", None)
    schema_editor.execute(last, None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_identity")]
    operations = [
        migrations.CreateModel(
            name="Private",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("desk", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("worker", models.TextField()),
                ("what", models.TextField()),
                ("month", models.CharField(max_length=7)),
                ("at", models.DateTimeField()),
                ("salt", models.CharField(max_length=64, null=True)),
                ("content", models.TextField(null=True)),
                ("erased", models.PositiveIntegerField(null=True)),
            ],
        ),
        migrations.RunPython(add_triggers),
    ]
