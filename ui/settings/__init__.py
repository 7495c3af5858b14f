"""The Settings page: one file a section, each with one `draw(service)`."""
