"""Serving a home: where it is, its database brought up to date, its first administrator, the server."""

from __future__ import annotations

import os
import secrets
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from scheduler.errors import Fault, InputError
from scheduler.i18n import Sentence, fill_in
from scheduler.ledger.connection import APP as LEDGER
from scheduler.passing import OWNER_ALONE, put_file
from scheduler.web.home import find_desks

HOME_VARIABLE, PAGE_STORE_VARIABLE = "SCHEDULER_HOME", "SCHEDULER_PAGE_STORE"
NAMES_VARIABLE, TLS_VARIABLE, PROXY_VARIABLE = "SCHEDULER_NAMES", "SCHEDULER_TLS", "SCHEDULER_PROXY"
DATABASE_FILE, KEY_FILE = "page.sqlite3", "page.key"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ADMINISTRATOR = "admin"
KEY_BYTES = 50

NO_HOME = Sentence(
    "一个文件夹，里面有各部门的文件夹或工作簿，或它本身就是一个部门", "a folder with desks in it, or a desk"
)
NO_CERTIFICATE = Sentence(
    "证书和它的私钥（PEM）：{why}", "a certificate and the private key that goes with it (PEM): {why}"
)
NO_PORT = Sentence(
    "可以使用的地址和端口：{why}；端口被占用时用 --port 换一个",
    "an address and a port that can be had: {why}; where the port is taken, --port takes another",
)
NEEDS_BOTH = Sentence("--certfile 与 --keyfile 要一起写", "--certfile and --keyfile go together")


@dataclass(frozen=True, kw_only=True)
class Serving:
    """How a home is served.

    Attributes
    ----------
    names : sequence of str
        By which the page is called, beside loopback and the host: others are refused.
    is_proxied : bool
        Whether a proxy on this machine stands before it and says by `X-Forwarded-Proto` how it was called.
    workers : int
        Processes beside the server that make rosters.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 8765
    store: str | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    names: Sequence[str] = field(default_factory=tuple)
    is_proxied: bool = False
    workers: int = 1

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens at every address of this machine."""
        with suppress(ValueError):
            return ip_address(self.host).is_unspecified
        return False

    @property
    def address(self) -> str:
        """Where to find it."""
        host = "127.0.0.1" if self.is_everywhere else self.host
        host = self.names[0] if self.names else f"[{host}]" if ":" in host else host
        if self.is_proxied:
            return f"https://{host}"
        return f"{'https' if self.certfile else 'http'}://{host}:{self.port}"

    def set_up(self, *, to_look: bool = False) -> None:
        """Make Django ready for this home; only to look, nothing is written.

        Raises
        ------
        InputError
            There is no desk in it, or the certificate is none.
        """
        if bool(self.certfile) != bool(self.keyfile):
            raise InputError([Fault("--certfile / --keyfile", NEEDS_BOTH)])
        if self.certfile and self.keyfile:
            _check_certificate(self.certfile, self.keyfile)
        if not self.home.is_dir() or not find_desks(self.home):
            raise InputError([Fault(str(self.home), NO_HOME)])
        names = [*LOOPBACK, *self.names]
        names += [socket.gethostname()] if self.is_everywhere else [self.host]
        os.environ[HOME_VARIABLE] = str(self.home.absolute())
        os.environ[NAMES_VARIABLE] = ",".join(dict.fromkeys(names))
        os.environ[PAGE_STORE_VARIABLE] = self.store or ""
        os.environ[TLS_VARIABLE] = "1" if self.certfile or self.is_proxied else ""
        os.environ[PROXY_VARIABLE] = "1" if self.is_proxied else ""
        os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler.web.settings"
        key = self.home / KEY_FILE
        if not (to_look or key.exists()):
            put_file(key, secrets.token_urlsafe(KEY_BYTES).encode(), OWNER_ALONE)
        import django

        django.setup()

    def bind(self) -> socket.socket:
        """Take the address and the port.

        Raises
        ------
        InputError
            They cannot be had.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family)
        except OSError as error:
            place = f"{self.host}:{self.port}"
            raise InputError([Fault(place, fill_in(NO_PORT, why=error.strerror or error))]) from error

    def run(self, bound: socket.socket | None = None) -> None:
        """Serve until interrupted, where `bind` has taken."""
        import uvicorn

        from scheduler.jobs.running import end_workers, start_workers
        from scheduler.web.channels import read_channels
        from scheduler.web.telling import start_telling

        read_channels(self.home)  # what is wrong with it is said before anything is served
        workers = start_workers(self.workers)
        try:
            start_telling()
            config = uvicorn.Config(
                "scheduler.web.asgi:application",
                ssl_certfile=self.certfile and str(self.certfile),
                ssl_keyfile=self.keyfile and str(self.keyfile),
                proxy_headers=self.is_proxied,
                forwarded_allow_ips="127.0.0.1",
                server_header=False,
                lifespan="off",
                log_level="warning",
            )
            uvicorn.Server(config).run(sockets=[bound or self.bind()])
        finally:
            end_workers(workers)


def _check_certificate(certfile: Path, keyfile: Path) -> None:
    """Refuse what no server could use.

    Raises
    ------
    InputError
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile)
    except OSError as error:  # of `ssl`, too
        place = f"--certfile {certfile} --keyfile {keyfile}"
        raise InputError([Fault(place, fill_in(NO_CERTIFICATE, why=error.strerror or error))]) from error


def plan_migration() -> list[str]:
    """What bringing the page's database up to date would do; nothing is written. Empty where it is up to date."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    is_empty = connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists()
    executor = MigrationExecutor(None if is_empty else connection)  # to connect would make the file
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    steps = [migration for migration, _ in plan if migration.app_label != LEDGER]
    return [f"{one.app_label}.{one.name}: {', '.join(o.describe() for o in one.operations)}" for one in steps]


def is_new() -> bool:
    """Whether the page's database holds nothing yet."""
    from django.db import connection

    return "django_migrations" not in connection.introspection.table_names() or "page_account" not in (
        connection.introspection.table_names()
    )


def migrate() -> None:
    """Bring the page's database up to date.

    One application after another: a plain `migrate` would note the ledger's steps as done, too, without doing them, and in a
    database that holds both no ledger could be made any more.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    for application in sorted(MigrationLoader(None).migrated_apps - {LEDGER}):
        call_command("migrate", application, verbosity=0, interactive=False)
    file = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        Path(file).chmod(0o600)


def first_link() -> str:
    """The one-time link for the first administrator; empty where one has a password already."""
    from scheduler.web.accounts import add_account, make_link
    from scheduler.web.models import Account

    found = Account.objects.filter(is_admin=True, is_active=True)
    if any(account.has_usable_password() for account in found):
        return ""
    account = found.first() or add_account(ADMINISTRATOR, is_admin=True)
    return make_link(account)
