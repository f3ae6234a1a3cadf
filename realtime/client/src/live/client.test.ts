import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveClient, type State } from "./client.ts";
import type { Answer, StreamEvent } from "./protocol.ts";
import { MemoryStorage } from "./storage.ts";

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 1;
  sent: Record<string, unknown>[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1) as FakeSocket;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  say(frame: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcome(): void {
    this.say({ is: "welcome", protocol: 1, person: { id: 7, name: "Ada" }, heartbeat: 10 });
  }

  fail(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  frames(action: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.do === action);
  }
}

const clients: LiveClient[] = [];

const event = (seq: number, stream = "thread:1") => ({
  is: "event",
  stream,
  seq,
  kind: "message.posted",
  at: "2026-01-01T00:00:00.000Z",
  payload: { id: seq },
});

function makeClient(more: Partial<ConstructorParameters<typeof LiveClient>[0]> = {}) {
  const client = new LiveClient({
    socketUrl: "ws://test/live/socket",
    pollUrl: "/live/poll",
    person: 7,
    storage: new MemoryStorage(),
    openSocket: (url) => new FakeSocket(url) as unknown as WebSocket,
    random: () => 0.5,
    ask: vi.fn(async () => new Response(null, { status: 500 })),
    ...more,
  });
  clients.push(client);
  return client;
}

function follow(client: LiveClient, after = 0) {
  const seen: number[] = [];
  const resets: number[] = [];
  let gone = 0;
  const stop = client.watch("thread:1", after, {
    event: (one: StreamEvent) => seen.push(one.seq),
    reset: (head) => resets.push(head),
    gone: () => {
      gone += 1;
    },
  });
  return { seen, resets, stop, gone: () => gone };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});

afterEach(() => {
  for (const client of clients.splice(0)) {
    client.close();
  }
  vi.useRealTimers();
});

describe("following a stream", () => {
  it("opens one socket and asks for the gap", () => {
    const client = makeClient();
    follow(client, 41);
    expect(FakeSocket.last.url).toContain("protocol=1");
    FakeSocket.last.welcome();
    expect(FakeSocket.last.frames("watch")).toMatchObject([{ stream: "thread:1", after: 41 }]);
    expect(client.state).toBe("live");
  });

  it("applies each event once, in order, whatever arrives", () => {
    const client = makeClient();
    const { seen } = follow(client);
    FakeSocket.last.welcome();
    for (const seq of [1, 2, 2, 1, 3]) {
      FakeSocket.last.say(event(seq));
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it("asks again from where it stands when an event is missing", async () => {
    const client = makeClient();
    const { seen } = follow(client);
    FakeSocket.last.welcome();
    FakeSocket.last.say({ is: "ok", ref: 1, stream: "thread:1", head: 0 });
    await settle();
    FakeSocket.last.say(event(1));
    FakeSocket.last.say(event(3));
    expect(FakeSocket.last.frames("watch").at(-1)).toMatchObject({ after: 1 });
    FakeSocket.last.say(event(2));
    FakeSocket.last.say(event(3));
    expect(seen).toEqual([1, 2, 3]);
  });

  it("asks for what the heads say and nobody brought", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    FakeSocket.last.say({ is: "ok", ref: 1, head: 0 });
    await settle();
    FakeSocket.last.say({ is: "heads", heads: { "thread:1": 5 } });
    expect(FakeSocket.last.frames("watch")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_100);
    expect(FakeSocket.last.frames("watch")).toHaveLength(2);
  });

  it("tells a reset, and goes on after the head", () => {
    const client = makeClient();
    const { seen, resets } = follow(client, 3);
    FakeSocket.last.welcome();
    FakeSocket.last.say({ is: "reset", stream: "thread:1", head: 90 });
    FakeSocket.last.say(event(91));
    expect(resets).toEqual([90]);
    expect(seen).toEqual([91]);
  });

  it("forgets a stream that is gone", () => {
    const client = makeClient();
    const followed = follow(client);
    FakeSocket.last.welcome();
    FakeSocket.last.say({ is: "gone", stream: "thread:1" });
    FakeSocket.last.say(event(1));
    expect(followed.gone()).toBe(1);
    expect(followed.seen).toEqual([]);
  });

  it("gives two parts of a page their own place in the stream", () => {
    const client = makeClient();
    const early = follow(client, 0);
    const late = follow(client, 2);
    FakeSocket.last.welcome();
    for (const seq of [1, 2, 3]) {
      FakeSocket.last.say(event(seq));
    }
    expect(early.seen).toEqual([1, 2, 3]);
    expect(late.seen).toEqual([3]);
    early.stop();
    late.stop();
    expect(FakeSocket.last.frames("unwatch")).toHaveLength(1);
  });

  it("shows who is here to those who come later, and never oneself typing", () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    const people = [{ id: 7, name: "Ada" }];
    FakeSocket.last.say({ is: "here", stream: "thread:1", people, more: 0 });
    const here = vi.fn();
    const typing = vi.fn();
    client.watch("thread:1", 0, { event: vi.fn(), here, typing });
    expect(here).toHaveBeenCalledWith(people, 0);
    FakeSocket.last.say({
      is: "typing",
      stream: "thread:1",
      people: [...people, { id: 8, name: "Bo" }],
    });
    expect(typing).toHaveBeenCalledWith([{ id: 8, name: "Bo" }]);
  });
});

describe("losing the line", () => {
  it("knows no longer who is here, until that is told again", () => {
    const client = makeClient();
    const [here, unknown] = [vi.fn(), vi.fn()];
    client.watch("thread:1", 0, { event: vi.fn(), here, unknown });
    FakeSocket.last.welcome();
    FakeSocket.last.say({
      is: "here",
      stream: "thread:1",
      people: [{ id: 8, name: "Bo" }],
      more: 0,
    });
    expect(unknown).not.toHaveBeenCalled();
    FakeSocket.last.fail();
    expect(unknown).toHaveBeenCalledOnce();
    here.mockClear();
    client.watch("thread:1", 0, { event: vi.fn(), here });
    expect(here).not.toHaveBeenCalled();
  });

  it("comes back with jitter and resumes exactly where it was", async () => {
    const client = makeClient();
    const { seen } = follow(client);
    FakeSocket.last.welcome();
    FakeSocket.last.say(event(1));
    FakeSocket.last.fail();
    expect(client.state).toBe("offline");
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.welcome();
    expect(FakeSocket.last.frames("watch")).toMatchObject([{ after: 1 }]);
    FakeSocket.last.say(event(2));
    expect(seen).toEqual([1, 2]);
  });

  it("ignores what an old socket still says", async () => {
    const client = makeClient();
    const { seen } = follow(client);
    const old = FakeSocket.last;
    old.welcome();
    old.fail();
    await vi.advanceTimersByTimeAsync(250);
    old.say(event(1));
    expect(seen).toEqual([]);
    expect(client.state).toBe("connecting");
  });

  it("reconnects after 25 silent seconds", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    await vi.advanceTimersByTimeAsync(24_000);
    expect(client.state).toBe("live");
    await vi.advanceTimersByTimeAsync(8_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("doubts its line after a sleep and drops it unless it answers", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    vi.setSystemTime(Date.now() + 20_000);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeSocket.last.frames("ping")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_300);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("waits for the network and opens at once when it is back", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    dispatchEvent(new Event("offline"));
    expect(client.state).toBe("offline");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each<[number, State]>([
    [4401, "signed-out"],
    [4426, "reload"],
  ])("does not come back after %i", async (code, state) => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    FakeSocket.last.fail(code);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(client.state).toBe(state);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("is told to reload by a newer server", () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.say({ is: "reload", protocol: 2 });
    FakeSocket.last.fail(4426);
    expect(client.state).toBe("reload");
  });
});

describe("where a WebSocket cannot pass", () => {
  it("polls after repeated failures, and stops when a socket opens", async () => {
    const ask = vi.fn(
      async () =>
        new Response(
          JSON.stringify({
            protocol: 1,
            wait: 5,
            streams: {
              "thread:1": { head: 1, events: [{ seq: 1, kind: "k", at: "", payload: {} }] },
            },
          }),
        ),
    );
    const client = makeClient({ ask });
    const { seen } = follow(client);
    for (let tries = 0; tries < 4; tries += 1) {
      FakeSocket.last.fail();
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(client.state).toBe("polling");
    expect(seen).toEqual([1]);
    expect(ask).toHaveBeenCalledWith(
      "/live/poll?streams=thread%3A1%400",
      expect.objectContaining({ redirect: "manual" }),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    FakeSocket.last.welcome();
    expect(client.state).toBe("live");
    ask.mockClear();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(ask).not.toHaveBeenCalled();
  });

  it("says drafts over HTTP while it polls", async () => {
    const client = makeClient({
      ask: vi.fn(async () => new Response(JSON.stringify({ wait: 5, streams: {} }))),
    });
    client.post = vi.fn(async () => ({ is: "ok", ref: 0, id: 3, seq: 9 }) as Answer);
    const told: string[] = [];
    client.outbox.listen((draft) => told.push(draft.state));
    follow(client);
    for (let tries = 0; tries < 4; tries += 1) {
      FakeSocket.last.fail();
      await vi.advanceTimersByTimeAsync(5_000);
    }
    await client.say(1, "Hello");
    await settle();
    expect(told).toEqual(["pending", "sent"]);
  });
});

describe("saying something", () => {
  it("is sent only after the answer", async () => {
    const client = makeClient();
    const told: string[] = [];
    client.outbox.listen((draft) => told.push(draft.state));
    follow(client);
    FakeSocket.last.welcome();
    const draft = await client.say(1, "Hello", 5);
    await settle();
    const [frame] = FakeSocket.last.frames("say");
    expect(frame).toMatchObject({ thread: 1, cid: draft.cid, body: "Hello", reply_to: 5 });
    expect(told).toEqual(["pending"]);
    FakeSocket.last.say({ is: "ok", ref: frame?.ref, id: 1, seq: 1, cid: draft.cid });
    await settle();
    expect(told).toEqual(["pending", "sent"]);
    expect(await client.outbox.waiting()).toEqual([]);
  });

  it("says the same words again, with the same id, after an interruption", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    const draft = await client.say(1, "Hello");
    await settle();
    FakeSocket.last.fail();
    await vi.advanceTimersByTimeAsync(300);
    FakeSocket.last.welcome();
    await settle();
    expect(FakeSocket.last.frames("say")).toMatchObject([{ cid: draft.cid, body: "Hello" }]);
  });

  it("keeps words written offline, and says them one after the other", async () => {
    const client = makeClient();
    follow(client);
    await client.say(1, "one");
    await client.say(1, "two");
    FakeSocket.last.welcome();
    await settle();
    const said = () => FakeSocket.last.frames("say").map((frame) => frame.body);
    expect(said()).toEqual(["one"]);
    FakeSocket.last.say({ is: "ok", ref: FakeSocket.last.frames("say")[0]?.ref });
    await settle();
    expect(said()).toEqual(["one", "two"]);
  });

  it("lets nothing overtake words whose answer was lost", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    await client.say(1, "one");
    await settle();
    FakeSocket.last.fail();
    await client.say(1, "two");
    await vi.advanceTimersByTimeAsync(300);
    FakeSocket.last.welcome();
    await settle();
    expect(FakeSocket.last.frames("say").map((frame) => frame.body)).toEqual(["one"]);
  });

  it("keeps refused words with the reason, until they are sent again or discarded", async () => {
    const client = makeClient();
    let last = { state: "", error: "" };
    client.outbox.listen((draft) => {
      last = draft;
    });
    follow(client);
    FakeSocket.last.welcome();
    const draft = await client.say(1, "Hello");
    await settle();
    const ref = FakeSocket.last.frames("say")[0]?.ref;
    FakeSocket.last.say({ is: "error", ref, code: "denied", message: "You may not write here." });
    await settle();
    expect(last).toMatchObject({ state: "failed", error: "You may not write here." });
    await client.outbox.retry(draft.cid);
    await settle();
    expect(FakeSocket.last.frames("say")).toHaveLength(2);
    await client.outbox.discard(draft.cid);
    expect(await client.outbox.waiting()).toEqual([]);
  });

  it("tries again by itself when the server is busy", async () => {
    const client = makeClient();
    follow(client);
    FakeSocket.last.welcome();
    await client.say(1, "Hello");
    await settle();
    const ref = FakeSocket.last.frames("say")[0]?.ref;
    FakeSocket.last.say({ is: "error", ref, code: "busy", message: "", retry_after: 1 });
    await vi.advanceTimersByTimeAsync(1_100);
    expect(FakeSocket.last.frames("say")).toHaveLength(2);
  });

  it("never sends another person's words", async () => {
    const storage = new MemoryStorage();
    await storage.put({
      cid: "c",
      person: 8,
      thread: 1,
      body: "not mine",
      replyTo: null,
      writtenAt: "",
      state: "pending",
      error: "",
    });
    const client = makeClient({ storage });
    follow(client);
    FakeSocket.last.welcome();
    await settle();
    expect(FakeSocket.last.frames("say")).toEqual([]);
  });
});
