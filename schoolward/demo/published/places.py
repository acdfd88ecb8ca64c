"""The coast that does not exist: four authorities on an estuary, their places and streets.

Positions are metres of the British National Grid, well out at sea, so that no dot on the map falls on
a real town. Postcodes are of area ZZ99, which no place has.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Authority:
    """A fictional local authority."""

    code: int
    name: str
    gss: str
    first_urn: int


ESTUARY = Authority(990, "Estuary", "E06900990", 900_001)
NEIGHBOURS = (
    Authority(991, "Wendshire", "E10900991", 901_001),
    Authority(992, "Norhaven", "E06900992", 902_001),
    Authority(993, "Saltreach", "E06900993", 903_001),
)
AUTHORITIES = (ESTUARY, *NEIGHBOURS)
# Authorities that are only ever named: ten statistical neighbours are published for each.
FAR_AUTHORITIES = (
    (994, "Thornstrand"),
    (995, "Great Wold"),
    (996, "Fairmere"),
    (997, "Kingsferry"),
    (998, "Coldwater Bay"),
    (999, "Marchwick"),
    (960, "Lantern Hills"),
)


@dataclass(frozen=True)
class Place:
    """A town, village or part of a town, and how hard life is there (0 easy to 1 hard)."""

    name: str
    town: str
    easting: int
    northing: int
    hardship: float
    urban: bool = True


PLACES = {
    "quay": Place("Old Quay", "Merehaven", 667_400, 242_900, 0.85),
    "castle": Place("Castle Hill", "Merehaven", 666_300, 243_700, 0.55),
    "northgate": Place("Northgate", "Merehaven", 666_900, 245_100, 0.45),
    "marlpit": Place("Marlpit Hill", "Merehaven", 665_000, 242_300, 0.75),
    "kelderwick": Place("Kelderwick", "Merehaven", 668_600, 244_400, 0.40),
    "sallowmouth": Place("Sallowmouth", "Sallowmouth", 674_200, 246_200, 0.65),
    "dunlin": Place("Dunlin Row", "Sallowmouth", 675_300, 247_000, 0.60),
    "lowstaithe": Place("Lowstaithe", "Lowstaithe", 671_900, 239_600, 0.78),
    "curlew": Place("Curlew Bank", "Lowstaithe", 673_000, 238_700, 0.72),
    "oarsham": Place("Oarsham", "Oarsham", 661_400, 247_800, 0.28),
    "salterncross": Place("Saltern Cross", "Saltern Cross", 669_800, 249_900, 0.50),
    "heronsey": Place("Heronsey", "Heronsey", 678_300, 243_100, 0.52),
    "samphire": Place("Samphire Green", "Merehaven", 664_100, 245_600, 0.33),
    "ebbing": Place("Great Ebbing", "Great Ebbing", 659_800, 241_200, 0.24, urban=False),
    "littleebbing": Place("Little Ebbing", "Great Ebbing", 658_200, 240_100, 0.16, urban=False),
    "tollesmere": Place("Tollesmere", "Oarsham", 657_900, 249_300, 0.20, urban=False),
    "wherrington": Place("Wherrington", "Oarsham", 662_800, 250_900, 0.18, urban=False),
    "grist": Place("Isle of Grist", "Heronsey", 681_600, 241_000, 0.42, urban=False),
    # the neighbours
    "wendbridge": Place("Wend Bridge", "Wend Bridge", 648_000, 244_500, 0.40),
    "hallowick": Place("Hallowick", "Hallowick", 645_200, 249_800, 0.20, urban=False),
    "brindle": Place("Brindle Heath", "Wend Bridge", 650_300, 239_000, 0.55),
    "norhaven": Place("Norhaven", "Norhaven", 668_200, 261_300, 0.60),
    "gulls": Place("Gull's Landing", "Norhaven", 672_900, 262_400, 0.70),
    "stonereed": Place("Stonereed", "Norhaven", 662_000, 259_900, 0.30),
    "saltreach": Place("Saltreach", "Saltreach", 669_000, 229_800, 0.50),
    "fiddlers": Place("Fiddler's Sound", "Saltreach", 674_600, 228_300, 0.62),
    "muchmarsh": Place("Much Marsh", "Saltreach", 661_500, 230_700, 0.25, urban=False),
}
NEIGHBOUR_PLACES = {
    991: ("wendbridge", "hallowick", "brindle"),
    992: ("norhaven", "gulls", "stonereed"),
    993: ("saltreach", "fiddlers", "muchmarsh"),
}
STREETS = (
    "Saltern Road", "Ropewalk Lane", "Cockle Street", "Ferry Road", "Tidemill Lane", "Lantern Way",
    "Barge Walk", "Heron Close", "Causeway Road", "Bellbuoy Lane", "Sandpiper Avenue", "Marram Drive",
    "Breakwater Road", "Old Staithe Lane", "Kiln Field", "Spratling Street", "Wherry Road", "Reedbed Lane",
    "Sluice Road", "Chandler's Row", "Netmakers' Yard", "Creek View", "Long Shingle", "Pilot's Rise",
)  # fmt: skip
