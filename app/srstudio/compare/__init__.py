"""What is shown and how it is compared, without Qt."""
