"""What several kinds of tests work with."""
