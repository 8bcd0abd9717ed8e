"""What the made-up trust's systems tell, for the tests of fairbank-allocate.

    python3 allocate_world.py FOLDER DUTIES [later]

FOLDER/world.json for the mock; FOLDER/events.jsonl for posts and files. Every person is called after PLANTED.
"""
import json, os, sys

folder, n = sys.argv[1], int(sys.argv[2])
events, duties = [], {}
for i in range(n):
    ident = f"RTH.{i}"
    day = f"2026-03-{16 + i % 7:02d}"
    duties[ident] = {
        "dutyId": ident, "slaveDutyId": None, "blockId": f"B{i // 4}", "clientDeptId": f"WARD-{i % 5}", "subDiscipline": "sg1", "grade": "g5",
        "vacancyReason": "r1", "date": day, "startTime": "19:30", "endTime": "07:30", "breakDuration": 60, "poNumber": f"PO{i}",
        "uniqueNumber": f"BRN{i}", "agency": "a1", "status": "active",
        "rates": [{"reference": f"{c}_{p}", "rate": r} for c, k in (("basic", 0), ("enhanced_night", 5)) for p, r in
                  (("worker_pay", 21.55 + k), ("commission", 1.25), ("ni", 2.9))],
        "person": {"firstName": "PLANTEDfirst", "surname": f"PLANTEDsur{i}", "dateOfBirth": "1971-12-03PLANTED", "personGender": "PLANTEDgender",
                   "matchId": f"PLANTEDmatch{i}", "allocatePersonId": f"PLANTEDid{i}", "email": f"PLANTED{i}@example.org",
                   "telephoneNumber": "07700PLANTED", "extSystemId": f"PLANTEDext{i}"},
    }
    events.append({"eventType": "CREATE", "entityType": "duty", "entityId": ident, "timeStamp": f"2026-03-10T{8 + i // 60 % 12:02d}:{i % 60:02d}:00Z"})
events.append({"eventType": "UPDATE", "entityType": "grade", "entityId": "RTH.g5", "timeStamp": "2026-03-10T08:00:30Z"})
events.append({"eventType": "CREATE", "entityType": "timesheet", "entityId": "RTH.0", "timeStamp": "2026-03-18T09:00:00Z"})
events.append({"eventType": "DELETE", "entityType": "duty", "entityId": "RTH.1", "timeStamp": "2026-03-12T09:00:00Z"})
if sys.argv[3:] == ["later"]:
    # Somebody was on RTH.2 and is not any more; of RTH.3 a booking went and another came; a booking's own number is no duty's.
    del duties["RTH.2"]["person"]
    for ident in ("RTH.2", "RTH.3", "RTH.99999"):
        events.append({"eventType": "DELETE", "entityType": "booking", "entityId": ident, "timeStamp": "2026-03-18T09:10:00Z"})
events.append({"eventType": "UPDATE", "entityType": "duty", "entityId": "RTH.gone", "timeStamp": "2026-03-12T09:30:00Z"})
world = {"events": events, "duties": duties, "page_max": 25, "reference": {
    "grade": [{"refId": f"other{k}", "description": f"Other grade {k}"} for k in range(60)] + [{"refId": "g5", "description": "Band 5 RN"}], "agency": [{"refId": "a1", "description": "Alpha Agency"}],
    "staffGroup": [{"refId": "sg1", "description": "Nursing and Midwifery Registered"}],
    "reasonForVacancy": [{"refId": "r1", "description": "Sickness"}], "unit": [{"refId": "WARD-0", "description": "Ward 0", "unitSite": "X"}]}}
with open(os.path.join(folder, "world.json.new"), "w") as f:
    json.dump(world, f)
os.rename(os.path.join(folder, "world.json.new"), os.path.join(folder, "world.json"))


def uuid(i):
    return f"00000000-0000-4000-8000-{i:012d}"


lines = []
for i in range(n):
    at = f"2026-03-10T{8 + i // 60 % 12:02d}:{i % 60:02d}:"
    day = 16 + i % 7
    a, b, word = ("start", "end", "Event") if i % 2 else ("from", "to", "")  # the description of duties has the former, and names with Event
    duty = {"id": uuid(i), "when": {"planned": {"period": {a: f"2026-03-{day:02d}T07:30:00Z", b: f"2026-03-{day:02d}T19:30:00Z"}, "restTime": 60},
                                    "actual": {"period": {a: f"2026-03-{day:02d}T07:30:00Z", b: f"2026-03-{day:02d}T20:00:00Z"}, "restTime": 45},
                                    "shiftType": "LD"}, "where": {"trustId": "T1", "unitCode": "W1"}, "reason": "Sickness",
            "requirements": {"gradeRequirement": {"grade": "Band 5", "gradeType": "RN", "gradeTypeCategory": "Registered Nurse"}, "gender": "PLANTED"},
            "notes": "for PLANTED person"}
    lines += [
        {"eventType": "DutySend" + word, "destination": "bank", "duty": duty, "timeStamp": at + "01Z"},
        {"eventType": "DutyCascade" + word, "dutyId": uuid(i), "cascadeFrom": "bank", "cascadeTo": "cloudstaff", "isDutyReset": False, "timeStamp": at + "02Z"},
        {"eventType": "DutyAssigned" + word, "dutyId": uuid(i), "engagementRoute": "bank", "workerId": f"PLANTEDworker{i}", "timeStamp": at + "03Z"},
        {"eventType": "DutyAssignmentFinalised" + word, "dutyId": uuid(i), "timeStamp": "2026-03-29T10:00:00Z"},
    ]
lines.append({"eventType": "DutyTempStaffingNoteCreatedEvent", "dutyId": uuid(0), "noteId": "n1", "content": "PLANTED note", "timeStamp": "2026-03-11T07:00:00Z"})
vacancy = {"id": uuid(900000), "when": {"planned": {"from": "2026-03-20T08:00:00Z", "to": "2026-03-20T16:00:00Z"}},
           "where": {"trustId": "T1", "location": {"id": "L1", "name": "Ward"}}, "personRequirements": {"grade": "Band 5", "gender": "PLANTED"}}
lines += [
    {"eventType": "VacancyPublishedEvent", "id": uuid(7), "vacancy": json.dumps(vacancy), "timeStamp": "2026-03-11T08:00:00Z"},
    {"eventType": "ProposalDetails", "proposalId": "P1", "vacancyId": uuid(900000), "personId": "PLANTEDp1", "engagementRoute": "agency", "agencyId": "A9", "timeStamp": "2026-03-11T08:01:00Z"},
    {"eventType": "BookingEvent", "proposalId": "P1", "vacancyId": uuid(900000), "timeStamp": "2026-03-11T08:02:00Z"},
    {"eventType": "BookingCancelledEvent", "proposalId": "P1", "vacancyId": uuid(900000), "timeStamp": "2026-03-12T08:02:00Z"},
]
with open(os.path.join(folder, "events.jsonl"), "w") as f:
    for line in lines:
        f.write(json.dumps(line) + "\n")
with open(os.path.join(folder, "bad.jsonl"), "w") as f:
    f.write('{"eventType": "DutySend", "duty": {"id": "X1", "when": {"planned": {"from": "PLANTED"}}, "surname": "PLANTED"}, "timeStamp": "2026-03-11T08:00:00Z"}\n')
    f.write('{"eventType": "DutySend", "surname": "PLANTED"\n')
    f.write('["PLANTED"]\n\n')
    f.write('{"eventType": "Nonsense", "title": "PLANTED"}\n')
    f.write('{"eventType": "VacancyWithdrawnEvent", "id": "never", "timeStamp": "2026-03-11T08:00:00Z", "person": {"surname": "PLANTED"}}\n')
