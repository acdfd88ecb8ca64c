from django.urls import path

from schoolward.web.pages import catalogue, catalogue_import, catalogue_lines, catalogue_shelves, earmarks

urlpatterns = [
    path("services/", catalogue.catalogue, name="catalogue"),
    path("services/list.<str:form>", catalogue.catalogue_export, name="catalogue_export"),
    path("services/new/", catalogue_lines.new_line, name="new_line"),
    path("services/workbook.xlsx", catalogue_import.workbook_out, name="catalogue_workbook"),
    path("services/sheets/<slug:sheet>.csv", catalogue_import.sheet_out, name="catalogue_sheet"),
    path("services/import/", catalogue_import.upload, name="catalogue_import"),
    path("services/import/<int:pk>/", catalogue_import.apply, name="catalogue_apply"),
    path("services/shelves/", catalogue_shelves.shelves, name="shelves"),
    path("services/shelves/<slug:shelf>/<slug:key>/", catalogue_shelves.change, name="change_shelf"),
    path("services/line/<slug:key>/", catalogue.service, name="service"),
    path("services/line/<slug:key>/change/", catalogue_lines.change_line, name="change_line"),
    path("services/line/<slug:key>/price/", catalogue_lines.new_price, name="new_price"),
    path("services/line/<slug:key>/withdraw/", catalogue_lines.withdraw, name="withdraw_line"),
    path("services/spending/", earmarks.earmarks, name="earmarks"),
    path("services/spending.<str:form>", earmarks.earmarks_export, name="earmarks_export"),
    path("services/spending/<int:urn>/", earmarks.earmark, name="earmark"),
]
