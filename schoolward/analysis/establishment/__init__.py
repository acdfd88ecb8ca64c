"""Posts, what each costs, which money pays for them, and which schools feel it when that money ends."""
