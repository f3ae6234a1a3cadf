import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import AutosaveController from "./autosave_controller.ts";

let application: Application;
let answer: () => Promise<Response>;
const posted = vi.fn();

beforeEach(async () => {
  posted.mockReset();
  answer = async () => new Response('{"message": "Saved."}');
  vi.stubGlobal("fetch", (_url: string, options: RequestInit) => {
    posted(String(options.body));
    return answer();
  });
  document.body.innerHTML = `
    <form data-controller="autosave" data-action="change->autosave#save" data-autosave-not-now-value="Not saved.">
      <select name="reply_mail"><option value="soon" selected></option><option value="daily"></option></select>
      <input type="hidden" name="initial-reply_mail" value="soon">
      <input name="quiet_from" value="18:30">
      <span data-autosave-target="said"></span>
    </form>`;
  application = Application.start();
  application.register("autosave", AutosaveController);
  await Promise.resolve();
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

const choose = (pace: string) => {
  const select = document.querySelector("select") as HTMLSelectElement;
  select.value = pace;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};
const said = () => document.querySelector("span")?.textContent;

it("saves a choice as it is made, without the others, and says so", async () => {
  choose("daily");
  await vi.waitFor(() => expect(said()).toBe("Saved."));
  expect(posted).toHaveBeenCalledWith("changed=reply_mail&reply_mail=daily");
});

it("says why a choice was refused", async () => {
  answer = async () => new Response('{"message": "Choose a day."}', { status: 422 });
  choose("daily");
  await vi.waitFor(() => expect(said()).toBe("Choose a day."));
});

it("says when it could not be saved", async () => {
  answer = async () => Promise.reject(new TypeError("offline"));
  choose("daily");
  await vi.waitFor(() => expect(said()).toBe("Not saved."));
});
