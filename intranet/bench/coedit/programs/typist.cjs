// Editors who write one text through a server of y-protocols: what each was told of the others' letters, and when.
//
// node typist.cjs FOLDER, with node_modules in FOLDER. Reads a line of JSON with the addresses of its editors, then
// `{"seconds": 4, "every": 125}` for each turn; answers each line with one of its own.
const { createRequire } = require("node:module");
const readline = require("node:readline");

const need = createRequire(`${process.argv[2]}/typist.cjs`);
const Y = need("yjs");
const WebSocket = need("ws");
const decoding = need("lib0/decoding");
const encoding = need("lib0/encoding");

const QUIET = 3000; // without news: what did not come by then is not delivered
const editors = [];
const sent = new Map(); // client id -> the time at which each of its letters went, by clock
let turn = null;

class Editor {
  constructor({ url, headers }) {
    this.doc = new Y.Doc();
    this.told = new Map(); // client id -> the clock that comes next
    this.updates = 0;
    this.acked = 0;
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false });
    this.socket.binaryType = "arraybuffer";
    this.isIn = new Promise((resolve, reject) => {
      this.enter = resolve;
      this.socket.on("close", (code) => {
        if (turn) turn.closed += 1;
        reject(new Error(`closed with ${code}`));
      });
      this.socket.on("error", reject);
    });
    this.isIn.catch(() => {});
    this.socket.on("open", () => this.say(0, Y.encodeStateVector(this.doc)));
    this.socket.on("message", (data, isBinary) => (isBinary ? this.hear(data) : this.answer(data)));
  }

  say(kind, data) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, data);
    this.socket.send(encoding.toUint8Array(encoder));
    if (kind > 0) this.updates += 1;
  }

  answer(data) {
    const frame = JSON.parse(Buffer.from(data).toString());
    if (frame.is === "ack") this.acked = frame.n;
    if (frame.is === "nack" && turn) turn.refused += 1;
  }

  hear(data) {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (decoding.readVarUint(decoder) !== 0) return;
    const kind = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (kind === 0) {
      this.say(1, Y.encodeStateAsUpdate(this.doc, bytes));
      this.isAsked = true;
    } else if (!this.hasText) {
      Y.applyUpdate(this.doc, bytes);
      this.hasText = kind === 1;
    } else {
      this.count(bytes);
    }
    if (this.hasText && this.isAsked) this.enter();
  }

  /** Looks whose letters these are; they are not put into a text: fifty of them would cost more than the server. */
  count(bytes) {
    const now = performance.now();
    for (const { id, length } of Y.decodeUpdate(bytes).structs) {
      const times = sent.get(id.client);
      if (!times || id.client === this.doc.clientID) continue; // y-websocket says one's own words back
      const expected = this.told.get(id.client) ?? times.first;
      for (let clock = id.clock; clock < id.clock + length; clock += 1) {
        const at = times.get(clock);
        if (at === undefined || !turn) continue;
        if (clock < expected) turn.doubled += 1;
        else turn.delays.push(now - at);
        if (clock > expected) turn.gaps += clock - expected;
      }
      this.told.set(id.client, Math.max(expected, id.clock + length));
    }
    if (turn) turn.heardAt = now;
  }

  /** A paragraph of one's own, so that an editor need not know what the others write. */
  begin() {
    const root = this.doc.getXmlFragment("prosemirror");
    this.doc.on("update", (update) => this.say(2, update));
    this.text = new Y.XmlText();
    const paragraph = new Y.XmlElement("paragraph");
    paragraph.insert(0, [this.text]);
    root.insert(root.length, [paragraph]);
    sent.set(this.doc.clientID, Object.assign(new Map(), { first: this.clock }));
  }

  get clock() {
    return Y.getState(this.doc.store, this.doc.clientID);
  }

  type() {
    sent.get(this.doc.clientID).set(this.clock, performance.now());
    turn.sent += 1;
    this.text.insert(this.text.length, "abcdefghijklmnopqrstuvwxyz"[turn.sent % 26]);
  }
}

async function open({ lines }) {
  for (const line of lines) {
    const editor = new Editor(line);
    editors.push(editor);
    await editor.isIn;
  }
  for (const editor of editors) editor.begin();
  await rest(1500);
  return { editors: editors.length };
}

async function write({ seconds, every }) {
  turn = { sent: 0, delays: [], doubled: 0, gaps: 0, refused: 0, closed: 0, heardAt: performance.now() };
  const timers = [];
  for (const [number, editor] of editors.entries()) {
    const begin = () => timers.push(setInterval(() => editor.type(), every));
    setTimeout(begin, (every * number) / editors.length);
  }
  await rest(seconds * 1000);
  for (const timer of timers) clearInterval(timer);
  turn.heardAt = performance.now();
  const wanted = () => turn.sent * (editors.length - 1);
  while (turn.delays.length < wanted() && performance.now() - turn.heardAt < QUIET) await rest(20);
  while (editors.some(({ acked, updates }) => acked && acked < updates) && performance.now() - turn.heardAt < QUIET) {
    await rest(20);
  }
  const { sent: letters, delays, doubled, gaps, refused, closed } = turn;
  const unacknowledged = editors.reduce((sum, { acked, updates }) => sum + (acked ? updates - acked : 0), 0);
  delays.sort((one, other) => one - other);
  const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
  const found = { sent: letters, wanted: wanted(), delivered: delays.length, doubled, gaps, refused, closed };
  turn = null;
  return { ...found, unacknowledged, p50: at(0.5), p99: at(0.99) };
}

function rest(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    console.log(JSON.stringify(await (asked.lines ? open(asked) : write(asked))));
  }
  process.exit(0);
}

main();
