"""Every form of every product that can be read, in one list."""

from schoolward.datasets.finance import schema as finance
from schoolward.datasets.gias import schema as gias
from schoolward.datasets.ks2 import schema as ks2
from schoolward.datasets.ks4 import authority as ks4_by_authority
from schoolward.datasets.ks4 import schema as ks4
from schoolward.datasets.lait import schema as lait
from schoolward.datasets.links import schema as links
from schoolward.datasets.ofsted import schema as ofsted
from schoolward.datasets.papers import schema as papers
from schoolward.datasets.schema import Variant
from schoolward.datasets.workforce import schema as workforce

_PRODUCTS = (gias, links, ks2, ks4, ks4_by_authority, ofsted, finance, workforce, lait, papers)

VARIANTS: tuple[Variant, ...] = tuple(variant for product in _PRODUCTS for variant in product.VARIANTS)
