"""One module per revision, run in the order of `assistant.storage.migrations.KNOWN`."""
