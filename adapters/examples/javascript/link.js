'use strict';
// One connection to the engine: a DEALER socket, its keys, frames, and the messages of proto/.
//
// A frame is one ZeroMQ part: the byte 1 (version of the protocol), a byte that says which message it is, then the protobuf message.
const fs = require('fs');
const path = require('path');
const protobuf = require('protobufjs');
const zmq = require('zeromq');

const HELLO = 1, WELCOME = 2, PUBLISH = 3, ANSWERS = 4, FEED_ASK = 7, FEED_PAGE = 8, FEED_ACK = 9;
const PROTOCOL = 1;
const OPTIONS = {
  linger: 1000,
  immediate: true, // nothing is queued into a connection that is not there: it would die with it
  heartbeatInterval: 5000,
  heartbeatTimeout: 15000,
  reconnectInterval: 100,
  reconnectMaxInterval: 2000,
  sendTimeout: 0,
};

// The messages and word lists, by name: types.lookupType('fairbank.v1.Booking').
function messages(protoFolder) {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => path.resolve(protoFolder, target);
  root.loadSync(['envelope', 'exchange', 'feed', 'record'].map((f) => `fairbank/v1/${f}.proto`), { keepCase: true });
  return root;
}

// The line `public: KEY` or `secret: KEY` of a file that `fairbank keys make` wrote.
function keyIn(file, half) {
  const line = fs.readFileSync(file, 'ascii').split('\n').find((l) => l.startsWith(`${half}: `));
  if (line === undefined) throw new Error(`${file} holds no line '${half}: KEY'`);
  return line.slice(half.length + 2).trim();
}

class Link {
  // serverKey: the engine's public key, or a file with it; key: a file with one's own pair. Both or neither.
  constructor(endpoint, serverKey, key) {
    if ((serverKey === undefined) !== (key === undefined)) throw new Error('--server-key and --key go together');
    this.endpoint = endpoint;
    this.options = { ...OPTIONS };
    if (key !== undefined) {
      this.options.curveServerKey = fs.existsSync(serverKey) ? keyIn(serverKey, 'public') : serverKey;
      this.options.curvePublicKey = keyIn(key, 'public');
      this.options.curveSecretKey = keyIn(key, 'secret');
    }
    this.connect();
  }

  // Anew: what was asked over the old connection will not be answered any more.
  connect() {
    if (this.socket !== undefined) this.socket.close();
    this.socket = new zmq.Dealer(this.options);
    this.socket.connect(this.endpoint);
  }

  // False: nobody is there (yet), or it reads too slowly; say it again later.
  async send(kind, type, message) {
    try {
      await this.socket.send(Buffer.concat([Buffer.from([PROTOCOL, kind]), type.encode(message).finish()]));
      return true;
    } catch (e) {
      if (e.code === 'EAGAIN') return false;
      throw e;
    }
  }

  // [kind, bytes of the message], or null when nothing came in time.
  async receive(timeoutMs) {
    let frame;
    try {
      this.socket.receiveTimeout = timeoutMs;
      [frame] = await this.socket.receive();
    } catch (e) {
      if (e.code === 'EAGAIN') return null;
      throw e;
    }
    if (frame.length < 2 || frame[0] !== PROTOCOL) throw new Error('what came is no frame of this protocol');
    return [frame[1], frame.subarray(2)];
  }

  close() {
    this.socket.close();
  }
}

module.exports = { ANSWERS, FEED_ACK, FEED_ASK, FEED_PAGE, HELLO, Link, PUBLISH, WELCOME, messages };
