import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StreamEvent } from "../live/index.ts";

const watchers = new Map<string, (event: StreamEvent) => void>();
vi.mock("../live/index.ts", () => ({
  live: () => ({
    watch: (name: string, _after: number, watcher: { event(event: StreamEvent): void }) => {
      watchers.set(name, watcher.event);
      return () => watchers.delete(name);
    },
  }),
}));
const { default: UnreadController } = await import("./unread_controller.ts");

const WORDS = { threads: ["%s", "%s", "%s"], messages: ["%s new", "%s new", "%s new"] };
let application: Application;

const LAST = { takenBack: "took it back", hidden: "Hidden.", file: "a file", former: "Former" };

const row = (id: number, more: string) => `
  <li data-unread-row="thread:${id}" data-head="1" data-number="0" ${more}>
    <article data-unread-thread="${id}">
      <p data-slot="last" data-id="1"><b data-slot="last-author">Ada</b> <span data-slot="last-words">Old</span></p>
      <span data-slot="last-at"><relative-time datetime="2020-01-01T00:00:00Z"></relative-time></span>
      <p><span data-slot="unread" hidden><span></span><span></span></span></p>
    </article>
  </li>`;

beforeEach(async () => {
  vi.useFakeTimers();
  document.documentElement.lang = "en";
  watchers.clear();
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ spaces: [], threads: [] })));
  document.body.innerHTML = `
    <ul data-controller="unread" data-unread-me-value="7" data-unread-url-value="/unread/"
        data-unread-words-value='${JSON.stringify(WORDS)}'
        data-unread-last-value='${JSON.stringify(LAST)}'></ul>
    <ul id="list" data-latest-first>${row(1, "")}${row(2, "data-muted")}</ul>`;
  application = Application.start();
  application.register("unread", UnreadController);
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function tell(thread: number, kind: string, payload: Record<string, unknown>, seq = 2): void {
  watchers.get(`thread:${thread}`)?.({ stream: "", seq, kind, at: "", payload });
}

const posted = (id: number, html = "<p>Words</p>") => ({
  id,
  author: { id: 8, name: "Bo" },
  html,
  posted_at: "2026-03-01T12:00:00Z",
});
const last = (thread: number) =>
  document.querySelector(`[data-unread-thread="${thread}"] [data-slot=last]`)?.textContent;
const order = () =>
  [...document.querySelectorAll<HTMLElement>("#list > li")].map((item) => item.dataset.unreadRow);
const badge = (thread: number) =>
  document.querySelector<HTMLElement>(`[data-unread-thread="${thread}"] [data-slot=unread]`);

it("counts on a row what others say, and nothing where one wants to hear nothing", async () => {
  tell(1, "message.posted", posted(11));
  tell(2, "message.posted", posted(12));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(badge(1)?.hidden).toBe(false);
  expect(badge(1)?.textContent).toContain("1 new");
  expect(badge(2)?.hidden).toBe(true);
});

it("says on a row what was said last, by whom and when, also where it is muted", () => {
  tell(2, "message.posted", posted(12, "<p>The <b>shuttle</b> is\nlate.</p>"));
  expect(last(2)).toBe("Bo The shuttle is late.");
  const at = document.querySelector('[data-unread-thread="2"] relative-time');
  expect(at?.getAttribute("datetime")).toBe("2026-03-01T12:00:00Z");
  tell(2, "message.edited", { id: 12, html: "<p>It came.</p>" }, 3);
  expect(last(2)).toBe("Bo It came.");
  tell(2, "message.posted", posted(13, ""), 4);
  expect(last(2)).toBe("Bo a file");
  tell(2, "message.posted", posted(14, `<p>${"word ".repeat(40)}</p>`), 5);
  expect(last(2)).toBe(`Bo ${"word ".repeat(28).trim()}…`);
});

it("takes words off a row with the message, and leaves those of another one", () => {
  tell(1, "message.posted", posted(12));
  tell(1, "message.deleted", { id: 11 }, 3);
  expect(last(1)).toBe("Bo Words");
  tell(1, "message.hidden", { id: 12, reason: "" }, 4);
  expect(last(1)).toBe("Bo Hidden.");
  tell(1, "message.shown", posted(12), 5);
  expect(last(1)).toBe("Bo Words");
  tell(1, "message.deleted", { id: 12 }, 6);
  expect(last(1)).toBe("Bo took it back");
});

it("brings a row to the top, but not while one walks in the list", () => {
  tell(2, "message.posted", posted(12));
  expect(order()).toEqual(["thread:2", "thread:1"]);
  const list = document.querySelector("#list") as HTMLElement;
  list.tabIndex = -1;
  list.focus();
  tell(1, "message.posted", posted(13));
  expect(order()).toEqual(["thread:2", "thread:1"]);
});
