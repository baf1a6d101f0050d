"""Hand to hand: the ways a finished edition goes from one person to another, and what each of them shows."""
