"""The web application as a WSGI callable: `granian --interface wsgi kiban.shell.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiban.shell.settings")
application = get_wsgi_application()
