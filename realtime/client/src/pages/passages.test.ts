import { afterEach, describe, expect, it, vi } from "vitest";
import { Passages } from "./passages.ts";
import { wordsIn } from "./passages_controller.ts";
import { rangeOf } from "./quoted.ts";
import { closeEditors, desk, editor } from "./testing.ts";

const words = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });

const card = (quote: string) =>
  `<ul><li data-passage="7" data-quote="${quote}" data-epoch="1" data-begins="" data-ends=""></li></ul>`;

/** The passages of an editor with two paragraphs, whose list the server tells as `told`. */
function passages(told: string[]): { passages: Passages; list: HTMLElement; text: HTMLElement } {
  const on = desk();
  const list = document.createElement("section");
  list.dataset.passages = "";
  document.body.append(list);
  vi.stubGlobal("fetch", async () => new Response(told.shift() ?? ""));
  const found = new Passages(on, () => 2);
  const view = editor([words("One line"), words("Another line")], on, [found.plugin()]);
  return { passages: found, list, text: view.dom };
}

afterEach(() => {
  closeEditors();
  vi.unstubAllGlobals();
});

describe("the passages that people talk about", () => {
  it("are marked where their words stand, when they were placed in a text of before", async () => {
    const { passages: found, text } = passages([card("Another")]);
    await found.refresh();
    expect(text.querySelector("[data-talk]")?.textContent).toBe("Another");
  });

  it("are drawn anew when the list changed, and else left as they are", async () => {
    const { passages: found, list } = passages([card("One"), card("One"), card("Another")]);
    await found.refresh();
    const before = list.firstElementChild;
    await found.refresh();
    expect(list.firstElementChild).toBe(before);
    await found.refresh();
    expect(list.querySelector<HTMLElement>("[data-passage]")?.dataset.quote).toBe("Another");
  });

  it("mark nothing where their words are gone", async () => {
    const { passages: found, text } = passages([card("Nowhere")]);
    await found.refresh();
    expect(text.querySelector("[data-talk]")).toBeNull();
  });
});

describe("the place of a quotation", () => {
  it("is within one block of a text that is written", () => {
    const { doc } = editor([words("One line"), words("Another line")]).state;
    const place = rangeOf(doc, "Another");
    expect(place && doc.textBetween(place.from, place.to)).toBe("Another");
    expect(rangeOf(doc, "line Another")).toBeNull();
  });

  it("is found across the elements of a text that is read, whatever the spaces", () => {
    const text = document.createElement("div");
    text.innerHTML = "<p>The <b>first</b>\n Thursday of the month.</p>";
    expect(wordsIn(text, " first  Thursday ")?.toString().replace(/\s+/g, " ")).toBe(
      "first Thursday",
    );
    expect(wordsIn(text, "last Thursday")).toBeNull();
    expect(wordsIn(text, " ")).toBeNull();
  });
});
