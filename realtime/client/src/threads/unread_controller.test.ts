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

const row = (id: number, more: string) => `
  <li data-unread-row="thread:${id}" data-head="1" data-number="0" ${more}>
    <article data-unread-thread="${id}">
      <p><span data-slot="unread" hidden><span></span><span></span></span></p>
    </article>
  </li>`;

beforeEach(async () => {
  vi.useFakeTimers();
  watchers.clear();
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ spaces: [], threads: [] })));
  document.body.innerHTML = `
    <ul data-controller="unread" data-unread-me-value="7" data-unread-url-value="/unread/"
        data-unread-words-value='${JSON.stringify(WORDS)}'></ul>
    <ul>${row(1, "")}${row(2, "data-muted")}</ul>`;
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

const posted = (id: number) => ({ id, author: { id: 8, name: "Bo" }, body: "Words", files: [] });
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
