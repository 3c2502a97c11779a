"""`python -m kiban`: the command line."""

from kiban.shell.cli import main

raise SystemExit(main())
