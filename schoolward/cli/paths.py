"""The places of `terms.home`, under the name the commands use."""

from schoolward.terms.home import default_store, schoolward_home

__all__ = ["default_store", "schoolward_home"]
