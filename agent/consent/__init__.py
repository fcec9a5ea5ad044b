"""What the person is asked, in a window or at the command, and the answers: kept for good, obeyed at once."""
