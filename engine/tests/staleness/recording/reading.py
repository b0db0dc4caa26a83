"""A stage that reads, queries and lists files in many ways; called in a project, it prints its recorded reads.

python reading.py
"""

# Older functions are used on purpose:
# ruff: noqa: PTH110, PTH123, PTH202, PTH207, SIM115

from __future__ import annotations

import codecs
import configparser
import csv
import ctypes
import dbm
import dbm.dumb
import fileinput
import glob
import gzip
import io
import json
import linecache
import mmap
import multiprocessing
import os
import pickle
import runpy
import shelve
import shutil
import sqlite3
import tarfile
import tempfile
import threading
import tokenize
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, closing, suppress
from pathlib import Path

import numpy as np
from PIL import Image

from texloom.data.digests import Digests
from texloom.staleness.judge import changed_reads
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.recorder import Recorder


def prepare() -> None:
    """Write the files that are read."""
    Path("own/listed").mkdir(parents=True)
    Path("own/walked/deep").mkdir(parents=True)
    for name in WAYS:
        Path("own", name).write_text("1\n2\n", encoding="utf-8")
    Path("own/json").write_text("[1]", encoding="utf-8")
    Path("own/toml").write_text("a = 1", encoding="utf-8")
    Path("own/ini").write_text("[a]\nb = 1\n", encoding="utf-8")
    Path("own/pickle").write_bytes(pickle.dumps(1))
    Path("own/run.py").write_text("VALUE = 1\n", encoding="utf-8")
    np.save("own/saved.npy", np.arange(3.0))
    np.savez("own/saved.npz", a=np.arange(3.0))
    np.arange(3.0).tofile("own/raw")
    Image.new("L", (1, 1)).save("own/picture.png")
    Path("own/database").unlink()
    with gzip.open("own/packed.gz", "wb") as packed:
        packed.write(b"1")
    with zipfile.ZipFile("own/archive.zip", "w") as archive:
        archive.writestr("a", "1")
    with tarfile.open("own/archive.tar", "w") as tar:
        tar.add("own/json")
    with closing(sqlite3.connect("own/database")) as database:
        database.execute("CREATE TABLE found (value)")
    with dbm.dumb.open("own/dumb", "c") as kept:
        kept["a"] = "1"
    Path("elsewhere").mkdir()
    Path("elsewhere/target").write_text("1", encoding="utf-8")
    Path("own/linked").symlink_to("../elsewhere/target")
    os.environ["OWN_TABLE"] = "own/by_variable"


def within(folder: str, read: Callable[[], object]) -> None:
    with chdir(folder):
        read()


def in_open_folder() -> None:
    folder = os.open("own", os.O_RDONLY)
    os.close(os.open("dir_fd", os.O_RDONLY, dir_fd=folder))
    os.stat("stat_dir_fd", dir_fd=folder)
    os.close(folder)


def in_thread() -> None:
    thread = threading.Thread(target=Path("own/thread").read_text)
    thread.start()
    thread.join()


def in_child() -> None:
    child = multiprocessing.get_context("fork").Process(target=Path("own/child").read_text)
    child.start()
    child.join()


def late() -> Iterator[str]:
    yield Path("own/generator").read_text(encoding="utf-8")


def map_file() -> None:
    with open("own/mmap", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        mapped.read()


def scratch() -> None:
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("1")
        file.seek(0)
        file.read()


def made_here() -> None:
    Path("own/made").write_text("1", encoding="utf-8")
    Path("own/made").read_text(encoding="utf-8")
    Path("own/made").exists()
    shutil.copy("own/made", "own/copied")


def read_members() -> None:
    with zipfile.ZipFile("own/archive.zip") as archive:
        archive.read("a")
    with tarfile.open("own/archive.tar") as tar:
        tar.getmembers()


def load_library() -> None:
    with suppress(OSError):
        ctypes.CDLL("./own/library.so")


def read_database() -> None:
    with closing(sqlite3.connect("own/database")) as database:
        database.execute("SELECT * FROM found").fetchall()


WAYS: dict[str, Callable[[], object]] = {
    "open": lambda: open("own/open").read(),
    "io": lambda: io.FileIO("own/io").read(),
    "os.open": lambda: os.close(os.open("own/os.open", os.O_RDONLY)),
    "dir_fd": in_open_folder,
    "codecs": lambda: codecs.open("own/codecs").read(),
    "tokenize": lambda: tokenize.open("own/tokenize").read(),
    "linecache": lambda: linecache.getlines("own/linecache"),
    "fileinput": lambda: list(fileinput.input("own/fileinput")),
    "csv": lambda: list(csv.reader(open("own/csv"))),
    "json": lambda: json.load(open("own/json")),
    "toml": lambda: tomllib.load(open("own/toml", "rb")),
    "ini": lambda: configparser.ConfigParser().read("own/ini"),
    "pickle": lambda: pickle.load(open("own/pickle", "rb")),
    "run.py": lambda: runpy.run_path("own/run.py"),
    "loadtxt": lambda: np.loadtxt("own/loadtxt"),
    "genfromtxt": lambda: np.genfromtxt("own/genfromtxt"),
    "saved.npy": lambda: np.load("own/saved.npy"),
    "saved.npz": lambda: np.load("own/saved.npz")["a"],
    "raw": lambda: np.fromfile("own/raw"),
    "memmap": lambda: np.memmap("own/memmap", mode="r"),
    "picture.png": lambda: Image.open("own/picture.png").load(),
    "packed.gz": lambda: gzip.open("own/packed.gz").read(),
    "archive.zip": read_members,
    "archive.tar": lambda: None,
    "mmap": map_file,
    "copied_from": lambda: shutil.copyfile("own/copied_from", "own/copied"),
    "database": read_database,
    "library.so": load_library,
    "thread": in_thread,
    "child": in_child,
    "generator": lambda: list(late()),
    "changed_folder": lambda: within("own", Path("changed_folder").read_text),
    "by_variable": lambda: open(os.environ["OWN_TABLE"]).read(),
    "dumb.dat": lambda: dbm.dumb.open("own/dumb", "r").close(),
    "shelf": lambda: shelve.open("own/dumb", "r").close(),
    "stat_dir_fd": lambda: None,
    "exists": lambda: os.path.exists("own/exists"),
    "is_file": lambda: Path("own/is_file").is_file(),
    "getsize": lambda: os.path.getsize("own/getsize"),
    "access": lambda: os.access("own/access", os.R_OK),
    "glob": lambda: glob.glob("own/li*/*"),
    "rglob": lambda: list(Path("own/walked").rglob("*.csv")),
    "nothing": lambda: os.path.exists("own/none"),
    "a link": lambda: Path("own/linked").read_text(),
}
"""Ways to read. Except for those in OTHER, each reads the file own/<name>."""
OTHER = {"shelf", "glob", "rglob", "nothing", "a link"}
LOOKED = {"exists", "is_file", "getsize", "access", "stat_dir_fd"}
"""The ways that only query the file."""


def stage() -> None:
    for read in WAYS.values():
        read()
    scratch()
    made_here()


def main() -> None:
    prepare()
    with recording(Recorder()) as recorder:
        os.access("/begins", os.R_OK)
        stage()
        os.access("/ends", os.R_OK)
    reads = recorder.finish().to_json()
    read = {f"own/{name}" for name in WAYS.keys() - OTHER - LOOKED} | {"own/linked"}
    looked = {f"own/{name}" for name in LOOKED | {"none"}}
    missed = sorted(read - reads["files"].keys()) + sorted(looked - reads["looked"].keys())
    print(json.dumps({"reads": reads, "missed": missed, "stale": list(changed_reads(reads, Digests()))}))


if __name__ == "__main__":
    main()
