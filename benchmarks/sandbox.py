"""How fast and how large the sandbox is: loading a big company, and answering under load.

    python benchmarks/sandbox.py make company.jsonl
    python benchmarks/sandbox.py load company.jsonl
    python benchmarks/sandbox.py serve company.jsonl

`make` writes a company of 100,000 customers, 20,000 items, 500,000 invoices and as many payments;
`load` says how long the sandbox takes to load it and how much memory it then has; `serve` lets wrk
(a Debian package) ask it. Every result is a line of JSON. Each kind of request stands beside the
floor: the same server answering constants as long as the real answers, without any logic.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import psutil
import requests

from recon.sandbox.books.companyfile import CompanyFile
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.server import Sandbox

FIRST_DAY = date(2024, 1, 1)
PAGES = 30
TOWNS = ("Boise", "Austin", "Salem", "Dover", "Macon", "Provo", "Tempe", "Utica")


def records(sizes: dict[str, int], seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and record, customers and items first; every payment pays one invoice."""
    rng = random.Random(seed)
    company = empty_company()
    for kind, listed in company.records.items():
        yield from ((kind, record) for record in listed)
    for number in range(1, sizes["customers"] + 1):
        yield "Customer", customer(number, rng)
    for number in range(1, sizes["items"] + 1):
        yield "Item", {"Id": str(number), "Name": f"Item {number:05}", "Type": "Service",
                       "UnitPrice": 10 + number % 90, "Description": f"Work of kind {number}",
                       "Taxable": False, "IncomeAccountRef": {"value": "1"}}  # fmt: skip
    invoices = sizes["invoices"]
    for number in range(1, invoices + 1):
        buyer = rng.randint(1, sizes["customers"])
        yield "Invoice", invoice(number, buyer, sizes["items"], rng)
        amount = 5 + number % 50
        line = {"Amount": amount, "LinkedTxn": [{"TxnId": str(number), "TxnType": "Invoice"}]}
        day = (FIRST_DAY + timedelta(days=number % 800 + 20)).isoformat()
        yield "Payment", {"Id": str(invoices + number), "TxnDate": day, "TotalAmt": amount,
                          "CustomerRef": {"value": str(buyer), "name": f"Customer {buyer:06}"},
                          "PaymentRefNum": f"CHK {number}", "Line": [line]}  # fmt: skip


def customer(number: int, rng: random.Random) -> dict[str, Any]:
    """One customer with address, e-mail and phone."""
    name = f"Customer {number:06}"
    return {
        "Id": str(number),
        "DisplayName": name,
        "CompanyName": f"{name} LLC",
        "GivenName": "Robin",
        "FamilyName": f"Example {number % 997}",
        "PrimaryEmailAddr": {"Address": f"office{number}@example.com"},
        "PrimaryPhone": {"FreeFormNumber": f"(555) 555-{number % 10_000:04}"},
        "BillAddr": {"Line1": f"{number % 400} Main Street", "City": rng.choice(TOWNS),
                     "CountrySubDivisionCode": "ID", "PostalCode": f"{83700 + number % 99}"},
    }  # fmt: skip


def invoice(number: int, buyer: int, items: int, rng: random.Random) -> dict[str, Any]:
    """One invoice of three lines, more than any payment."""
    day = FIRST_DAY + timedelta(days=number % 800)
    lines = []
    for place in range(1, 4):
        item, amount = rng.randint(1, items), rng.randint(20, 400)
        detail = {"ItemRef": {"value": str(item), "name": f"Item {item:05}"}, "Qty": 1,
                  "UnitPrice": amount, "TaxCodeRef": {"value": "NON"}}  # fmt: skip
        lines.append({"Id": str(place), "LineNum": place, "Amount": amount,
                      "Description": f"Work of kind {item}", "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": detail})  # fmt: skip
    return {
        "Id": str(number),
        "DocNumber": str(1000 + number),
        "TxnDate": day.isoformat(),
        "DueDate": (day + timedelta(days=30)).isoformat(),
        "CustomerRef": {"value": str(buyer), "name": f"Customer {buyer:06}"},
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "BillEmail": {"Address": f"office{buyer}@example.com"},
        "Line": lines,
    }


def make(path: Path, sizes: dict[str, int], seed: int) -> dict[str, Any]:
    """Write the company file."""
    company = empty_company()
    head = {"realm_id": company.realm_id, "info": company.info, "preferences": company.preferences}
    count = 0
    with path.open("wb") as file:
        file.write(orjson.dumps(head) + b"\n")
        for kind, record in records(sizes, seed):
            file.write(b'{"%b":%b}\n' % (kind.encode(), orjson.dumps(record)))
            count += 1
    return {"what": "make", "records": count, "file_mb": path.stat().st_size >> 20, **sizes}


def load(path: Path) -> dict[str, Any]:
    """Load the file into a sandbox of this process."""
    began, worked = time.perf_counter(), time.process_time()
    with Sandbox(CompanyFile(path)):
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
        memory = psutil.Process().memory_info().rss
    peak = memory
    status = Path("/proc/self/status")
    if status.exists():
        peak = int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) << 10
    return {
        "what": "load",
        "seconds": round(seconds, 1),
        "cpu_s": round(cpu, 1),
        "rss_mb": memory >> 20,
        "peak_mb": peak >> 20,
        "records": sum(CompanyFile(path).counts.values()),
    }


@contextmanager
def serving(path: Path) -> Iterator[dict[str, Any]]:
    """`recon sandbox` with the company, in a process of its own; its description."""
    command = [sys.executable, "-m", "recon", "sandbox", "--admin", "--company", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()  # SIGINT is ignored below a shell that runs this in the background


@contextmanager
def floor(length: int) -> Iterator[str]:
    """The same server, answering a constant of so many bytes; its address."""
    with subprocess.Popen(
        [sys.executable, __file__, "constant", str(length)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
        process.terminate()  # SIGINT is ignored below a shell that runs this in the background


def constant(length: int) -> None:
    """Answer every request with the same bytes, as the sandbox's own server does."""
    from recon.sandbox.serving.web import WebServer  # noqa: PLC0415 - only here is it needed

    body = b"x" * length
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % length)]

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    server = WebServer(app, 0)
    sys.stdout.write(f"http://127.0.0.1:{server.port}\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    server.stop()


# Each script says how wrk makes its next request.
SCRIPTS = {
    "read": """
        request = function()
          return wrk.format("GET", path .. "/customer/" .. math.random(1, customers))
        end""",
    "query by name": """
        request = function()
          local name = string.format("Customer %06d", math.random(1, customers))
          local body = "SELECT * FROM Customer WHERE DisplayName = '" .. name .. "'"
          return wrk.format("POST", path .. "/query", nil, body)
        end""",
    "create": """
        local made = 0
        request = function()
          made = made + 1
          local name = string.format("New %d %d %d", os.time(), math.random(1, 1000000000), made)
          return wrk.format("POST", path .. "/customer", nil, '{"DisplayName":"' .. name .. '"}')
        end""",
    "invoice": """
        request = function()
          local body = string.format('{"CustomerRef":{"value":"%d"},"Line":[{"Amount":20,'
            .. '"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":'
            .. '{"value":"%d"}}}]}', math.random(1, customers), math.random(1, 100))
          return wrk.format("POST", path .. "/invoice", nil, body)
        end""",
    "page of 1000": """
        local page = 0
        request = function()
          page = page % pages + 1
          local first = 1 + (page - 1) * math.floor(customers / pages / 1000) * 1000
          local body = string.format(
            "SELECT * FROM Customer ORDERBY Id STARTPOSITION %d MAXRESULTS 1000", first)
          return wrk.format("POST", path .. "/query", nil, body)
        end""",
}
CHECK = """
local wrong = 0
response = function(status, headers, body)
  if status ~= 200 or string.find(body, '"Fault"', 1, true) then wrong = wrong + 1 end
end
local threads = {}
setup = function(thread) table.insert(threads, thread) end
done = function(summary, latency)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + (thread:get("wrong") or 0) end
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), bad + summary.errors.status))
end
""".replace("local wrong = 0", "wrong = 0")


def wrk(base_url: str, told: dict[str, Any], what: str, seconds: int) -> dict[str, Any]:
    """Requests a second of one kind, by eight connections."""
    script = [
        f'path = "/v3/company/{told["realm_id"]}"',
        f"customers = {told['customers']}",
        f"pages = {PAGES}",
        f'wrk.headers["Authorization"] = "Bearer {told["access_token"]}"',
        'wrk.headers["Accept"] = "application/json"',
        "math.randomseed(os.time())",
        SCRIPTS[what],
        CHECK,
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "script.lua")
        file.write_text("\n".join(script))
        command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", str(file), base_url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    requests_, micros, half, worst, bad = map(int, re.findall(r"RESULT (.*)", said)[0].split())
    return {"a_second": round(requests_ / micros * 1e6), "p50_ms": round(half / 1000, 1),
            "p99_ms": round(worst / 1000, 1), "refused": bad}  # fmt: skip


def length_of(told: dict[str, Any], what: str) -> int:
    """How long the answer to such a request is."""
    url = f"{told['base_url']}/v3/company/{told['realm_id']}"
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    if what in {"read", "create", "query by name"}:
        return len(requests.get(f"{url}/customer/1", headers=headers, timeout=60).content)
    if what == "invoice":
        return len(requests.get(f"{url}/invoice/1", headers=headers, timeout=60).content)
    statement = "SELECT * FROM Customer MAXRESULTS 1000"
    return len(requests.post(f"{url}/query", statement, headers=headers, timeout=60).content)


@contextmanager
def changing(told: dict[str, Any]) -> Iterator[None]:
    """Fifty customers a second are changed meanwhile."""
    url = f"{told['base_url']}/v3/company/{told['realm_id']}/customer"
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    stopped = threading.Event()

    def change() -> None:
        number = 0
        with requests.Session() as session:
            while not stopped.wait(0.02):
                number += 1
                body = {"DisplayName": f"Changed {time.time_ns()} {number}"}
                session.post(url, json=body, headers=headers, timeout=60)

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    yield
    stopped.set()
    thread.join()


def serve(path: Path, seconds: int) -> Iterator[dict[str, Any]]:
    """Each kind of request in turn, and its floor."""
    counts = CompanyFile(path).counts
    with serving(path) as told:
        told["customers"] = counts["Customer"]
        for what in SCRIPTS:
            if what.startswith("page"):
                with changing(told):
                    result = wrk(told["base_url"], told, what, seconds)
            else:
                result = wrk(told["base_url"], told, what, seconds)
            with floor(length_of(told, what)) as address:
                lowest = wrk(address, told, what, max(seconds // 2, 2))
            yield {"what": what, **result, "floor_a_second": lowest["a_second"]}


def main() -> None:
    """Do what is asked and print it."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("what", choices=("make", "load", "serve", "constant"))
    arguments.add_argument("where", help="the company file")
    for name, size in (("customers", 100_000), ("items", 20_000), ("invoices", 500_000)):
        arguments.add_argument(f"--{name}", type=int, default=size)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--seconds", type=int, default=10, help="how long each kind is asked")
    asked = arguments.parse_args()
    if asked.what == "constant":
        constant(int(asked.where))
        return
    path = Path(asked.where)
    about = {"python": platform.python_version(), "cores": os.cpu_count()}
    if asked.what == "serve":
        for line in serve(path, asked.seconds):
            print(json.dumps({**line, **about}), flush=True)
        return
    if asked.what == "make":
        sizes = {name: getattr(asked, name) for name in ("customers", "items", "invoices")}
        line = make(path, sizes, asked.seed)
    else:
        line = load(path)
    print(json.dumps({**line, **about}))


if __name__ == "__main__":
    main()
