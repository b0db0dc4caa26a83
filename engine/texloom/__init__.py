"""The engine of a report that builds itself: from data, code and text to one PDF. It knows no single report.

Rooms: results, data, machine, training, staleness, document, notebook, commands; scaffold, which `make new` copies, and
testing. Not here: any chapter, data set or answer; those are the report's.
"""
