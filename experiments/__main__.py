"""The stages as plain commands: `python -m experiments train denoising_autoencoder --seed 0 --set epochs=5`."""

from texloom.machine import first

if __name__ == "__main__":
    first.begin()  # before the other imports

from texloom.commands.entry import run_command
from texloom.commands.stages import main

if __name__ == "__main__":
    run_command(main)
