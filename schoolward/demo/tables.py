"""The tables of a first start, made as the models say they are.

Replaying every migration ends in the same tables, which a test compares, and takes ten times as long: after
each step Django draws up all models anew. A site with anything in it is migrated, and every PostgreSQL.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def make_tables() -> bool:
    """True once an empty SQLite database has every table, every migration noted as done; else False."""
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        return False
    note = MigrationRecorder.Migration
    with connection.schema_editor() as editor:
        for model in (*apps.get_models(), note):
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        done = MigrationLoader(None).disk_migrations
        note.objects.bulk_create(note(app=app, name=name) for app, name in done)
    # kinds of content and permissions; where this is cut short, the next start migrates, which makes them
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    return True
