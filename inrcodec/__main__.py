"""`python -m inrcodec` is the command line."""

import sys

from inrcodec.cli import main

sys.exit(main())
