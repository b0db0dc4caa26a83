"""The engine of a report that builds itself: from data, code and text to one PDF. It works for any report.

Packages: results, data, machine, training, staleness, document, notebook, commands; scaffold, which `make new` copies,
and testing. Chapters, data sets and answers are not here, but in the report.
"""
