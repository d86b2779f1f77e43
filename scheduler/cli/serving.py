"""Commands about the page: `serve`, `users`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from scheduler.cli.answer import DONE, Answer, answering, both, console, is_json
from scheduler.cli.options import PERSON, store_option
from scheduler.errors import SchedulerError
from scheduler.i18n import Lang, Sentence

NEEDS_HOME = Sentence("请写明部门所在的文件夹，或 --demo", "say which folder the desks are in, or --demo")
NEEDS_MIGRATION = Sentence(
    "本程序比账户库新：先看 --dry-run 会做什么，再加 --migrate 运行",
    "this release is newer than the page's database: look at what --dry-run would do, then run it with --migrate",
)
WOULD = Sentence("会做：{step}", "would do: {step}")
UP_TO_DATE = Sentence("账户库是最新的", "the page's database is up to date")
ALIVE = Sentence("排班页面：{address}　（Ctrl-C 停止）", "The page: {address}  (Ctrl-C stops it)")
DESKS = Sentence("部门：{desks}", "Desks: {desks}")
FIRST = Sentence(
    "第一位管理员（{who}）的一次性链接，三天内有效：{link}",
    "One-time link for the first administrator ({who}), good for three days: {link}",
)
OPEN = Sentence(
    "没有加密：除本机外请用 --certfile 和 --keyfile，或放在代理后面（--behind-proxy，由代理加 X-Forwarded-Proto 并保留 Host）",
    "not encrypted: for other machines use --certfile and --keyfile, or a proxy before it (--behind-proxy; it has to set"
    " X-Forwarded-Proto and keep Host)",
)
BEHIND = Sentence(
    "代理要做到：保留 Host（{name}），设 X-Forwarded-Proto 和 X-Forwarded-For，加密，单个请求至多 12 MB",
    "the proxy has to keep Host ({name}), set X-Forwarded-Proto and X-Forwarded-For, encrypt, and let 12 MB through",
)
DEMO = Sentence(
    "演示：临时文件夹 {home}，停止后删除。账户（密码都是 {password}）：",
    "A demo in {home}, gone when it stops. Accounts, all with the password {password}:",
)
DEMO_ROW = Sentence("  {who}　{name}　{role}", "  {who}  {name}  {role}")
MAKING = Sentence("正在排三个样例的 12 月，约半分钟…", "Making December of three samples, half a minute or so…")


@click.command(
    help=both(
        "在浏览器里看排班、发布、提申请：HOME 是部门所在的文件夹，或一个部门。",
        "The page: rosters, publishing and requests in a browser. HOME is a folder of desks, or one desk.",
    )
)
@click.argument("home", type=click.Path(path_type=Path), required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help=both("听哪个地址。", "Address to listen at."))
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help=both("端口。", "Port."))
@click.option(
    "--name",
    "names",
    multiple=True,
    type=PERSON,
    metavar="HOST",
    help=both("页面的主机名，可写多次。", "Host name of the page; several times for several."),
)
@click.option(
    "--certfile", type=click.Path(path_type=Path, dir_okay=False), help=both("证书（PEM）。", "Certificate (PEM).")
)
@click.option(
    "--keyfile", type=click.Path(path_type=Path, dir_okay=False), help=both("私钥（PEM）。", "Private key (PEM).")
)
@click.option(
    "--behind-proxy", is_flag=True, help=both("本机有代理在前面。", "A proxy on this machine stands before it.")
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=1,
    show_default=True,
    help=both("同时排几个月（进程数）。", "Processes that make rosters."),
)
@click.option("--migrate", is_flag=True, help=both("升级账户库。", "Bring the page's database up to date."))
@click.option("--dry-run", is_flag=True, help=both("只说会做什么。", "Only say what would be done."))
@click.option(
    "--demo",
    is_flag=True,
    help=both(
        "演示：临时建三个样例部门，每种角色一个账户。", "A throw-away home of three samples, an account for each role."
    ),
)
@store_option
@answering
def serve(home: Path | None, demo: bool, migrate: bool, dry_run: bool, lang: Lang, **options: Any) -> Answer:
    """Serve a home until interrupted."""
    if demo:
        return _serve_demo(lang, options)
    if home is None:
        raise SchedulerError(NEEDS_HOME)
    return _serve(home, lang, options, migrate=migrate, dry_run=dry_run)


def _serve(home: Path, lang: Lang, options: dict[str, Any], *, migrate: bool = False, dry_run: bool = False) -> Answer:
    from scheduler.web import serving
    from scheduler.web.home import find_desks

    server = serving.Serving(
        home=home,
        **{name: options[name] for name in ("host", "port", "store", "certfile", "keyfile", "names", "workers")},
        is_proxied=options["behind_proxy"],
    )
    server.set_up(to_look=dry_run)
    steps = serving.plan_migration()
    if dry_run:
        lines = [WOULD.say(lang, step=step) for step in steps] or [UP_TO_DATE.say(lang)]
        payload = {"status": "DONE", "address": server.address, "desks": list(find_desks(home)), "steps": steps}
        return Answer(payload, [DESKS.say(lang, desks=", ".join(find_desks(home))), *lines], DONE)
    if steps and not (migrate or serving.is_new()):
        raise SchedulerError(NEEDS_MIGRATION)
    bound = server.bind()
    serving.migrate()
    link = serving.first_link()
    _tell(DESKS, lang, desks=", ".join(find_desks(home)))
    if link:
        _tell(FIRST, lang, who=serving.ADMINISTRATOR, link=server.address + link)
    if server.is_proxied:
        _tell(BEHIND, lang, name=", ".join(server.names) or server.host)
    elif not server.certfile and server.host not in serving.LOOPBACK:
        _tell(OPEN, lang)
    _tell(ALIVE, lang, address=server.address)
    server.run(bound)
    return Answer({"status": "DONE", "address": server.address, "link": link or None}, [], DONE)


def _serve_demo(lang: Lang, options: dict[str, Any]) -> Answer:
    from scheduler.web import demo, serving

    with tempfile.TemporaryDirectory(prefix="scheduler-demo-") as folder:
        home = Path(folder)
        demo.lay_out(home)
        server = serving.Serving(
            home=home, host=options["host"], port=options["port"], names=options["names"], workers=options["workers"]
        )
        server.set_up()  # before any ledger is opened, which would make Django ready for ledgers alone
        serving.migrate()
        _tell(MAKING, lang)
        demo.make_months(home, lambda sentence, facts: _tell(sentence, lang, **facts))
        password = demo.make_accounts(demo.SAMPLES[0])
        _tell(DEMO, lang, home=home, password=password)
        for one in demo.ACCOUNTS:
            _tell(DEMO_ROW, lang, who=one.username, name=one.name, role=one.role)
        _tell(ALIVE, lang, address=server.address)
        server.run()
    return Answer({"status": "DONE"}, [], DONE)


def _tell(sentence: Sentence, lang: Lang, **facts: object) -> None:
    """Say something before the server begins, which ends only when it is stopped."""
    console(stderr=is_json()).print(sentence.say(lang, **facts))


@click.group(help=both("页面的账户：添加、列出、停用、重设密码。", "The page's accounts: add, list, disable, reset."))
def users() -> None:
    """Accounts."""


def _open(home: Path, store: str | None) -> None:
    """Make the accounts of a home ready to be read and written."""
    from scheduler.web import serving

    serving.Serving(home=home, store=store).set_up()
    if serving.plan_migration() and not serving.is_new():
        raise SchedulerError(NEEDS_MIGRATION)
    serving.migrate()


NO_ACCOUNT = Sentence("没有账户“{who}”", "there is no account “{who}”")
NO_MAIL = Sentence("“{mail}”不是邮箱地址", "“{mail}” is no mail address")
NO_DESK = Sentence("这里没有部门“{desk}”；有：{known}", "there is no desk “{desk}” here; there are: {known}")
LINK = Sentence(
    "{who} 的一次性链接，接在页面地址后面，三天内有效：{link}",
    "One-time link for {who}, behind the page's address, good for three days: {link}",
)
home_argument = click.argument("home", type=click.Path(path_type=Path, exists=True))
who_argument = click.argument("who", type=PERSON, metavar="ID")


def _with_link(who: str, lang: Lang) -> Answer:
    from scheduler.web.accounts import make_link

    link = make_link(_find(who))
    return Answer({"status": "DONE", "account": who, "link": link}, [LINK.say(lang, who=who, link=link)], DONE)


def _find(who: str) -> Any:
    from scheduler.web.models import Account

    account = Account.objects.filter(username=who).first()
    if account is None:
        raise SchedulerError(NO_ACCOUNT, who=who)
    return account


@users.command(
    name="add",
    help=both(
        "添加账户（或给它一个部门），打印一次性链接。", "Add an account, or a desk to it; prints its one-time link."
    ),
)
@home_argument
@who_argument
@click.option("--name", type=PERSON, default="", help=both("姓名。", "Name."))
@click.option(
    "--desk",
    type=PERSON,
    default="",
    help=both("哪个部门（文件夹名）；只有一个时可不写。", "Which desk, by its folder; not needed where there is one."),
)
@click.option(
    "--person",
    type=PERSON,
    default="",
    metavar="ID",
    help=both("在该部门表中的工号，默认同账户。", "Id in that desk's tables; the account's by default."),
)
@click.option(
    "--mail",
    "email",
    type=PERSON,
    default="",
    metavar="ADDRESS",
    help=both("邮箱，通知和重设密码用。", "Mail address, for news and new passwords."),
)
@click.option("--hr", "is_hr", is_flag=True, help=both("人事：看各版、下载、签收。", "Is of the HR department."))
@click.option("--admin", "is_admin", is_flag=True, help=both("管理员。", "Administrator."))
@store_option
@answering
def add(home: Path, who: str, desk: str, lang: Lang, store: str | None, **about: Any) -> Answer:
    """Add an account."""
    from scheduler.web.home import find_desks

    _open(home, store)
    from scheduler.web.accounts import add_account, is_mail_address

    if about["email"] and not is_mail_address(about["email"]):
        raise SchedulerError(NO_MAIL, mail=about["email"])
    known = find_desks(home)
    desk = desk or ("" if about["is_admin"] or len(known) > 1 else next(iter(known)))
    if (desk or not about["is_admin"]) and desk not in known:
        raise SchedulerError(NO_DESK, desk=desk, known=", ".join(known))
    add_account(who, desk=desk, **about)
    return _with_link(who, lang)


@users.command(name="list", help=both("列出账户。", "List the accounts."))
@home_argument
@store_option
@answering
def list_(home: Path, lang: Lang, store: str | None) -> Answer:
    """List the accounts."""
    _open(home, store)
    from scheduler.web.models import Account

    rows: list[dict[str, Any]] = [
        {
            "account": one.username,
            "name": one.name,
            "mail": one.email,
            "desks": {seat.desk: "HR" if seat.is_hr else seat.person for seat in one.seats.all()},
            "administrator": one.is_admin,
            "active": one.is_active,
            "password": one.has_usable_password(),
        }
        for one in Account.objects.prefetch_related("seats").order_by("username")
    ]
    return Answer(
        {"status": "DONE", "accounts": rows}, [_account_line(row, lang) for row in rows] or [NOBODY.say(lang)], DONE
    )


NOBODY = Sentence("还没有账户", "no accounts yet")
ROW = Sentence("{account}　{name}　{desks}{marks}", "{account}  {name}  {desks}{marks}")
MARKS = {
    "administrator": (True, Sentence("　管理员", "  administrator")),
    "active": (False, Sentence("　已停用", "  disabled")),
    "password": (False, Sentence("　还没设密码", "  no password yet")),
}


def _account_line(row: Mapping[str, Any], lang: Lang) -> str:
    marks = "".join(said.say(lang) for key, (value, said) in MARKS.items() if row[key] == value)
    desks = ", ".join(f"{desk} ({person})" for desk, person in row["desks"].items())
    return ROW.say(lang, account=row["account"], name=row["name"], desks=desks, marks=marks)


@users.command(name="disable", help=both("停用账户，并结束其会话。", "Shut an account out, and end its sessions."))
@home_argument
@who_argument
@store_option
@answering
def disable(home: Path, who: str, lang: Lang, store: str | None) -> Answer:
    """Shut an account out."""
    _open(home, store)
    from scheduler.web.accounts import shut_out

    shut_out(_find(who))
    said = Sentence("{who} 不能再登录", "{who} cannot log in any more").say(lang, who=who)
    return Answer({"status": "DONE", "account": who}, [said], DONE)


@users.command(
    name="reset", help=both("给一个新的一次性链接，用来重设密码。", "A new one-time link, to choose another password.")
)
@home_argument
@who_argument
@store_option
@answering
def reset(home: Path, who: str, lang: Lang, store: str | None) -> Answer:
    """Make a new link."""
    _open(home, store)
    return _with_link(who, lang)
