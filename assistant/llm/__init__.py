"""Chat models behind one function: evidence in, a draft out."""
