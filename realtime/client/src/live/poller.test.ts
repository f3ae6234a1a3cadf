import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Poller } from "./poller.ts";
import { Stream } from "./stream.ts";

class FakeChannel {
  static open = new Set<FakeChannel>();
  onmessage: ((message: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    FakeChannel.open.add(this);
  }

  postMessage(data: unknown): void {
    for (const other of FakeChannel.open)
      if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }

  close(): void {
    FakeChannel.open.delete(this);
  }
}

let asked: string[] = [];
let answeredAt = 0;
let head = 0;
let pollers: Poller[] = [];
let isHidden = false;

/** A server that answers one session once a second, as ours. */
const ask = vi.fn(async (url: RequestInfo | URL) => {
  if (Date.now() - answeredAt < 1_000) return new Response('{"wait": 1}', { status: 429 });
  answeredAt = Date.now();
  asked.push(decodeURIComponent(String(url).split("=")[1] ?? ""));
  const streams: Record<string, unknown> = {};
  for (const place of (asked.at(-1) ?? "").split(",")) {
    const [name = "", after] = place.split("@");
    const seqs = Array.from({ length: head - Number(after) }, (_, i) => Number(after) + i + 1);
    streams[name] = { head, events: seqs.map((seq) => ({ seq, kind: "k", at: "", payload: {} })) };
  }
  return new Response(JSON.stringify({ wait: 5, streams }));
});

function tab(name: string): number[] {
  const seen: number[] = [];
  const stream = new Stream(name);
  stream.add({ event: ({ seq }) => seen.push(seq) }, 0);
  const random = () => pollers.length / 10;
  const poller = new Poller({
    url: "/live/poll",
    person: 7,
    streams: () => [stream],
    told: vi.fn(),
    ask,
    random,
  });
  pollers.push(poller);
  poller.start();
  return seen;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
  [asked, answeredAt, head, pollers, isHidden] = [[], 0, 0, [], false];
});

afterEach(() => {
  for (const poller of pollers) poller.stop();
  FakeChannel.open.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("asks once for all the tabs of a browser, and each hears what is on its own streams", async () => {
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  const seen = [tab("thread:1"), tab("thread:2"), tab("thread:1")];
  head = 2;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(asked.length).toBeLessThanOrEqual(13);
  expect(asked.at(-1)).toBe("thread:1@2,thread:2@2");

  pollers[0]?.stop();
  head = 3;
  await vi.advanceTimersByTimeAsync(7_000);
  expect(seen.map((one) => one.at(-1))).toEqual([2, 3, 3]);
});

it("comes through beside others that do not hear each other", async () => {
  vi.stubGlobal("BroadcastChannel", undefined);
  const seen = [tab("thread:1"), tab("thread:2"), tab("thread:3")];
  head = 1;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(seen).toEqual([[1], [1], [1]]);
});

it("asks seldom while nobody looks, and at once when somebody does", async () => {
  isHidden = true;
  const seen = tab("thread:1");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBeLessThanOrEqual(3);
  head = 1;
  isHidden = false;
  pollers[0]?.wake();
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual([1]);
});

it("asks for more than twenty streams in turns", async () => {
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  for (let number = 10; number < 35; number += 1) tab(`thread:${number}`);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(new Set(asked.flatMap((query) => query.split(","))).size).toBe(25);
});
