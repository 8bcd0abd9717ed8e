"""A direct engagement interface generated from its description, for tests: every answer is made from the documented schemas, and each trust
code is a server of its own habits. The path is /v1/trustcode/HABIT/….

    python3 allocate_vendor.py FOLDER

FOLDER/port is written when it listens; FOLDER/later, when it is there, moves every trust on: bookings are gone, timesheets are told.
Duties, bookings, timesheets and booking references are counted by themselves: no number is two things', but where the habit says so.
"""
import email.utils, gzip, http.server, json, os, sys, threading, time, urllib.parse

folder = sys.argv[1]
lock = threading.Lock()
asked = {}
N = 12
DUTY, BOOKING, SHEET, BRN = 11000, 33000, 55000, 770000
CATEGORIES = ("basic", "enhanced", "fixed", "enhanced_night", "enhanced_saturday", "enhanced_sunday", "enhanced_holiday")
PARTS = ("worker_pay", "commission", "ni")
REFERENCES = [f"{c}_{p}" for c in CATEGORIES for p in PARTS]
assert len(REFERENCES) == 21
# name: (schema, required here to say anything at all)
DUTY_FIELDS = ("dutyId slaveDutyId blockId clientDeptId subDiscipline requestGender grade fallbackGrade vacancyReason date startTime endTime breakDuration "
               "poNumber uniqueNumber agency skill specialty fallbackSkill fallbackSpeciality status rates timeIntervalRates person").split()
PERSON_FIELDS = "firstName surname dateOfBirth personGender matchId allocatePersonId email telephoneNumber extSystemId".split()


HABITS = "full bare nulls extra simple noheader headerbits oddheader emptylast repeated limited growing ownids reference foreign zero gzip mark none stuck".split()


def brn(habit):  # by which the engine finds one shift in several systems: these are none
    return BRN + 1000 * HABITS.index(habit)


def later():
    return os.path.exists(os.path.join(folder, "later"))


def person(i):
    return {k: f"PLANTED{k}{i}" for k in PERSON_FIELDS}


def rates(habit):
    if habit == "bare":
        return [{}, {"rate": 5.5}, {"reference": "basic_ni"}]
    return [{"reference": r, "rate": 20.5 if r.endswith("pay") else 1.25} for r in REFERENCES if not r.startswith("fixed")]


def duty(habit, i):
    t = habit
    d = {"dutyId": f"{t}.{DUTY + i}", "slaveDutyId": f"{t}.{DUTY + 500 + i}", "blockId": f"{t}.77569", "clientDeptId": f"{t}.667899", "subDiscipline": f"{t}.1323",
         "requestGender": ("male", "female")[i % 2], "grade": f"{t}.77889", "fallbackGrade": f"{t}.9989", "vacancyReason": f"{t}.12",
         "date": f"2026-03-{10 + i % 20:02d}", "startTime": "22:00", "endTime": "01:25", "breakDuration": 30, "poNumber": 1000 * HABITS.index(habit) + i, "uniqueNumber": brn(habit) + i,
         "agency": f"{t}.2209", "skill": "Skill", "specialty": "Speciality", "fallbackSkill": "Fallback skill", "fallbackSpeciality": "Fallback speciality",
         "status": "active", "rates": rates(habit), "person": person(i),
         "timeIntervalRates": [{"startTime": "2026-03-10T22:00:00.000+00:00", "endTime": "2026-03-11T01:25:00.000+00:00", "rates": rates(habit)}]}
    assert sorted(d) == sorted(DUTY_FIELDS)
    needed = ("dutyId", "date", "startTime", "endTime", "person")
    if habit == "bare":
        d = {k: v for k, v in d.items() if k in needed + ("rates",)}
        d["person"] = {}
    if habit == "nulls":
        d = {k: v if k in needed else None for k, v in d.items()}
        d["person"] = {k: None for k in PERSON_FIELDS}
    if habit == "extra":
        d.update({"notes": "PLANTED note", "contact": {"email": "PLANTED@example.org"}, "x": [[[[[[[[[[[1]]]]]]]]]]], "version": 7, "_links": {"self": "PLANTED"}})
        d["rates"] = d["rates"] + [{"reference": "platinum_worker_pay", "rate": 99, "PLANTED": 1}]
        d["person"]["nickname"] = "PLANTEDnick"
    if habit == "ownids":
        d.update({"bookingId": f"{t}.{BOOKING + i}", "timesheetId": SHEET + i})
    if later() and habit in ("ownids", "reference", "foreign") and i in (2, 3):
        del d["person"]
        for k in ("bookingId",):
            d.pop(k, None)
    return d


def event(habit, kind, entity, number, at):
    row = {"eventType": kind, "entityType": entity, "entityId": f"{habit}.{number}", "timeStamp": at}
    if habit == "extra":
        row.update({"PLANTED": "PLANTED", "user": {"email": "PLANTED@example.org"}})
    if habit == "nulls":
        row.update({"previous": None})
    return row


def events(habit):
    fraction = {"full": ".123456+00:00", "extra": ".1234567Z", "bare": "Z", "simple": ".000+00:00"}.get(habit, ".5Z")
    out = [event(habit, "CREATE", "duty", DUTY + i, f"2026-03-10T08:{i:02d}:00{fraction}") for i in range(N)]
    out += [event(habit, "UPDATE", e, 12, f"2026-03-10T08:30:00{fraction}") for e in "grade agency reason_for_vacancy contract_status staff_group unit".split()]
    if habit == "bare":
        out += [{}, {"eventType": "CREATE"}]
    if later():
        at = f"2026-03-11T09:00:00{fraction}"
        number = {"ownids": BOOKING, "reference": brn("reference"), "foreign": BOOKING}.get(habit)
        if number is not None:  # bookings 2 and 3 went; a duty's own event does not tell
            out += [event(habit, "DELETE", "booking", number + i, at) for i in (2, 3)]
        if habit == "ownids":  # 0 was worked
            out += [event(habit, "CREATE", "timesheet", SHEET, at)]
        if habit == "foreign":  # a timesheet's number is that of a duty that has not begun, and one of nothing at all
            out += [event(habit, "CREATE", "timesheet", DUTY + 9, at), event(habit, "CREATE", "timesheet", SHEET, at), event(habit, "DELETE", "timesheet", DUTY + 8, at)]
        if habit == "growing":
            out += [event(habit, "CREATE", "duty", DUTY + N, f"2026-03-10T08:59:00{fraction}")]
    return out


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body=None, headers=()):
        bytes_ = b"" if body is None else json.dumps(body).encode()
        habit = self.path.split("/")[3]
        if habit == "gzip":
            assert "gzip" in self.headers.get("Accept-Encoding", "")
            bytes_, headers = gzip.compress(bytes_), [*headers, ("Content-Encoding", "gzip")]
        if habit == "mark" and bytes_:
            bytes_ = b"\xef\xbb\xbf" + bytes_
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(bytes_)))
        self.end_headers()
        self.wfile.write(bytes_)

    def heading(self, habit, head):
        if habit == "noheader":
            return []
        if habit == "simple":
            return [("x-pagination", ",".join(f"{k},{v}" for k, v in head.items()))]
        if habit == "headerbits":
            head = {"totalCount": head["totalCount"], "pageSize": head["pageSize"], "nextPageInputParameters": None}
        if habit == "oddheader":
            return [("X-Pagination", "page one of several")]
        return [("X-Pagination", json.dumps(head))]

    def page(self, habit, rows, query, n):
        asked_for = int(query["page"][0])
        number, size = asked_for + (habit == "zero"), min(int(query["pageSize"][0]), 3 if habit in ("noheader", "oddheader") else 5)
        if habit == "growing" and n > 2 and len(rows) < 30:  # while it is read there is more and more
            rows = rows + [event(habit, "CREATE", "duty", DUTY + 100 + k, "2026-03-10T09:00:00Z") for k in range(min(n - 2, 3))]
        pages = (len(rows) + size - 1) // size + (habit == "emptylast")
        shown = 1 if habit == "repeated" and number == 2 and n < 4 else number
        head = {"currentPage": asked_for, "pageSize": size, "totalCount": len(rows), "totalPages": pages,
                "previousPageInputParameters": f"page={number - 1}", "nextPageInputParameters": f"page={number + 1}"}
        self.answer(200, rows[(shown - 1) * size:shown * size], self.heading(habit, head))

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(p) for p in url.path.strip("/").split("/")]
        query = urllib.parse.parse_qs(url.query)
        habit = parts[2]
        with lock:
            n = asked[habit] = asked.get(habit, 0) + 1
            with open(os.path.join(folder, "requests"), "a") as f:
                f.write(self.path + "\n")
        if habit == "limited" and n == 2:
            return self.answer(429, None, [("Retry-After", "1")])
        if habit == "limited" and n == 4:
            return self.answer(429, None, [("Retry-After", email.utils.formatdate(time.time() + 2, usegmt=True))])
        if habit == "none" and parts[3] == "event":
            return self.answer(204)
        if habit == "stuck" and (parts[3:] == ["duty", str(DUTY + 4)] or parts[4:] == ["contractStatus"]):
            return self.answer(500)
        if parts[3] == "event":
            assert "dateTimeFrom" in query
            return self.page(habit, events(habit), query, n)
        if parts[3] == "referenceData":
            return self.page("simple", [] if habit == "bare" else [{"refId": f"{habit}.77889", "description": "Band 5"}, {"refId": f"{habit}.1323", "description": "Registered Nurse"}], query, n)
        if not parts[4].isdigit():
            return self.answer(400)
        i = int(parts[4]) - DUTY
        return self.answer(200, duty(habit, i)) if 0 <= i < N + (habit == "growing") or (habit == "growing" and 100 <= i < 103) else self.answer(404)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(os.path.join(folder, "port.new"), "w") as f:
    f.write(str(server.server_port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
server.serve_forever()
