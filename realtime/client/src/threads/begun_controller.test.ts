import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Watcher } from "../live/index.ts";

let watched: { name: string; after: number; watcher: Watcher } | undefined;
const stopped = vi.fn();

vi.mock("../live/index.ts", () => ({
  live: () => ({
    watch: (name: string, after: number, watcher: Watcher) => {
      watched = { name, after, watcher };
      return stopped;
    },
  }),
}));

const { default: BegunController } = await import("./begun_controller.ts");

const LINE = '<a href="/spaces/sav/">1 new conversation: show</a>';
const event = { stream: "space:5", seq: 8, kind: "space.moved", at: "", payload: {} };

let application: Application;
const answers = vi.fn(async () => new Response(`${LINE}\n`));
const shown = () => document.querySelector("[data-controller]")?.innerHTML;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", answers);
  document.body.innerHTML = `<div data-controller="begun" data-begun-me-value="7"
    data-begun-stream-value="space:5" data-begun-head-value="7" data-begun-url-value="/begun/"></div>`;
  application = Application.start();
  application.register("begun", BegunController);
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  answers.mockClear();
  stopped.mockClear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("follows the space from where the list stood, unseen, and asks nothing by itself", async () => {
  await vi.advanceTimersByTimeAsync(120_000);
  expect(watched).toMatchObject({ name: "space:5", after: 7, watcher: { quiet: true } });
  expect(answers).not.toHaveBeenCalled();
});

it("shows what the server says of what moved, asked once for many moves", async () => {
  for (let move = 0; move < 5; move += 1) watched?.watcher.event(event);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toHaveBeenCalledTimes(1);
  expect(shown()).toBe(LINE);
});

it("keeps what it says when the server does not answer, and asks again with the next move", async () => {
  watched?.watcher.event(event);
  await vi.advanceTimersByTimeAsync(1_000);
  answers.mockRejectedValueOnce(new TypeError("offline"));
  watched?.watcher.event(event);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown()).toBe(LINE);
  watched?.watcher.event(event);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toHaveBeenCalledTimes(3);
});

it("stops with the list", async () => {
  watched?.watcher.event(event);
  document.body.innerHTML = "";
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stopped).toHaveBeenCalledTimes(1);
  expect(answers).not.toHaveBeenCalled();
});
