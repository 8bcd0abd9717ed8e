"""A mail relay on loopback, for tests: takes mails, or answers what a file tells it to, and writes each one down.

    python3 mail_sink.py FOLDER

FOLDER/port is written when it listens; FOLDER/N.eml holds the N-th mail taken, with its envelope on top. FOLDER/answer (when
it is there) holds the line with which RCPT is answered, or "cut": the mail is taken, and the connection closed without a word.
FOLDER/stranger holds an address that is nobody's: RCPT of it is answered 550.
FOLDER/greet, FOLDER/sender: the line with which a connection is greeted, and then closed; with which MAIL is answered.
FOLDER/slow: a tenth of a second passes between the mail and the word that it was taken.
"""
import os, socketserver, sys, threading, time

folder = sys.argv[1]
lock = threading.Lock()
taken = 0


def refusal(name="answer"):
    try:
        with open(os.path.join(folder, name)) as f:
            return f.read().strip()
    except OSError:
        return None


def is_stranger(word):
    try:
        with open(os.path.join(folder, "stranger")) as f:
            return f.read().strip() in word
    except OSError:
        return False


class Handler(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def take(self, sender, to):
        global taken
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        with lock:
            taken += 1
            with open(os.path.join(folder, f"{taken}.eml.new"), "wb") as f:
                f.write(f"X-From: {sender}\r\nX-To: {' '.join(to)}\r\n".encode() + b"".join(lines))
            os.rename(os.path.join(folder, f"{taken}.eml.new"), os.path.join(folder, f"{taken}.eml"))
        if refusal() == "cut":
            return False
        if os.path.exists(os.path.join(folder, "slow")):
            time.sleep(0.1)
        self.say("250 taken")
        return True

    def handle(self):
        sender, to = "", []
        if (no := refusal("greet")) is not None:
            self.say(no)
            return
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line.decode().strip()
            verb = word.upper().split(" ")[0].split(":")[0]
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb in ("EHLO", "HELO"):
                self.say("250 sink")
            elif verb == "MAIL":
                sender, to = word.split(":", 1)[1].strip(), []
                self.say(refusal("sender") or "250 yes")
            elif verb == "RCPT":
                if (no := refusal()) is not None and no != "cut":
                    self.say(no)
                elif is_stranger(word):
                    self.say("550 nobody here has that name")
                else:
                    to.append(word.split(":", 1)[1].strip())
                    self.say("250 yes")
            elif verb == "DATA":
                if not self.take(sender, to):
                    return
            elif verb == "RSET":
                self.say("250 yes")
            else:
                self.say("502 what?")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a sender that is killed is what these tests are about


server = Server(("127.0.0.1", 0), Handler)
with open(os.path.join(folder, "port.new"), "w") as f:
    f.write(str(server.server_address[1]))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
server.serve_forever()
