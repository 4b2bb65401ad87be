"""Starts bots without the seconds that importing takes: everything is imported once, and each bot is a fork.

Orders come as JSON lines: `{"words", "folder", "env", "log"}` runs `saqbol` with the words there and answers its pid,
`{"wait": pid}` answers its exit code (negative: the signal that ended it).
"""

import json
import os
import sys

import bot.run
from bot.cli import app


def becomes_a_bot(order: dict[str, object]) -> None:
    os.chdir(str(order["folder"]))
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, number)
    sys.argv = ["saqbol", *order["words"]]  # type: ignore[misc]
    app()


assert bot.run
for line in iter(sys.stdin.readline, ""):
    order = json.loads(line)
    if "wait" in order:
        print(os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]), flush=True)
    elif pid := os.fork():
        print(pid, flush=True)
    else:
        becomes_a_bot(order)
