"""Static files with names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Rewrites imports between JavaScript modules too, so that every file can be cached for ever."""

    support_js_module_import_aggregation = True
