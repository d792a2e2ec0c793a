from django.urls import path

from comity.bridges import views

urlpatterns = [
    path("", views.index, name="bridges"),
    path("propose/", views.propose, name="bridge_propose"),
    path("propose/<int:key>/", views.progress, name="bridge_progress"),
    path("import/", views.import_crosswalk, name="crosswalk_import"),
    path("crosswalks/<uuid:rid>/", views.crosswalk, name="crosswalk"),
    path("crosswalks/<uuid:rid>/remove/", views.crosswalk_remove, name="crosswalk_remove"),
    path("crosswalks/<uuid:rid>/<str:form>/", views.crosswalk_export, name="crosswalk_export"),
    path("map/", views.everything, name="bridge_map"),
    path("map/<str:form>/", views.everything_file, name="bridge_map_file"),
    path("<str:slug>/", views.bridge, name="bridge"),
    path("<str:slug>/remove/", views.remove, name="bridge_remove"),
    path("<str:slug>/<str:form>/", views.export, name="bridge_export"),
]
