"""One prompt, one file: front matter with id and version, then the text."""
