import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MessageList } from "./message_list.ts";
import { Reading } from "./reading.ts";
import { onRead } from "./reads.ts";

const HIGH = 40; // of a row; the window of jsdom is 768 high: nineteen rows

describe("how far one has read", () => {
  const list = document.createElement("ol");
  const sent = vi.fn(async (_url: string, init: RequestInit) => {
    told.push(Number((init.body as URLSearchParams).get("seq")));
    return new Response(null, { status: 204 });
  });
  let told: number[] = [];
  let top = 0;
  let isCut = false;

  /** Rows `from` to `to` of a conversation, of which more stands above when `hasOlder`. */
  function draw(from: number, to: number, hasOlder = true) {
    list.replaceChildren();
    if (hasOlder) list.insertAdjacentHTML("beforeend", '<li data-thread-target="older"></li>');
    for (let seq = from; seq <= to; seq += 1) {
      const row = document.createElement("li");
      row.dataset.seq = String(seq);
      row.getBoundingClientRect = () => new DOMRect(0, (seq - from) * HIGH - top, 100, HIGH);
      list.append(row);
    }
  }

  const rows = () => [...list.querySelectorAll<HTMLElement>("li[data-seq]")];
  const messages = {
    saidRows: rows,
    lastSeq: () => Number(rows().at(-1)?.dataset.seq ?? 0),
  } as MessageList;

  function begin(read: number | null) {
    const page = {
      thread: 7,
      url: "/threads/7/read/",
      messages,
      scroller: document.documentElement,
      foot: null,
      isCut: () => isCut,
      endSeen: () => {},
    };
    return new Reading(page, read);
  }

  function look(reading: Reading, at: number, wait = 3_000) {
    top = at;
    reading.soon();
    vi.advanceTimersByTime(wait);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", sent);
    [told, top, isCut] = [[], 0, false];
    sent.mockClear();
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("is the last row of which the end was in sight", () => {
    draw(1, 60);
    const reading = begin(10);
    look(reading, 200);
    expect(told).toEqual([24]);
    look(reading, 0);
    expect(told).toEqual([24]);
  });

  it("is told at most every two seconds, however many rows go by", () => {
    draw(1, 320, false);
    const reading = begin(5);
    for (let row = 0; row < 300; row += 3) look(reading, row * HIGH, 100);
    vi.advanceTimersByTime(3_000);
    expect(told.at(-1)).toBe(316);
    expect(sent.mock.calls.length).toBeLessThanOrEqual(7); // ten seconds of reading
  });

  it("is told to its end when the page is left", () => {
    draw(1, 60);
    const reading = begin(10);
    look(reading, 0);
    top = 400;
    reading.leave();
    expect(told).toEqual([19, 29]);
    expect(sent.mock.lastCall?.[1].keepalive).toBe(true);
  });

  it("does not leap over what was not seen", () => {
    draw(200, 240);
    isCut = true;
    const reading = begin(10);
    look(reading, 0);
    expect(told).toEqual([]);

    draw(8, 240);
    reading.join();
    look(reading, 0);
    expect(told).toEqual([26]);
  });

  it("goes on while rows far behind leave the page", () => {
    draw(1, 60);
    const reading = begin(10);
    draw(200, 500);
    reading.join();
    look(reading, 0);
    expect(told).toEqual([218]);
  });

  it("is everything for one who goes to the end", () => {
    draw(8, 60);
    isCut = true;
    const reading = begin(10);
    draw(271, 320);
    isCut = false;
    reading.elsewhere();
    look(reading, 0);
    expect(told).toEqual([]);
    reading.toEnd();
    vi.advanceTimersByTime(0);
    expect(told).toEqual([320]);
  });

  it("begins at the end for one to whom nothing was new", () => {
    draw(271, 320);
    const reading = begin(null);
    look(reading, 0);
    expect(told).toEqual([]);
    look(reading, 32 * HIGH);
    expect(told).toEqual([320]);
  });

  it("begins with the first words of a conversation that was empty", () => {
    draw(1, 0, false);
    const reading = begin(null);
    look(reading, 0);
    draw(1, 60, false);
    look(reading, 0);
    expect(told).toEqual([19]);
  });

  it("says that nothing is new only once nothing is", () => {
    const heard: number[] = [];
    const stop = onRead((thread, seq) => thread === 7 && heard.push(seq));
    heard.length = 0;
    draw(900, 940);
    const reading = begin(905);
    look(reading, 0);
    expect(heard).toEqual([]);
    look(reading, 30 * HIGH);
    expect(heard).toEqual([940]);
    stop();
  });

  it("does not move while nobody looks, nor where the rows are not drawn", () => {
    draw(1, 60);
    const reading = begin(10);
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    look(reading, 0);
    vi.restoreAllMocks();
    for (const row of rows()) row.getBoundingClientRect = () => new DOMRect();
    look(reading, 0);
    expect(told).toEqual([]);
  });

  it("is told again when the line was down", async () => {
    draw(1, 60);
    const reading = begin(10);
    sent.mockRejectedValueOnce(new TypeError("no line"));
    look(reading, 0);
    await vi.runAllTimersAsync();
    look(reading, 0);
    expect(told).toEqual([19]);
  });
});
