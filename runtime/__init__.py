"""From a circuit and the owners' rows to the recipients' results, on secret shares."""
