"""Every address of the node."""

from django.urls import include, path

from comity.api.root import api
from comity.standards.views.harvest import harvest
from comity.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("consult/", views.consult, name="consult"),
    path("contribute/", views.contribute, name="contribute"),
    path("share/", views.share, name="share"),
    path("standards/", include("comity.standards.urls")),
    path("bridges/", include("comity.bridges.urls")),
    path("account/following/", include("comity.standards.urls_account")),
    path("", include("comity.members.urls")),
    path("about/<slug:name>/", views.page, name="page"),
    path("design/", views.design, name="design"),
    path("health", views.health, name="health"),
    path("metrics", views.metrics, name="metrics"),
    path("language/<str:code>/", views.set_language, name="set_language"),
    path("theme/<str:name>/", views.set_theme, name="set_theme"),
    path("robots.txt", views.robots, name="robots"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("api/", views.api_examples, name="api_examples"),
    path("api/v1/", api.urls),
    path("oai", harvest, name="oai"),
    path("accounts/", include("allauth.urls")),
]

handler400 = "comity.web.errors.bad_request"
handler403 = "comity.web.errors.forbidden"
handler404 = "comity.web.errors.not_found"
handler500 = "comity.web.errors.failed"
