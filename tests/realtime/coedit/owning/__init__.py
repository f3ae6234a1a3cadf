"""An app that owns documents, as pages do: one notebook a space. Installed in the served processes of these tests."""
