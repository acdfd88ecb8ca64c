from django.db import models

from schoolward.apps.tenancy import scope


class Authority(models.Model):
    """A local authority that keeps its school improvement service here."""

    code = models.PositiveSmallIntegerField(
        unique=True, help_text="Three digits, as in the register of schools."
    )
    name = models.CharField(max_length=120)
    colour = models.CharField(max_length=7, default="#1d70b8", help_text="Accent colour, as #rrggbb.")
    is_demonstration = models.BooleanField(default=False)
    first_started_on = models.DateField(help_text="The day it came to be kept here.")

    class Meta:
        verbose_name_plural = "authorities"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScopedQuerySet(models.QuerySet):
    """Rows of the authority in scope; what it creates belongs there too."""

    def _check(self, row: "TenantModel") -> None:
        found = scope.current()
        if found is scope.EVERY:
            return
        if row.authority_id is None:
            row.authority = found
        if row.authority_id != found.pk:
            raise scope.WrongScope(
                f"{row._meta.label} of authority {row.authority_id} in the scope of {found.pk}."
            )

    def create(self, **values):
        row = self.model(**values)
        self._check(row)
        row.save(force_insert=True, using=self.db)
        return row

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for row in objs:
            self._check(row)
        return super().bulk_create(objs, *args, **kwargs)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):
    """Answers for the authority in scope, and raises where there is none."""

    def get_queryset(self):
        found = scope.current()
        if found is scope.EVERY:
            return super().get_queryset()
        if self._hints or self._db:  # of a row's own manager, such as survey.entries
            return super().get_queryset().filter(authority_id=found.pk)
        key = (self._queryset_class, self.model, found.pk)
        if (kept := _narrowed.get(key)) is None:
            kept = super().get_queryset().filter(authority_id=found.pk)
            if len(_narrowed) >= MOST_NARROWED:
                _narrowed.clear()
            _narrowed[key] = kept
        return kept.all()


# Querysets with nothing but the scope's filter, by model and authority: Django takes as long to put that one
# condition together as for much of the rest of a query, and a page has dozens.
_narrowed: dict[tuple[type, type[models.Model], int], models.QuerySet] = {}
MOST_NARROWED = 2_000


class TenantModel(models.Model):
    """Something that one authority decided, sold or wrote."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True
        # Related rows, refreshes and deletions go through the scoped manager as well.
        base_manager_name = "objects"
