import "fake-indexeddb/auto";
import { Application } from "@hotwired/stimulus";
import { expect, it, vi } from "vitest";
import { BrowserStorage } from "../live/storage.ts";
import { SavedPlace } from "../threads/saved_place.ts";
import LeavingController from "./leaving_controller.ts";

it("signing out forgets places, and unsent messages once the person was told of them", async () => {
  const outbox = new BrowserStorage();
  await outbox.put({
    cid: "1",
    person: 5,
    thread: 7,
    body: "secret",
    replyTo: null,
    writtenAt: "2026-03-01T12:00:00Z",
    state: "failed",
    error: "",
  });
  const place = new SavedPlace(5, 7);
  place.keep(12);
  const told: string[] = [];
  addEventListener("toast", (event) => told.push((event as CustomEvent).detail.words));
  document.body.innerHTML = `<form data-controller="leaving" data-leaving-unsent-value="Not sent.">
    <button>Out</button></form>`;
  const form = document.querySelector("form") as HTMLFormElement;
  const sent = vi.fn();
  form.requestSubmit = sent;
  const application = Application.start();
  application.register("leaving", LeavingController);
  await Promise.resolve();

  form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
  await vi.waitFor(() => expect(told).toEqual(["Not sent."]));
  expect(sent).not.toHaveBeenCalled();
  expect((await outbox.all()).length).toBe(1);

  form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
  await vi.waitFor(() => expect(sent).toHaveBeenCalledOnce());
  expect(await outbox.all()).toEqual([]);
  place.keep(13); // as the page that is left does
  expect(Object.keys(localStorage)).toEqual([]);
  application.stop();
});
