"""One connection to the engine: a DEALER socket, its keys, and frames.

A frame is one ZeroMQ part: the byte 1 (version of the protocol), a byte that says which message it is, then the protobuf message.
"""
import os
import zmq

HELLO, WELCOME, PUBLISH, ANSWERS = 1, 2, 3, 4
FEED_ASK, FEED_PAGE, FEED_ACK = 7, 8, 9
PROTOCOL = 1
OPTIONS = (
    (zmq.LINGER, 1000),
    (zmq.IMMEDIATE, 1),  # nothing is queued into a connection that is not there: it would die with it
    # A connection that died without a word is found by the system; heartbeats of the library can end the engine's process.
    (zmq.TCP_KEEPALIVE, 1),
    (zmq.TCP_KEEPALIVE_IDLE, 10),
    (zmq.TCP_KEEPALIVE_INTVL, 5),
    (zmq.TCP_KEEPALIVE_CNT, 3),
    (zmq.RECONNECT_IVL, 100),
    (zmq.RECONNECT_IVL_MAX, 2000),
)


def key_in(path, half):
    """The line `public: KEY` or `secret: KEY` of a file that `fairbank keys make` wrote."""
    with open(path, encoding="ascii") as lines:
        for line in lines:
            word, _, key = line.strip().partition(": ")
            if word == half:
                return key.encode("ascii")
    raise SystemExit(f"{path} holds no line '{half}: KEY'")


class Link:
    def __init__(self, endpoint, server_key=None, key=None):
        """server_key: the engine's public key, or a file with it; key: a file with one's own pair. Both or neither."""
        if (server_key is None) != (key is None):
            raise SystemExit("--server-key and --key go together")
        self.endpoint, self.server_key, self.key = endpoint, server_key, key
        self.context = zmq.Context()
        self.socket = None
        self.connect()

    def connect(self):
        """Anew: what was asked over the old connection will not be answered any more."""
        if self.socket is not None:
            self.socket.close(linger=0)
        self.socket = self.context.socket(zmq.DEALER)
        for option, value in OPTIONS:
            self.socket.setsockopt(option, value)
        if self.key is not None:
            named = os.path.exists(self.server_key)
            self.socket.curve_serverkey = key_in(self.server_key, "public") if named else self.server_key.encode("ascii")
            self.socket.curve_publickey = key_in(self.key, "public")
            self.socket.curve_secretkey = key_in(self.key, "secret")
        self.socket.connect(self.endpoint)

    def send(self, kind, message):
        """False: nobody is there (yet), or it reads too slowly; say it again later."""
        try:
            self.socket.send(bytes((PROTOCOL, kind)) + message.SerializeToString(), zmq.DONTWAIT)
            return True
        except zmq.Again:
            return False

    def receive(self, timeout_ms):
        """(kind, bytes of the message), or None when nothing came in time."""
        if not self.socket.poll(timeout_ms):
            return None
        frame = self.socket.recv()
        if len(frame) < 2 or frame[0] != PROTOCOL:
            raise SystemExit("what came is no frame of this protocol")
        return frame[1], frame[2:]

    def close(self):
        self.socket.close()
        self.context.term()
