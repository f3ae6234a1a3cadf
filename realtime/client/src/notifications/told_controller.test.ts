import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import ToldController from "./told_controller.ts";

const row = (state: string) => `
  <p>${state}</p>
  <form method="post" action="/inbox/3/mark/"><button id="told-3" name="as" value="read">ok</button></form>
  <form method="post" action="/inbox/read/"><button id="told-all">all</button></form>`;

const asked = vi.fn();
let application: Application;
const list = "after";
let isRefused = false;

beforeEach(async () => {
  isRefused = false;
  asked.mockReset();
  vi.stubGlobal("fetch", async (url: string, options: RequestInit) => {
    asked(String(url), options.method ?? "GET", String(options.body ?? ""));
    if (isRefused) return new Response("", { status: 500 });
    if (String(url).endsWith("/inbox/read/"))
      return new Response('{"undo": "2026-01-01T00:00:00+00:00"}');
    if (options.method === "POST") return new Response(null, { status: 204 });
    return new Response(row(list));
  });
  document.body.innerHTML = `<div data-controller="told" data-told-not-now-value="Later"
    data-action="inbox:changed@window->told#soon submit->told#submitted">${row("before")}</div>`;
  application = Application.start();
  application.register("told", ToldController);
  await Promise.resolve();
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

const words = () => document.querySelector("p")?.textContent;

it("comes back whole when something came in, once for many", async () => {
  window.dispatchEvent(new CustomEvent("inbox:changed"));
  window.dispatchEvent(new CustomEvent("inbox:changed"));
  await vi.waitFor(() => expect(words()).toBe("after"));
  expect(asked).toHaveBeenCalledTimes(1);
});

it("marks in place and keeps the focus", async () => {
  const button = document.getElementById("told-3") as HTMLButtonElement;
  button.focus();
  button.click();
  await vi.waitFor(() => expect(words()).toBe("after"));
  expect(asked.mock.calls[0]).toEqual([
    expect.stringContaining("/inbox/3/mark/"),
    "POST",
    "as=read",
  ]);
  expect(document.activeElement?.id).toBe("told-3");
});

it("offers to take back what marked everything", async () => {
  (document.getElementById("told-all") as HTMLButtonElement).click();
  await vi.waitFor(() => expect(words()).toBe("after"));
  expect(asked.mock.calls[1]?.[0]).toContain("undo=2026-01-01");
});

it("says so when it did not work, and changes nothing", async () => {
  isRefused = true;
  const heard = vi.fn();
  window.addEventListener("toast", heard, { once: true });
  (document.getElementById("told-3") as HTMLButtonElement).click();
  await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
  expect(words()).toBe("before");
});
