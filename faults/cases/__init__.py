"""The cases, a module for each section of the catalogue."""
