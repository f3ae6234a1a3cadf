import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Watcher } from "../live/index.ts";

const watched = new Map<string, Watcher & { after: number }>();
const stopped: string[] = [];

vi.mock("../live/index.ts", () => ({
  live: () => ({
    watch: (name: string, after: number, watcher: Watcher) => {
      watched.set(name, { ...watcher, after });
      return () => stopped.push(name);
    },
  }),
}));

const { default: MovingController } = await import("./moving_controller.ts");

const block = (streams: Record<string, number>) => `
  <section data-controller="moving" data-moving-me-value="7" data-moving-url-value="/moving/">
    ${Object.entries(streams)
      .map(
        ([name, head]) =>
          `<a href="#" data-moving-target="row" data-stream="${name}" data-head="${head}">${name}</a>`,
      )
      .join("")}
  </section>`;

let application: Application;
const answers = vi.fn(async () => new Response(block({ "thread:2": 9 })));

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", answers);
  document.body.innerHTML = block({ "thread:1": 4, "thread:2": 8 });
  application = Application.start();
  application.register("moving", MovingController);
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  watched.clear();
  stopped.length = 0;
  answers.mockClear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const event = { stream: "thread:2", seq: 9, kind: "message.posted", at: "", payload: {} };

it("follows what it lists from where each stands, unseen", () => {
  expect(watched.get("thread:1")?.after).toBe(4);
  expect(watched.get("thread:2")?.quiet).toBe(true);
});

it("comes back whole when something is said, once for many words", async () => {
  watched.get("thread:2")?.event(event);
  watched.get("thread:2")?.event(event);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(answers).toHaveBeenCalledTimes(1);
  expect(document.body.textContent).not.toContain("thread:1");
  expect(stopped).toContain("thread:1");
  expect(watched.get("thread:2")?.after).toBe(9);
});

it("is not put off by those who never stop talking", async () => {
  answers.mockImplementation(async () => new Response(null, { status: 500 }));
  for (let moment = 0; moment < 10; moment += 1) {
    watched.get("thread:2")?.event(event);
    await vi.advanceTimersByTimeAsync(300);
  }
  expect(answers.mock.calls.length).toBeGreaterThan(4);
  answers.mockImplementation(async () => new Response(block({ "thread:2": 9 })));
});

it("does not move under somebody who is choosing", async () => {
  document.querySelector<HTMLElement>("[data-stream]")?.focus();
  watched.get("thread:2")?.event(event);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(answers).not.toHaveBeenCalled();
});

it("stays as it is when the server does not answer", async () => {
  answers.mockRejectedValueOnce(new TypeError("offline"));
  watched.get("thread:1")?.event(event);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(document.body.textContent).toContain("thread:1");
});

it("looks for new conversations once in a while", async () => {
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toHaveBeenCalledTimes(1);
});
