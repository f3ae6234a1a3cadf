import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MessageList } from "./message_list.ts";
import { Walk } from "./walk.ts";

/** Tells once of what is in sight when it begins to look at it, as a browser does. */
class Watcher {
  static sees: (link: Element) => boolean = () => true;
  private readonly links = new Set<Element>();
  constructor(private readonly tell: (entries: IntersectionObserverEntry[]) => void) {}
  observe(link: Element) {
    if (this.links.has(link)) return;
    this.links.add(link);
    queueMicrotask(() => {
      const isIntersecting = Watcher.sees(link);
      if (this.links.has(link))
        this.tell([{ target: link, isIntersecting } as unknown as IntersectionObserverEntry]);
    });
  }
  disconnect() {
    this.links.clear();
  }
}

describe("walking through a conversation", () => {
  const list = document.createElement("ol");
  const failed = vi.fn();
  const asked = vi.fn(async (_address: string) => new Response("<li data-seq='9'></li>"));
  let walk: Walk;

  const more = (name: string, query: string) => {
    const link = document.createElement("li");
    link.dataset.threadTarget = name;
    link.innerHTML = `<a href="/threads/7/messages/${query}">More</a>`;
    return link;
  };
  const messages = {
    rows: () => [...list.querySelectorAll<HTMLElement>("li[data-seq]")],
    trim: () => false,
    merge: (html: string, where: "above" | "below") =>
      list.insertAdjacentHTML(where === "above" ? "afterbegin" : "beforeend", html),
  } as unknown as MessageList;
  const addresses = () => asked.mock.calls.map(([address]) => new URL(address).search);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("IntersectionObserver", Watcher);
    vi.stubGlobal("fetch", asked);
    vi.spyOn(Math, "random").mockReturnValue(1);
    asked.mockClear();
    failed.mockClear();
    Watcher.sees = () => true;
    list.innerHTML = "<li data-seq='10'></li>";
    document.body.replaceChildren(list);
    const mold = document.createElement("template");
    walk = new Walk({
      list,
      scroller: document.documentElement,
      messages,
      url: "/threads/7/messages/",
      more: { older: mold, newer: mold },
      leavesOut: () => {},
      failed,
    });
  });

  afterEach(() => {
    walk.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const begin = () => {
    for (const link of list.querySelectorAll("[data-thread-target]")) walk.watch(link);
  };

  it("goes on after a failure, which is told once, and asks ever more seldom", async () => {
    list.prepend(more("older", "?before=10"));
    asked.mockRejectedValueOnce(new TypeError("no line"));
    asked.mockResolvedValueOnce(new Response("", { status: 503 }));
    begin();
    await vi.advanceTimersByTimeAsync(3_900);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(7_800);
    expect(asked).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(300);
    expect(list.querySelector("li[data-seq='9']")).not.toBeNull();
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it("goes on at once when the line is back", async () => {
    list.prepend(more("older", "?before=10"));
    asked.mockRejectedValueOnce(new TypeError("no line"));
    begin();
    await vi.advanceTimersByTimeAsync(10);
    walk.wake();
    await vi.advanceTimersByTimeAsync(10);
    expect(list.querySelector("li[data-seq='9']")).not.toBeNull();
  });

  it("forgets neither of two ends that are in sight together", async () => {
    list.prepend(more("older", "?before=10"));
    list.append(more("newer", "?after=10"));
    begin();
    await vi.advanceTimersByTimeAsync(50);
    expect(addresses()).toEqual(["?before=10", "?after=10"]);
  });

  it("asks no more once it has stopped", async () => {
    list.prepend(more("older", "?before=10"));
    asked.mockRejectedValueOnce(new TypeError("no line"));
    begin();
    await vi.advanceTimersByTimeAsync(10);
    walk.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
