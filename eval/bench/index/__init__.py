"""The life of the index: opening a snapshot, editing one document of many, and how soon an answer knows of it."""
