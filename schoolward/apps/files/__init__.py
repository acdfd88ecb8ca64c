"""Files that belong to something: kept by their content, in versions, scanned before they are kept.

Who may read a file is decided by what it belongs to, never here. This app must never serve a file whose owner
nobody asked, nor show one inside a page.
"""
