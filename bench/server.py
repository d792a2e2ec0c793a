"""Serves the node, or a peer it is measured beside, with the node's own server settings."""

from __future__ import annotations

import os
import sys

from comity.cli.main import setup
from comity.cli.node import Server, collect_static


def main() -> None:
    what, port = sys.argv[1], int(sys.argv[2])
    options = {"bind": f"127.0.0.1:{port}", "workers": 2, "loglevel": "warning"}
    if what == "comity":
        os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
        os.environ["COMITY_HOSTS"] = "127.0.0.1"
        setup()
        collect_static()
        Server(options).run()
    elif what in ("ninja", "pyoai"):
        from bench.harvested import minimal_endpoint, reference_server

        Server(options, minimal_endpoint if what == "ninja" else reference_server).run()
    else:
        from bench.minimal import application_on
        from comity.config import node

        databases = {"default": node.database(os.environ.get("DATABASE_URL", ""), node.home())}
        Server(options, lambda: application_on(databases)).run()


if __name__ == "__main__":
    main()
