"""The process beside a server that carries jobs out, one after another, until the server is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from time import sleep

POLL_SECONDS = 0.5
START = "from scheduler.jobs.running import main; main()"


def start_workers(number: int) -> list[subprocess.Popen[bytes]]:
    """Start so many processes; they end where their standard input does, with this process at the latest."""
    command = [sys.executable, "-P", "-c", START]
    return [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(number)]


def end_workers(workers: list[subprocess.Popen[bytes]]) -> None:
    """End them, whatever they do: what they had begun is begun again by the next ones."""
    for worker in workers:
        worker.kill()
        worker.wait()
        if worker.stdin:
            worker.stdin.close()


def main() -> None:
    """Carry out jobs; Django's settings are named in the environment."""
    import django

    django.setup()
    from django.conf import settings

    from scheduler.jobs.carrying import Carrying
    from scheduler.jobs.queue import claim_job

    threading.Thread(target=_end_with_the_server, daemon=True).start()
    holder = uuid.uuid4().hex
    while True:
        job = claim_job(holder)
        if job is None:
            sleep(POLL_SECONDS)
        else:
            Carrying(job, Path(settings.HOME) / job.folder, settings.STORE).run()


def _end_with_the_server() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
