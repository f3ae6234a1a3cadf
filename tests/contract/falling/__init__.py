"""An app of the contract's served process: actions that fail in ways that ours should not."""
