"""Importing this module teaches Pillow the .inr format; `register_inr_opener` does the same by a call."""  # noqa: N999

from inrcodec.pillow_plugin import register_inr_opener

register_inr_opener()
