from django.urls import path

from comity.members import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/tokens/", views.add_token, name="add_token"),
    path("account/tokens/<int:key>/delete/", views.drop_token, name="drop_token"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.add_organisation, name="add_organisation"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
]
