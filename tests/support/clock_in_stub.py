"""A clock-in system on this machine, which takes schedules as WeCom, Feishu and DingTalk do, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Stub:
    """What was taken, by person and day as it is named there; and what was refused."""

    address: str = ""
    taken: dict[tuple[str, int], Any] = field(default_factory=dict)
    calls: int = 0
    most_calls: int = 10**6

    def take(self, path: str, headers: Any, body: Any) -> str:
        """Why a call is refused; empty where it is taken."""
        where = urlsplit(path)
        self.calls += 1
        if self.calls > self.most_calls:
            return "api freq out of limit"
        query = parse_qs(where.query)
        if where.path == "/cgi-bin/checkin/setcheckinschedulist":
            if query.get("access_token") != ["t0"]:
                return "invalid access_token"
            return self._wecom(body)
        if where.path == "/open-apis/attendance/v1/user_daily_shifts/batch_create":
            if headers.get("Authorization") != "Bearer t0" or query.get("employee_type") != ["employee_id"]:
                return "invalid token"
            return self._feishu(body)
        if where.path == "/topapi/attendance/group/schedule/async":
            if query.get("access_token") != ["t0"]:
                return "invalid access_token"
            return self._dingtalk(body)
        return "no such path"

    def _wecom(self, body: Any) -> str:
        if set(body) != {"groupid", "yearmonth", "items"} or not 200000 < body["yearmonth"] < 300000:
            return "invalid parameter"
        for item in body["items"]:
            if set(item) != {"userid", "day", "schedule_id"} or not 1 <= item["day"] <= 31:
                return "invalid item"
            self.taken[item["userid"], item["day"]] = item["schedule_id"]
        return ""

    def _feishu(self, body: Any) -> str:
        if set(body) != {"operator_id", "user_daily_shifts"} or not 0 < len(body["user_daily_shifts"]) <= 50:
            return "at most 50"
        for row in body["user_daily_shifts"]:
            if set(row) != {"group_id", "shift_id", "month", "user_id", "day_no"} or not isinstance(
                row["shift_id"], str
            ):
                return "invalid row"
            self.taken[row["user_id"], row["day_no"]] = row["shift_id"]
        return ""

    def _dingtalk(self, body: Any) -> str:
        if set(body) != {"op_user_id", "group_id", "schedules"} or not 0 < len(body["schedules"]) <= 200:
            return "at most 200"
        for row in body["schedules"]:
            if set(row) != {"userid", "work_date", "shift_id", "is_rest"} or row["work_date"] < 10**12:
                return "invalid row"
            if row["is_rest"] is not (row["shift_id"] == 1):
                return "a day off has the shift 1"
            self.taken[row["userid"], row["work_date"]] = row["shift_id"]
        return ""


@contextmanager
def clock_in_system(most_calls: int = 10**6) -> Iterator[Stub]:
    """The system, while it runs."""
    stub = Stub(most_calls=most_calls)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            why = stub.take(self.path, self.headers, body)
            feishu = "open-apis" in self.path
            said = {"code" if feishu else "errcode": 40001 if why else 0, "msg" if feishu else "errmsg": why or "ok"}
            content = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
