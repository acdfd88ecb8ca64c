"""Invented people's names: ordinary given names, family names that belong to no family.

The family names are made for Estuary, so no pair of them is a head teacher in the real register
(`tests/real_data/test_estuary_plausible.py` looks).
"""

from dataclasses import dataclass

from schoolward.demo.dice import dice

_WOMEN = """Abigail Adaeze Aisling Amara Anneke Beatrix Bronwen Carys Chidinma Clemency Delphine Dilys Ebele Elspeth
Esme Farida Fenella Greta Gwenda Harriet Henrietta Imogen Indira Ishbel Jacinta Joyce Kamala Keziah Leila Lorna Lydia
Mairi Marguerite Meera Morwenna Nadia Nerys Odette Olwen Padma Philippa Priya Ramona Rhona Rosalind Sabiha Selina Shanthi
Sunita Tabitha Tamsin Thandiwe Ursula Verity Winifred Yasmin Yewande Zainab""".split()
_MEN = """Abel Ajay Alasdair Anselm Arjun Barnaby Bertram Callum Cedric Chukwudi Conrad Cyril Dafydd Desmond Dilip
Duncan Edmund Emeka Ewan Farhan Fergus Gareth Gideon Hamish Harish Idris Imran Ivor Jerome Kwame Lachlan Laurence Leopold
Magnus Malik Montague Nikhil Obinna Osman Percival Piers Quentin Rafiq Ranjit Rhys Rufus Sanjeev Silas Tariq Tobias
Torquil Umar Vikram Wilfred Yusuf Zachary""".split()
_FAMILY = """Ashmarle Barnacleugh Bitternshaw Brackwell Brentmere Cadlemarsh Chalkwright Cobblesea Coldharrow Cordgrass
Cranesedge Creekmore Curlewin Dabwick Driftwell Dunescombe Dunlinsby Eelbridge Eiderly Estermoor Fennimarsh Ferrisby
Fleetingham Flintsand Foreshaw Gannetry Glasswort Godwitten Grebeley Greyshoal Gullane-Rook Gulliforth Harbrook-Leigh
Havenshaw Heronsworth Hollowtide Inglestrand Jettison Keelby Kelpwright Kittiwell Knotsfield Lapwright Lavermoor
Leewarden Limpetry Lockstaithe Lowtidey Lugworthy Mallowmere Marramby Marshwiggin Moorhenley Mudeforth Neapham Nettlequay
Oarsley Osprington Oysterly Pebblewick Pennistrand Pettitern Plovering Pontwherry Quaywright Ramsholt-Orde Reedmace
Ridgewater Ringplover Rushenden Salterby Saltwright Samphry Sandlingham Scaupley Seablite Seawardine Sedgeworthy
Shearwell Shelduckson Shinglewood Shoreditcher Slipwayte Snipesby Spratling-Moss Staithby Sternefield Strandwick
Swaleborne Tealby-Fenn Ternwick Thornstaithe Thriftley Tidebourne Tidewell Turnstonby Vanestrand Wadersby Wainquay
Warpham Watervane Weirbank Wharfingdale Whelkin Whimbrelle Widgeonby Wigeonhall Wherrywright Withymere Wrackham""".split()


@dataclass(frozen=True)
class Name:
    """A person's title and names."""

    title: str
    first: str
    last: str

    @property
    def full(self) -> str:
        """First and last name, as it stands in a list."""
        return f"{self.first} {self.last}"

    @property
    def formal(self) -> str:
        """'Mrs Creekmore', as it stands in a letter."""
        return f"{self.title} {self.last}"


def name_for(seed: int, *key: str | int) -> Name:
    """The name that belongs to `key`: the same one however often it is asked for."""
    throw = dice(seed, "name", *key)
    woman = throw.random() < 0.66
    first = str(throw.choice(_WOMEN if woman else _MEN))
    title = str(throw.choice(["Mrs", "Ms", "Miss", "Dr"], p=[0.55, 0.2, 0.2, 0.05]) if woman else "Mr")
    return Name(title, first, str(throw.choice(_FAMILY)))
