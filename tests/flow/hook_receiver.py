"""A receiver of web hooks on loopback, for tests: checks each signature by itself, writes down what came, and answers
what a file tells it to answer.

    python3 hook_receiver.py FOLDER SECRET

FOLDER/port is written when it listens; FOLDER/got gets a line for each hook: id, status answered, signature good or bad;
FOLDER/body the last body; FOLDER/bodies one for each: id, digest of the body. FOLDER/answer (when it is there) holds the status to answer, or 0: the hook is read, and the connection closed
without a word, or 1000 more than the status: its body breaks off; otherwise 204.
"""
import base64, hashlib, hmac, http.server, os, sys, threading, time

folder, secret = sys.argv[1], base64.b64decode(sys.argv[2].removeprefix("whsec_"))
lock = threading.Lock()
got = open(os.path.join(folder, "got"), "a", buffering=1)
bodies = open(os.path.join(folder, "bodies"), "a", buffering=1)


def answer():
    try:
        with open(os.path.join(folder, "answer")) as f:
            return int(f.read().split()[0])
    except (OSError, ValueError, IndexError):
        return 204


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        ident, when = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        mac = hmac.new(secret, f"{ident}.{when}.".encode() + body, hashlib.sha256).digest()
        wanted = "v1," + base64.b64encode(mac).decode()
        good = wanted in self.headers["webhook-signature"].split() and abs(time.time() - int(when)) < 60
        status = answer()
        with lock:
            got.write(f"{ident} {status} {'good' if good else 'bad'}\n")
            bodies.write(f"{ident} {hashlib.sha256(body).hexdigest()}\n")
            with open(os.path.join(folder, "body"), "wb") as f:
                f.write(body)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status % 1000)
        self.send_header("content-length", "9" if status > 1000 else "0")
        self.end_headers()
        if status > 1000:
            self.wfile.write(b"half")
            self.close_connection = True

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a sender that is killed is what these tests are about


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(os.path.join(folder, "port.new"), "w") as f:
    f.write(str(server.server_port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
server.serve_forever()
