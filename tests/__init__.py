"""All tests: unit, integration, snapshots, and the support that they share."""
