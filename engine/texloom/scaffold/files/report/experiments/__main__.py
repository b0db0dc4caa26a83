"""The stages as plain commands: `python -m experiments figures my_experiment --seeds 0 1`."""

from texloom.machine import first

if __name__ == "__main__":
    first.begin()  # before the other imports

from texloom.commands.entry import run_command
from texloom.commands.stages import main

if __name__ == "__main__":
    run_command(main)
