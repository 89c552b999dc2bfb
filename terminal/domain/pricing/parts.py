"""Which things hang together because they share something."""

from collections.abc import Hashable, Sequence


def components(links: Sequence[Sequence[Hashable]]) -> list[int]:
    """Return for each link the number of its component; links that share an end, over others too, have the same one.

    A link without ends stands alone. No end stands twice in a link.
    """
    ends = set().union(*links)
    if any(len(link) >= len(ends) for link in links):
        return [0 if link else -1 - index for index, link in enumerate(links)]
    above: dict[Hashable, Hashable] = {end: end for end in ends}

    def root(end: Hashable) -> Hashable:
        while above[end] != end:
            above[end] = end = above[above[end]]
        return end

    for link in links:
        for end in link:
            above[root(end)] = root(link[0])
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(root(link[0]), len(numbers)) if link else -1 - index for index, link in enumerate(links)]
