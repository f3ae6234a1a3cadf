import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import AutosaveController from "./autosave_controller.ts";

let application: Application;
let answer: () => Promise<Response>;
const posted = vi.fn();
const toasted = vi.fn();

beforeEach(async () => {
  posted.mockReset();
  toasted.mockReset();
  answer = async () => new Response('{"message": "Saved."}');
  vi.stubGlobal("fetch", (_url: string, options: RequestInit) => {
    posted(String(options.body));
    return answer();
  });
  window.addEventListener("toast", toasted);
  document.body.innerHTML = `
    <form action="/me/" data-controller="autosave"
          data-action="change->autosave#save submit->autosave#submit online@window->autosave#again"
          data-autosave-not-now-value="Not saved." data-autosave-all-saved-value="All saved.">
      <div data-autosave-target="place" data-name="reply_mail" data-label="Replies">
        <select name="reply_mail"><option value="soon" selected></option><option value="daily"></option></select>
        <input type="hidden" name="initial-reply_mail" value="soon">
      </div>
      <div data-autosave-target="place" data-name="days" data-label="Days"><div class="field">
        <fieldset aria-describedby="hint">
          <input type="checkbox" name="days" value="1" checked><input type="checkbox" name="days" value="2">
        </fieldset>
      </div></div>
      <button>Save</button>
      <p role="status" data-autosave-target="said"></p>
      <template data-autosave-target="outcome" data-name="saved"><p><span data-words></span></p></template>
      <template data-autosave-target="outcome" data-name="refused"><p></p></template>
      <template data-autosave-target="outcome" data-name="unsaved"><div><p data-words></p><button type="button" data-action="autosave#again">Again</button></div></template>
    </form>`;
  application = Application.start();
  application.register("autosave", AutosaveController);
  await Promise.resolve();
});

afterEach(() => {
  application.stop();
  window.removeEventListener("toast", toasted);
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

const select = () => document.querySelector("select") as HTMLSelectElement;
const group = () => document.querySelector("fieldset") as HTMLFieldSetElement;
const days = () => [...document.querySelectorAll<HTMLInputElement>("[name=days]")];
const choose = (pace: string) => {
  select().value = pace;
  select().dispatchEvent(new Event("change", { bubbles: true }));
};
const tick = (box: HTMLInputElement, checked: boolean) => {
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
};
const beside = (name: string) =>
  document.querySelector(`[data-name=${name}] [data-outcome]`)?.textContent;
const again = () => document.querySelector<HTMLElement>("[data-outcome=unsaved] button");
const refused = async () => new Response('{"message": "Choose a day."}', { status: 422 });
const offline = async () => Promise.reject(new TypeError("offline"));
const isHeldBack = () => {
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
};

it("saves a choice as it is made, without the others, and says so beside it", async () => {
  choose("daily");
  await vi.waitFor(() => expect(beside("reply_mail")).toBe("Saved."));
  expect(posted.mock.calls).toEqual([["changed=reply_mail&reply_mail=daily"]]);
  expect(document.querySelector("[role=status]")?.textContent).toBe("Replies: Saved.");
  expect(isHeldBack()).toBe(false);
});

it("says why a choice was refused where it stands, and saves the others", async () => {
  answer = refused;
  tick(days()[0] as HTMLInputElement, false);
  await vi.waitFor(() => expect(beside("days")).toBe("Choose a day."));
  expect(days()[0]?.getAttribute("aria-invalid")).toBe("true");
  expect(group().getAttribute("aria-describedby")).toBe("hint id_days_error");
  expect(isHeldBack()).toBe(true);

  answer = async () => new Response('{"message": "Saved."}');
  choose("daily");
  await vi.waitFor(() => expect(beside("reply_mail")).toBe("Saved."));
  expect(beside("days")).toBe("Choose a day.");
  expect(select().hasAttribute("aria-invalid")).toBe(false);

  tick(days()[1] as HTMLInputElement, true);
  await vi.waitFor(() => expect(beside("days")).toBe("Saved."));
  expect(posted).toHaveBeenLastCalledWith("changed=days&days=2");
  expect(days()[0]?.hasAttribute("aria-invalid")).toBe(false);
  expect(group().getAttribute("aria-describedby")).toBe("hint");
  expect(beside("reply_mail")).toBeUndefined();
});

it("keeps what could not be saved as it was chosen, and tries again when told to", async () => {
  answer = offline;
  choose("daily");
  await vi.waitFor(() => expect(beside("reply_mail")).toContain("Not saved."));
  expect(select().value).toBe("daily");
  expect(isHeldBack()).toBe(true);

  answer = async () => new Response('{"message": "Saved."}');
  again()?.focus();
  again()?.click();
  await vi.waitFor(() => expect(beside("reply_mail")).toBe("Saved."));
  expect(document.activeElement).toBe(select());
  expect(isHeldBack()).toBe(false);
});

it.each([500, 200])(
  "takes a page that answers with %i for nothing that was saved",
  async (status) => {
    answer = async () => new Response("<!doctype html>", { status });
    choose("daily");
    await vi.waitFor(() => expect(beside("reply_mail")).toContain("Not saved."));
  },
);

it("tries again when the line comes back", async () => {
  answer = offline;
  choose("daily");
  await vi.waitFor(() => expect(beside("reply_mail")).toContain("Not saved."));
  answer = async () => new Response('{"message": "Saved."}');
  window.dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(beside("reply_mail")).toBe("Saved."));
});

it("keeps last what was chosen last, however slow the first was", async () => {
  let first: (answer: Response) => void = () => undefined;
  answer = () => new Promise((resolve) => (first = resolve));
  choose("daily");
  choose("soon");
  expect(posted).toHaveBeenCalledTimes(1);
  answer = async () => new Response('{"message": "Saved."}');
  first(new Response('{"message": "Refused."}', { status: 422 }));
  await vi.waitFor(() => expect(beside("reply_mail")).toBe("Saved."));
  expect(posted).toHaveBeenLastCalledWith("changed=reply_mail&reply_mail=soon");
});

it("tries again what is left with the button of the form, and goes where it was refused", async () => {
  const submit = () => document.querySelector<HTMLElement>("form > button")?.click();
  answer = refused;
  tick(days()[0] as HTMLInputElement, false);
  await vi.waitFor(() => expect(beside("days")).toBe("Choose a day."));
  submit();
  await vi.waitFor(() => expect(document.activeElement).toBe(days()[0]));
  expect(toasted).not.toHaveBeenCalled();

  answer = async () => new Response('{"message": "Saved."}');
  submit();
  await vi.waitFor(() => expect(toasted).toHaveBeenCalledOnce());
});
