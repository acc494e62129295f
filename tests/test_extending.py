"""The page on extending holds what it says: its own code runs, and makes a curve beside the others."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from workflow_command import snakemake_command

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import decode

PAGE = Path(__file__).parents[1] / "docs/extending.md"
