from django.urls import path

from comity.standards.views import following

urlpatterns = [
    path("", following.mine, name="following"),
    path("add/", following.add, name="follow"),
    path("digest/", following.digest, name="digest"),
    path("stop/<str:token>/", following.stop, name="digest_stop"),
    path("<uuid:rid>/remove/", following.remove, name="unfollow"),
]
