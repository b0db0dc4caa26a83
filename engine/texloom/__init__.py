"""The engine of a report that builds itself: from data, code and text to one PDF. It knows no single report.

Rooms: results, data, machine, training, staleness, document, notebook, commands; and scaffold, which `make new` copies.
"""
