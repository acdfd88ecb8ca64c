"""A dull draft: it keeps every version whole, and compares three of them field by field."""


class DullDraft:
    """Every version of the content, in order."""

    def __init__(self) -> None:
        self.versions = [{}]
        self.told = {}

    def save(self, base: int, key: str, changes: dict) -> tuple[int, dict, dict]:
        """The new version, {refused field: (mine, theirs)}, and {field changed by others: value}."""
        if key in self.told:
            return self.told[key]
        seen, now = self.versions[base], self.versions[-1]
        saved, refused = dict(now), {}
        # sent back as it was seen, while somebody changed it: no change of the writer's
        asked = {n: v for n, v in changes.items() if v != seen.get(n) or now.get(n) == v}
        for name, mine in asked.items():
            if now.get(name) == seen.get(name) or now.get(name) == mine:
                saved[name] = mine
            else:
                refused[name] = (mine, now.get(name))
        others = {n: v for n, v in now.items() if v != seen.get(n) and n not in asked}
        self.versions.append(saved)
        self.told[key] = (len(self.versions) - 1, refused, others)
        return self.told[key]
