import { afterEach, describe, expect, it, vi } from "vitest";
import { editInPlace } from "./editor.ts";

const words = {
  save: "Save",
  cancel: "Cancel",
  label: "Your message",
  notNow: "This did not work. Nothing was lost.",
  unheard: "",
  counted: { "data-length-most-value": "20000" },
  me: 7,
  peopleUrl: "",
};

/** The field of a message of one's own that is being changed. */
function change({ files = false } = {}): HTMLTextAreaElement {
  document.body.innerHTML = `
    <ol><li data-id="1" data-source="one" tabindex="-1"><div data-slot="body">one</div>
      <ul data-slot="files"${files ? "" : " hidden"}></ul>
      <a data-slot="edit-act" href="/messages/1/edit/"></a></li></ol>`;
  editInPlace(document.querySelector("li") as HTMLElement, words);
  return document.querySelector("textarea") as HTMLTextAreaElement;
}

describe("a message that is changed where it stands", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("has a field that is called by what it holds, and counts it", () => {
    const field = change();
    expect(field.getAttribute("aria-label")).toBe("Your message");
    expect(field.hasAttribute("maxlength")).toBe(false);
    expect(field.dataset.lengthMostValue).toBe("20000");
  });

  it("can be left without words only where files stand with it", () => {
    expect(change().required).toBe(true);
    expect(change({ files: true }).required).toBe(false);
  });

  it.each([
    ["offline", async () => Promise.reject(new Error("down"))],
    ["answered by something else", async () => new Response("<h1>502</h1>", { status: 502 })],
    ["answered without a reason", async () => new Response("{}", { status: 500 })],
  ])("says in words that it was not saved: %s", async (_, answer) => {
    vi.stubGlobal("fetch", vi.fn(answer));
    const field = change();
    field.value = "one and a half";
    field.form?.requestSubmit();
    await vi.waitFor(() =>
      expect(document.querySelector("[role=alert]")?.textContent).toBe(words.notNow),
    );
    expect(field.value).toBe("one and a half");
  });

  it("says the reason of the server when it has one", async () => {
    const answer = new Response(JSON.stringify({ message: "Too long." }), { status: 422 });
    vi.stubGlobal("fetch", async () => answer);
    change().form?.requestSubmit();
    await vi.waitFor(() =>
      expect(document.querySelector("[role=alert]")?.textContent).toBe("Too long."),
    );
  });
});
