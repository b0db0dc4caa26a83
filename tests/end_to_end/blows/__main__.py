"""Inject faults with many seeds; see the package."""

from __future__ import annotations

import argparse
import subprocess
import time
from pathlib import Path

from tests.end_to_end import blows
from tests.end_to_end.blows.attack import Attack


def main() -> None:
    """Inject a fault with each seed; print a line for each with its duration, the output of failures, and a total."""
    options = argparse.ArgumentParser(description=blows.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="for the two reports; must not be there yet")
    options.add_argument("--seeds", type=int, nargs=2, default=(0, 300), metavar=("FIRST", "END"))
    given = options.parse_args()
    attack, failed = Attack.start(given.folder.resolve()), []
    for seed in range(*given.seeds):
        begun = time.monotonic()
        try:
            print(f"{attack.blow(seed)} ({time.monotonic() - begun:.0f} s)", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed.append(seed)
            print(f"FAILED seed {seed}: {error}", flush=True)
            attack.mend()
    print(f"{given.seeds[1] - given.seeds[0]} blows, {len(failed)} failed: {failed}")


if __name__ == "__main__":
    main()
