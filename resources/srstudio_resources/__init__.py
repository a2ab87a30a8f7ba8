"""Icons, themes and samples of SR Studio; data only."""
