from django.urls import path

from comity.standards import views

urlpatterns = [
    path("", views.documents, name="documents"),
    path("export.csv", views.export_csv, name="documents_csv"),
    path("import/", views.import_file, name="import_file"),
    path("import/<int:key>/", views.import_progress, name="import_progress"),
    path("import/<str:token>/columns/", views.import_mapping, name="import_mapping"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<slug:slug>/", views.body, name="body"),
    path("committees/<str:slug>/", views.committee, name="committee"),
    path("<str:slug>/relations/", views.relations, name="document_relations"),
    path("<str:slug>/cite.<str:form>", views.cite, name="document_cite"),
    path("<str:slug>/", views.document, name="document"),
]
