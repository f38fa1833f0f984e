"""Here so that tests of every folder find the samples that stand beside it."""
