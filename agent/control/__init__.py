"""What the person can ask of the running agent, how it is asked, and in which words it answers."""
