"""The desk as people meet it: how soon it opens, how soon it answers, what it costs idle, how soon a page hears."""
