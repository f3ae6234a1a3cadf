// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { Forgetful, Provider, type Socket, type Status } from "./provider.ts";
import * as wire from "./wire.ts";

type Frame = Record<string, unknown>;

/** The server's end of a line: it holds the text, numbers what it is sent, and answers when it is told to. */
class Server {
  readonly doc = new Y.Doc();
  readonly lines: Line[] = [];
  epoch = 1;
  schema = 1;
  mode = "write";

  open = (url: string): Socket => {
    const line = new Line(url, this);
    this.lines.push(line);
    return line;
  };

  get line(): Line {
    return this.lines.at(-1) as Line;
  }
}

class Line implements Socket {
  binaryType = "";
  readyState = 1;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  readonly updates: Uint8Array[] = [];
  readonly awareness: Uint8Array[] = [];
  readonly said: Frame[] = [];

  constructor(
    readonly url: string,
    readonly server: Server,
  ) {}

  send(data: string | Uint8Array): void {
    if (typeof data === "string") {
      this.said.push(JSON.parse(data));
      return;
    }
    const heard = wire.read(data);
    if (heard?.is === "vector") this.welcome(heard.data);
    else if (heard?.is === "update") this.updates.push(heard.data);
    else if (heard) this.awareness.push(heard.data);
  }

  close(): void {
    this.readyState = 3;
  }

  say(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  give(frame: Uint8Array): void {
    this.onmessage?.({ data: frame.slice().buffer });
  }

  hello(more: Frame = {}): void {
    const { epoch, schema, mode } = this.server;
    const you = { id: 5, name: "Ada", color: 5 };
    this.say({ is: "hello", document: 7, epoch, schema, mode, why: "", words: "", you, ...more });
  }

  welcome(vector: Uint8Array): void {
    const { doc, mode } = this.server;
    this.give(wire.step2(Y.encodeStateAsUpdate(doc, vector)));
    if (mode === "write") this.ask();
    this.say({ is: "synced", seq: 1 });
  }

  ask(): void {
    this.give(wire.step1(Y.encodeStateVector(this.server.doc)));
  }

  /** Takes everything in that was sent, and says so. */
  commit(): void {
    for (const update of this.updates) Y.applyUpdate(this.server.doc, update);
    this.say({ is: "ack", n: this.updates.length });
  }

  fail(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const providers: Provider[] = [];
let server: Server;

function connected(more: Partial<ConstructorParameters<typeof Provider>[0]> = {}): Provider {
  const provider = new Provider({
    url: "ws://test/live/documents/7",
    doc: new Y.Doc(),
    schema: 1,
    openSocket: server.open,
    random: () => 0.5,
    ...more,
  });
  providers.push(provider);
  provider.connect();
  return provider;
}

function greeted(more: Partial<ConstructorParameters<typeof Provider>[0]> = {}): Provider {
  const provider = connected(more);
  server.line.hello();
  return provider;
}

/** A new paragraph. */
function write(doc: Y.Doc, words: string): Y.XmlText {
  const text = new Y.XmlText(words);
  doc.transact(() => {
    const paragraph = new Y.XmlElement("paragraph");
    paragraph.insert(0, [text]);
    const root = doc.getXmlFragment("prosemirror");
    root.insert(root.length, [paragraph]);
  });
  return text;
}

const textOf = (doc: Y.Doc) => doc.getXmlFragment("prosemirror").toString();
const flushed = () => vi.advanceTimersByTime(30);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
});

afterEach(() => {
  for (const provider of providers.splice(0)) provider.close();
  vi.useRealTimers();
});

describe("a line to a text", () => {
  it("is opened with the version of the protocol, and gives the text", () => {
    write(server.doc, "As it stands");
    const provider = greeted();
    expect(server.line.url).toBe("ws://test/live/documents/7?protocol=1");
    expect(textOf(provider.doc)).toContain("As it stands");
    expect(provider.status).toMatchObject({
      line: "live",
      isSynced: true,
      mode: "write",
      isUnsaved: false,
    });
    expect(provider.you).toEqual({ id: 5, name: "Ada", color: 5 });
  });

  it("gathers what is written for 30 ms, and is saved only once all of it is acknowledged", () => {
    const provider = greeted();
    server.line.commit();
    const before = server.line.updates.length;
    const text = write(provider.doc, "H");
    for (const letter of "ello") text.insert(text.length, letter);
    expect(server.line.updates).toHaveLength(before);
    flushed();
    expect(server.line.updates).toHaveLength(before + 1);
    text.insert(text.length, "!");
    flushed();
    server.line.say({ is: "ack", n: before + 1 });
    expect(provider.status.isUnsaved).toBe(true);
    server.line.commit();
    expect(provider.status.isUnsaved).toBe(false);
    expect(textOf(server.doc)).toContain("Hello!");
  });

  it("gets what the others write, and sends none of it back", () => {
    const provider = greeted();
    server.line.commit();
    const before = server.line.updates.length;
    server.doc.on("update", (update) => server.line.give(wire.update(update)));
    write(server.doc, "From Claire");
    flushed();
    expect(textOf(provider.doc)).toContain("From Claire");
    expect(server.line.updates).toHaveLength(before);
    expect(provider.status.isUnsaved).toBe(false);
  });

  it("brings what was written while it was down, and says how far it had come", () => {
    const provider = greeted();
    write(provider.doc, "Before");
    flushed();
    server.line.commit();
    server.line.fail();
    expect(provider.status.line).toBe("offline");
    write(provider.doc, "Meanwhile");
    write(server.doc, "Of another");
    vi.advanceTimersByTime(600);
    server.line.hello();
    expect(provider.status.isUnsaved).toBe(true);
    server.line.commit();
    expect(provider.status.isUnsaved).toBe(false);
    expect(textOf(server.doc)).toBe(textOf(provider.doc));
    expect(textOf(server.doc)).toMatch(/Before.*(Meanwhile.*Of another|Of another.*Meanwhile)/);
  });

  it("sends a long absence in updates of which none is too big", () => {
    const provider = connected();
    for (let n = 0; n < 30; n++) write(provider.doc, `${n} ${"words ".repeat(4_000)}`);
    server.line.hello();
    expect(server.line.updates.length).toBeGreaterThan(2);
    expect(Math.max(...server.line.updates.map(({ length }) => length))).toBeLessThanOrEqual(
      256_000,
    );
    server.line.say({ is: "ack", n: server.line.updates.length - 1 });
    expect(provider.status.isUnsaved).toBe(true);
    server.line.commit();
    expect(provider.status.isUnsaved).toBe(false);
    expect(textOf(server.doc)).toBe(textOf(provider.doc));
  });

  it("sends a big paste in parts while it is open", () => {
    const provider = greeted();
    write(provider.doc, "x".repeat(600_000));
    flushed();
    expect(Math.max(...server.line.updates.map(({ length }) => length))).toBeLessThanOrEqual(
      256_000,
    );
    server.line.commit();
    expect(textOf(server.doc)).toBe(textOf(provider.doc));
  });
});

describe("words that were not kept", () => {
  it("are offered, and nothing is sent after them until the server asks again", () => {
    const provider = greeted();
    server.line.commit();
    const text = write(provider.doc, "Not now");
    flushed();
    const sent = server.line.updates.length;
    server.line.say({ is: "nack", n: sent, why: "locked" });
    server.line.say({ is: "mode", mode: "read", why: "locked", words: "Being reviewed." });
    expect(provider.status).toMatchObject({
      mode: "read",
      words: "Being reviewed.",
      isUnsaved: true,
      refusal: "locked",
    });
    expect(provider.unsent()).toEqual(["Not now"]);
    text.insert(7, "!");
    flushed();
    expect(server.line.updates).toHaveLength(sent);
    server.line.updates.length = sent - 1; // it was not taken in
    server.line.say({ is: "mode", mode: "write", why: "", words: "" });
    server.line.ask();
    server.line.commit();
    server.line.say({ is: "ack", n: sent + 1 });
    expect(textOf(server.doc)).toContain("Not now!");
    expect(provider.status).toMatchObject({ isUnsaved: false, refusal: "" });
    expect(provider.unsent()).toEqual([]);
  });

  it("end the line when the gate refused them: it is not tried again", () => {
    const provider = greeted();
    server.line.commit();
    write(provider.doc, "Odd");
    flushed();
    server.line.say({ is: "nack", n: server.line.updates.length, why: "schema" });
    server.line.fail(4400);
    vi.advanceTimersByTime(120_000);
    expect(server.lines).toHaveLength(1);
    expect(provider.status).toMatchObject({ line: "refused", isUnsaved: true });
    expect(provider.unsent()).toEqual(["Odd"]);
  });

  it("of a full text wait for room; what is taken out goes first", () => {
    const text = write(server.doc, "A long text");
    const provider = greeted();
    server.line.commit();
    write(provider.doc, "One more");
    flushed();
    const sent = server.line.updates.length;
    server.line.say({ is: "nack", n: sent, why: "full" });
    expect(provider.status).toMatchObject({ line: "live", refusal: "full", isUnsaved: true });
    server.line.updates.length = 0;
    const own = (provider.doc.getXmlFragment("prosemirror").get(0) as Y.XmlElement).get(
      0,
    ) as Y.XmlText;
    own.delete(0, 7);
    vi.advanceTimersByTime(5_000);
    const [first] = server.line.updates;
    Y.applyUpdate(server.doc, first as Uint8Array);
    expect(text.toString()).toBe("text");
    expect(Y.decodeUpdate(first as Uint8Array).structs).toEqual([]);
    server.line.commit();
    server.line.say({ is: "ack", n: sent + 2 });
    expect(textOf(server.doc)).toContain("One more");
    expect(provider.status).toMatchObject({ isUnsaved: false, refusal: "" });
  });

  it("of an earlier visit are known by the client ids this device remembers", () => {
    const memory = new Forgetful();
    const doc = new Y.Doc();
    write(doc, "Kept here");
    memory.put(doc.clientID, 0);
    server.mode = "read";
    const later = new Y.Doc();
    Y.applyUpdate(later, Y.encodeStateAsUpdate(doc));
    const provider = greeted({ doc: later, memory, epoch: 1 });
    expect(provider.status).toMatchObject({ mode: "read", isUnsaved: true });
    expect(provider.unsent()).toEqual(["Kept here"]);
    expect(server.line.updates).toHaveLength(0);
  });
});

describe("a text that is another one now", () => {
  it.each([
    ["another epoch", { epoch: 2 }, "anew"],
    ["another schema", { schema: 2 }, "reload"],
  ])("is known by %s, before anything of the copy is sent", (_, more, line) => {
    const doc = new Y.Doc();
    const memory = new Forgetful();
    write(doc, "Of the old text");
    memory.put(doc.clientID, 0);
    const provider = connected({ doc, memory, epoch: 1 });
    server.line.hello(more);
    expect(provider.status.line).toBe(line);
    expect(server.line.updates).toHaveLength(0);
    expect(provider.unsent()).toEqual(["Of the old text"]);
  });
});

describe("the end of a line", () => {
  it.each([
    [4400, "refused"],
    [4401, "signed-out"],
    [4403, "no-right"],
    [4409, "anew"],
    [4410, "gone"],
    [4426, "reload"],
  ] as const)("with %i is for good", (code, line) => {
    const provider = greeted();
    server.line.say({ is: "bye", code, reason: "" });
    server.line.fail(code);
    vi.advanceTimersByTime(120_000);
    expect(provider.status.line).toBe(line);
    expect(server.lines).toHaveLength(1);
  });

  it.each([
    [1006, 250],
    [4412, 250],
    [4440, 250],
    [4413, 8_250],
    [4429, 30_250],
  ])("with %i is tried again after %i ms", (code, wait) => {
    greeted();
    server.line.fail(code);
    vi.advanceTimersByTime(wait - 1);
    expect(server.lines).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(server.lines).toHaveLength(2);
  });

  it("waits longer each time that nobody answers", () => {
    connected();
    const waits: number[] = [];
    for (let n = 0; n < 4; n++) {
      server.line.fail();
      const before = server.lines.length;
      let wait = 0;
      while (server.lines.length === before) {
        vi.advanceTimersByTime(50);
        wait += 50;
      }
      waits.push(wait);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000]);
  });

  it("is noticed when nobody says anything any more", () => {
    const provider = greeted();
    vi.advanceTimersByTime(20_000);
    expect(server.line.said).toContainEqual({ do: "ping" });
    server.line.say({ is: "pong" });
    vi.advanceTimersByTime(19_000);
    expect(provider.status.line).toBe("live");
    vi.advanceTimersByTime(7_100);
    expect(provider.status.line).toBe("offline");
  });

  it("comes at once when the browser says there is no network, and the line when there is one", () => {
    const provider = greeted();
    provider.lost();
    expect(provider.status.line).toBe("offline");
    vi.advanceTimersByTime(60_000);
    expect(server.lines).toHaveLength(1);
    provider.wake();
    expect(server.lines).toHaveLength(2);
  });
});

describe("where one is", () => {
  it("is told at most every 80 ms, and only its cursor", () => {
    const provider = greeted();
    const before = server.line.awareness.length;
    for (let n = 0; n < 10; n++) {
      provider.awareness.setLocalStateField("cursor", { anchor: n, head: n });
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(80);
    const told = server.line.awareness.slice(before);
    expect(told.length).toBeLessThanOrEqual(3);
    const last = new TextDecoder().decode(told.at(-1));
    expect(last.slice(last.indexOf("{"))).toBe('{"cursor":{"anchor":9,"head":9}}');
  });

  it("is told again with a newer clock after the line was down", () => {
    const provider = greeted();
    const clock = () => provider.awareness.meta.get(provider.doc.clientID)?.clock ?? 0;
    const before = clock();
    server.line.fail();
    vi.advanceTimersByTime(600);
    server.line.hello();
    expect(clock()).toBeGreaterThanOrEqual(before + 2);
    expect(server.line.awareness.length).toBeGreaterThan(0);
  });

  it("is not told by somebody who only reads", () => {
    server.mode = "read";
    const provider = greeted();
    provider.awareness.setLocalStateField("cursor", { anchor: 1, head: 1 });
    vi.advanceTimersByTime(100);
    expect(server.line.awareness).toHaveLength(0);
  });
});

describe("keeping a version", () => {
  it("sends what waits first, and says whether it was kept", async () => {
    const provider = greeted();
    write(provider.doc, "Last words");
    const before = server.line.updates.length;
    const kept = provider.save();
    expect(server.line.updates).toHaveLength(before + 1);
    expect(server.line.said).toEqual([{ do: "save" }]);
    server.line.say({ is: "saved", revision: 8, at: "2026-01-01T10:00:00Z" });
    expect(await kept).toBe(true);
    expect(provider.status.keptAt).toBe("2026-01-01T10:00:00Z");
  });

  it("says so when it cannot be", async () => {
    const provider = greeted();
    const kept = provider.save();
    server.line.fail();
    expect(await kept).toBe(false);
    expect(await provider.save()).toBe(false);
  });
});

it("tells every change of how the text stands, once", () => {
  const provider = connected();
  const told: Status["line"][] = [];
  provider.on("status", ({ line }) => told.push(line));
  server.line.hello();
  server.line.fail();
  server.line.fail();
  expect(told.filter((line, n) => line !== told[n - 1])).toEqual(["live", "offline"]);
});
