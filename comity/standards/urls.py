from django.urls import path

from comity.standards.views import catalogue, instruments, selection

urlpatterns = [
    path("", catalogue.documents, name="documents"),
    path("export.csv", catalogue.export_csv, name="documents_csv"),
    path("import/", catalogue.import_file, name="import_file"),
    path("import/<int:key>/", catalogue.import_progress, name="import_progress"),
    path("import/<str:token>/columns/", catalogue.import_mapping, name="import_mapping"),
    path("import/instrument/", instruments.import_instrument, name="import_instrument"),
    path("import/outline/<uuid:token>/", instruments.outline, name="outline"),
    path("bodies/", catalogue.bodies, name="bodies"),
    path("bodies/<slug:slug>/", catalogue.body, name="body"),
    path("committees/<str:slug>/", catalogue.committee, name="committee"),
    path("rules/", selection.rules, name="rules"),
    path("rules/new/", selection.edit, name="rule_new"),
    path("rules/trial/", selection.trial, name="rules_trial"),
    path("rules/applying/<int:key>/", selection.applying, name="rules_applying"),
    path("rules/<uuid:rid>/", selection.rule, name="rule"),
    path("rules/<uuid:rid>/edit/", selection.edit, name="rule_edit"),
    path("rules/<uuid:rid>/remove/", selection.remove, name="rule_remove"),
    path("<str:slug>/selection/", selection.decide, name="document_selection"),
    path("<str:slug>/relations/", catalogue.relations, name="document_relations"),
    path("<str:slug>/cite.<str:form>", catalogue.cite, name="document_cite"),
    path("<str:slug>/text/", instruments.text, name="text"),
    path("<str:slug>/text/remove/", instruments.remove, name="text_remove"),
    path("<str:slug>/text/<str:form>/", instruments.export, name="text_export"),
    path("<str:slug>/clauses/<path:ref>", instruments.clause, name="clause"),
    path("<str:slug>/changes/", instruments.changes, name="changes"),
    path("<str:slug>/languages/", instruments.lacking, name="lacking"),
    path("<str:slug>/amendments/", instruments.amendments, name="amendments"),
    path("<str:slug>/", catalogue.document, name="document"),
]
