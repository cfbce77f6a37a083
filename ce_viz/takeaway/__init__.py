"""What a visitor takes along: code, data and a page that opens offline, all of the current settings."""
