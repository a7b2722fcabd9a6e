"""What a program discloses, and what could be made of it: the disclosure report, read from the circuit alone."""
