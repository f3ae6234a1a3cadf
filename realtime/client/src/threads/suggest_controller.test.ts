import { Application } from "@hotwired/stimulus";
import { afterEach, expect, it, vi } from "vitest";
import SuggestController from "./suggest_controller.ts";

const application = Application.start();

afterEach(() => {
  application.stop();
  vi.unstubAllGlobals();
});

it("lets an answer go that was overtaken while it came, without a word to the console", async () => {
  let given = 0;
  vi.stubGlobal("fetch", async (_url: string, { signal }: RequestInit) => {
    given += 1;
    return {
      ok: true,
      json: () =>
        new Promise((_, fail) => signal?.addEventListener("abort", () => fail(signal.reason))),
    };
  });
  const unheard: unknown[] = [];
  const heard = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", heard);
  document.body.innerHTML = `<form data-suggest-url="/suggest"><textarea data-controller="suggest"></textarea></form>`;
  application.register("suggest", SuggestController);
  await vi.waitFor(() => expect(document.querySelector("[aria-controls]")).not.toBeNull());
  const field = document.querySelector("textarea") as HTMLTextAreaElement;
  const write = (words: string) => {
    field.value = words;
    field.focus();
    field.setSelectionRange(words.length, words.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  write("@so");
  await vi.waitFor(() => expect(given).toBe(1));
  write("@sof");
  await vi.waitFor(() => expect(given).toBe(2));
  await new Promise((done) => setTimeout(done, 50));
  process.off("unhandledRejection", heard);
  expect(unheard).toEqual([]);
});
