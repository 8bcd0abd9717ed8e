"""A mock of the direct engagement interface on loopback, written from its description, for tests: the listing of events with paging and
X-Pagination, duties, and reference data. It misbehaves on purpose. As described: a duty's path ends in its number, not in its whole
identifier, and lists of reference data come by pages. To a user with a password X-Pagination is a list of names and values (the
description's own style), and a duty a list of one; to a bearer's token it is JSON, and a duty itself: servers differ.

    python3 allocate_mock.py FOLDER TOKEN

FOLDER/port is written when it listens; FOLDER/world.json is what it tells: {"events": [...], "duties": {id: {...}}, "reference": {kind: [...]}},
read again whenever it changes. FOLDER/script holds one trouble a line, each used once for the next request (or the next of its kind):
    500 | 503 | 429 SECONDS | 401 | slow SECONDS | garbage | wrongpage | cut | insert KEY | delete INDEX
insert and delete change the listing after the next page was answered: an early row is put in, or the row at INDEX goes.
FOLDER/requests gets a line for each request. A world with "endless" has one event of seven million bytes on every page, and any number of pages;
with "endless_list" so are the lists of reference data.
"""
import base64, http.server, json, os, sys, threading, time, urllib.parse

folder, token = sys.argv[1], sys.argv[2]
lock = threading.Lock()
state = {"stamp": None, "world": None}


def world():
    path = os.path.join(folder, "world.json")
    stamp = os.stat(path).st_mtime_ns
    if state["stamp"] != stamp:
        with open(path) as f:
            state["world"] = json.load(f)
        state["stamp"] = stamp
    return state["world"]


def trouble(listing):
    """The next line of the script that this request is for."""
    path = os.path.join(folder, "script")
    try:
        with open(path) as f:
            lines = [line for line in f.read().splitlines() if line.strip()]
    except OSError:
        return []
    for i, line in enumerate(lines):
        words = line.split()
        if words[0] in ("insert", "delete", "wrongpage") and not listing:
            continue
        with open(path + ".new", "w") as f:
            f.write("".join(other + "\n" for other in lines[:i] + lines[i + 1:]))
        os.rename(path + ".new", path)
        return words
    return []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go in two writes, and the second would wait for the first's receipt

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def events(self, query, words):
        since, page, size = query["dateTimeFrom"][0], int(query["page"][0]), int(query["pageSize"][0])
        size = min(size, world().get("page_max", 1000))
        every = world()["events"]
        if world().get("endless"):
            return self.answer(200, json.dumps([dict(every[0], entityId=f"RTH.{page}", note="x" * 7000000)]).encode())
        rows = [e for e in every if e["timeStamp"] >= since[:19]]
        pages = (len(rows) + size - 1) // size
        part = rows[(page - 1) * size:page * size]
        if words[:1] == ["delete"] and len(every) > int(words[1]):
            del every[int(words[1])]
        if words[:1] == ["insert"]:
            every.insert(0, dict(every[0], entityId=words[1]))
        head = {"currentPage": page + (words[:1] == ["wrongpage"]), "pageSize": size, "totalCount": len(rows), "totalPages": pages,
                "previousPageInputParameters": None, "nextPageInputParameters": None}
        part = part + part[:1]  # a row twice, always
        if world().get("backwards"):
            part.reverse()
        self.answer(200, json.dumps(part).encode(), [("X-Pagination", self.heading(head)), ("Content-Type", "application/json")])

    def heading(self, head):
        return ",".join(f"{k},{v}" for k, v in head.items() if v is not None) if self.basic else json.dumps(head)

    def page(self, rows, query):
        number, size = int(query["page"][0]), int(query["pageSize"][0])
        if world().get("endless_list"):
            return self.answer(200, json.dumps([{"refId": str(number), "description": "x" * 7000000}]).encode())
        head = {"currentPage": number, "pageSize": size, "totalCount": len(rows), "totalPages": (len(rows) + size - 1) // size}
        self.answer(200, json.dumps(rows[(number - 1) * size:number * size]).encode(), [("X-Pagination", self.heading(head))])

    def duty(self, trust, number):
        row = world()["duties"].get(f"{trust}.{number}")
        if not number.isdigit():
            return self.answer(400, b"dutyId is an integer")
        return self.answer(404) if row is None else self.answer(200, json.dumps([row] if self.basic else row).encode())

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(p) for p in url.path.strip("/").split("/")]
        query = urllib.parse.parse_qs(url.query)
        with lock:
            listing = parts[-1] == "event"
            wanted = token
            try:
                with open(os.path.join(folder, "wanted-token")) as f:
                    wanted = f.read().strip()
            except OSError:
                pass
            says = self.headers["Authorization"]
            self.basic = says == "Basic " + base64.b64encode(b"provider:" + wanted.encode()).decode()
            known = self.basic or says == "Bearer " + wanted
            words = trouble(listing) if known else []
            with open(os.path.join(folder, "requests"), "a") as f:
                f.write(f"{url.path} {' '.join(words)}\n")
        if not known:
            return self.answer(401)
        if words[:1] == ["slow"]:
            time.sleep(float(words[1]))
        elif words[:1] == ["garbage"]:
            return self.answer(200, b"<html>down for maintenance</html>")
        elif words[:1] == ["cut"]:
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b"[{")
            self.close_connection = True
            return None
        elif words[:1] == ["429"]:
            return self.answer(429, b"", [("Retry-After", words[1])])
        elif words and words[0].isdigit():
            return self.answer(int(words[0]))
        with lock:
            if parts[:1] != ["v1"] or parts[1:2] != ["trustcode"]:
                return self.answer(404)
            if listing:
                return self.events(query, words)
            if parts[3] == "duty":
                return self.duty(parts[2], parts[4])
            if parts[3] == "referenceData":
                return self.page(world()["reference"].get(parts[4], []), query)
        return self.answer(404)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a reader that is killed is what these tests are about


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(os.path.join(folder, "port.new"), "w") as f:
    f.write(str(server.server_port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
server.serve_forever()
