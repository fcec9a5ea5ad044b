"""What mining must know of governance, as plain data, and the calendar that follows from it."""
