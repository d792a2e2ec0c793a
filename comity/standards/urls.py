from django.urls import path

from comity.standards import views
from comity.standards import views_instruments as instruments

urlpatterns = [
    path("", views.documents, name="documents"),
    path("export.csv", views.export_csv, name="documents_csv"),
    path("import/", views.import_file, name="import_file"),
    path("import/<int:key>/", views.import_progress, name="import_progress"),
    path("import/<str:token>/columns/", views.import_mapping, name="import_mapping"),
    path("import/instrument/", instruments.import_instrument, name="import_instrument"),
    path("import/outline/<uuid:token>/", instruments.outline, name="outline"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<slug:slug>/", views.body, name="body"),
    path("committees/<str:slug>/", views.committee, name="committee"),
    path("<str:slug>/relations/", views.relations, name="document_relations"),
    path("<str:slug>/cite.<str:form>", views.cite, name="document_cite"),
    path("<str:slug>/text/", instruments.text, name="text"),
    path("<str:slug>/text/remove/", instruments.remove, name="text_remove"),
    path("<str:slug>/text/<str:form>/", instruments.export, name="text_export"),
    path("<str:slug>/clauses/<path:ref>", instruments.clause, name="clause"),
    path("<str:slug>/changes/", instruments.changes, name="changes"),
    path("<str:slug>/languages/", instruments.lacking, name="lacking"),
    path("<str:slug>/amendments/", instruments.amendments, name="amendments"),
    path("<str:slug>/", views.document, name="document"),
]
