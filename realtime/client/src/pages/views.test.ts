import type { NodeSelection } from "prosemirror-state";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Desk } from "./desk.ts";
import { closeEditors, desk, editor } from "./testing.ts";
import { lockFields } from "./views.ts";

const p = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });
const SHOWN = {
  images: { 3: { url: "/media/valve.webp", width: 640, height: 480, alt: "" } },
  files: { 4: { name: "Plan.pdf", size: 1_234_567, url: "/documents/4/plan.pdf" } },
  pages: { 7: { title: "The guide", url: "/guides/7/" } },
  documents: {},
  messages: { 9: { author: "Claire", excerpt: "We should", url: "/threads/1/#m9" } },
};

let on: Desk;
let asked: string[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const told = url.startsWith("/find")
      ? {
          pages: [{ id: 7, title: "The guide", where: "Guides", url: "/guides/7/" }],
          documents: [],
        }
      : SHOWN;
    return { ok: true, json: async () => told };
  });
  on = desk();
});

afterEach(() => {
  closeEditors();
  vi.unstubAllGlobals();
});

const settled = () =>
  vi.waitFor(() => expect(document.querySelector('[data-shown="waiting"]')).toBeNull());

function field(root: Element, name: string): HTMLInputElement {
  const found = root.querySelector<HTMLInputElement>(`[data-attribute="${name}"]`);
  if (!found) throw new Error(`no field "${name}"`);
  return found;
}

function fill(input: HTMLInputElement, words: string): void {
  input.value = words;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

describe("a picture", () => {
  it("is shown as readers see it, and its words are changed where they stand", async () => {
    const view = editor([{ type: "image", attrs: { image: 3, alt: "A valve" } }, p("x")], on);
    await settled();
    const picture = view.dom.querySelector("img");
    expect([picture?.getAttribute("src"), picture?.alt, picture?.width]).toEqual([
      "/media/valve.webp",
      "A valve",
      640,
    ]);
    expect(asked).toEqual(["/shown?images=3"]);
    fill(field(view.dom, "caption"), "The new valve");
    expect(view.state.doc.firstChild?.attrs).toMatchObject({
      image: 3,
      alt: "A valve",
      caption: "The new valve",
    });
    fill(field(view.dom, "caption"), "");
    expect(view.state.doc.firstChild?.attrs.caption).toBeNull();
  });

  it("reminds of its description until there is one", async () => {
    const view = editor([{ type: "image", attrs: { image: 3 } }, p("x")], on);
    await settled();
    const reminder = view.dom.querySelector<HTMLElement>('[data-part="reminder"]');
    expect(reminder?.hidden).toBe(false);
    fill(field(view.dom, "alt"), "A valve with a red handle");
    expect(reminder?.hidden).toBe(true);
  });

  it("that this person does not see stays in the text", async () => {
    const view = editor([{ type: "image", attrs: { image: 99 } }, { type: "image" }, p("x")], on);
    await settled();
    const shown = [...view.dom.querySelectorAll<HTMLElement>("figure")].map(
      ({ dataset }) => dataset.shown,
    );
    expect(shown).toEqual(["unseen", "unseen"]);
    expect(view.state.doc.childCount).toBe(3);
  });

  it("is asked for again when the line was down", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("offline");
    });
    const view = editor([{ type: "image", attrs: { image: 3 } }, p("x")], on);
    await settled();
    vi.stubGlobal("fetch", async () => ({ ok: true, json: async () => SHOWN }));
    fill(field(view.dom, "alt"), "A valve");
    await vi.waitFor(() =>
      expect(view.dom.querySelector("img")?.getAttribute("src")).toBe("/media/valve.webp"),
    );
  });
});

describe("what is asked of the server", () => {
  it("is asked together, and once", async () => {
    const view = editor(
      [
        { type: "file", attrs: { file: 4 } },
        {
          type: "page_list",
          content: [
            { type: "page_item", attrs: { page: 7 } },
            { type: "page_item", attrs: { page: 8 } },
          ],
        },
        {
          type: "cited",
          content: [p("We agreed"), { type: "cited_message", attrs: { message: 9 } }],
        },
        { type: "file", attrs: { file: 4 } },
      ],
      on,
    );
    await settled();
    expect(asked).toEqual(["/shown?files=4&pages=7%2C8&messages=9"]);
    expect(view.dom.querySelector(".file__name")?.textContent).toBe("Plan.pdf");
    expect(view.dom.querySelector<HTMLAnchorElement>(".editor__item a")?.getAttribute("href")).toBe(
      "/guides/7/",
    );
    expect(view.dom.querySelector(".chip a")?.textContent).toBe("Claire");
    expect(view.dom.querySelectorAll('[data-shown="unseen"]')).toHaveLength(1);
  });
});

describe("fields in the text", () => {
  it.each([
    ["callout", { content: [p("Mind")] }, "title", "Attention", "Attention"],
    [
      "table",
      { content: [{ type: "table_row", content: [{ type: "table_cell", content: [p("1")] }] }] },
      "caption",
      "Hours",
      "Hours",
    ],
    ["code_block", {}, "language", "python", "python"],
    ["quotation", {}, "author", "Ada", "Ada"],
    ["file", { attrs: { file: 4 } }, "about", "The plan", "The plan"],
    ["embed", { attrs: { url: "https://v.example/1" } }, "title", "Film", "Film"],
    ["page_list", {}, "title", "See too", "See too"],
  ])("of a %s change it", (type, more, name, typed, kept) => {
    const view = editor([{ type, ...more }, p("x")], on);
    fill(field(view.dom, name), typed);
    expect(view.state.doc.firstChild?.attrs[name]).toBe(kept);
  });

  it("show what the others write in them, unless nothing changed", () => {
    const view = editor([{ type: "callout", attrs: { title: "One" }, content: [p("x")] }], on);
    const title = field(view.dom, "title");
    title.focus();
    title.setSelectionRange(1, 1);
    view.dispatch(view.state.tr.setNodeAttribute(0, "title", "Once more"));
    expect([title.value, title.selectionStart]).toEqual(["Once more", 1]);
  });

  it("change the kind of a callout, and whose words they are", () => {
    const view = editor([{ type: "callout", content: [p("x")] }, { type: "quotation" }], on);
    const kind = view.dom.querySelector<HTMLSelectElement>('[data-attribute="kind"]');
    if (kind) kind.value = "danger";
    kind?.dispatchEvent(new Event("change", { bubbles: true }));
    expect(view.dom.querySelector("aside")?.className).toContain("callout--danger");
    const customer = field(view.dom, "customer");
    customer.checked = true;
    customer.dispatchEvent(new Event("change", { bubbles: true }));
    expect(view.state.doc.child(1).attrs.customer).toBe(true);
    expect(view.dom.querySelector(".quote")?.classList).toContain("quote--customer");
  });

  it("hold no more than the server takes", () => {
    const view = editor([{ type: "image", attrs: { image: 3 } }, p("x")], on);
    expect(field(view.dom, "alt").maxLength).toBe(250);
  });

  it("lead back to the text by Enter", () => {
    const view = editor(
      [
        { type: "callout", content: [p("Mind")] },
        { type: "embed", attrs: { url: "https://v.example/1" } },
      ],
      on,
    );
    const press = (name: string, at: number) => {
      const input = view.dom.querySelectorAll<HTMLInputElement>(`[data-attribute="${name}"]`)[at];
      input?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
      );
    };
    press("title", 0);
    expect(view.state.selection.$from.parent.textContent).toBe("Mind");
    press("title", 1);
    expect((view.state.selection as NodeSelection).node.type.name).toBe("embed");
  });

  it("are locked for whoever only reads", () => {
    const view = editor([{ type: "callout", content: [p("x")] }, { type: "quotation" }], on);
    view.setProps({ editable: () => false });
    lockFields(view.dom, true);
    expect(field(view.dom, "title").readOnly).toBe(true);
    expect(view.dom.querySelector<HTMLSelectElement>("select")?.disabled).toBe(true);
    fill(field(view.dom, "title"), "No");
    expect(view.state.doc.firstChild?.attrs.title).toBeNull();
  });

  it("take their element away by its button", () => {
    const view = editor([{ type: "callout", content: [p("x")] }, p("y")], on);
    view.dom.querySelector<HTMLButtonElement>('[data-act="remove"]')?.click();
    expect(view.state.doc.childCount).toBe(1);
  });
});

describe("a list of pages", () => {
  it("takes one that is found by its words", async () => {
    const view = editor([{ type: "page_list" }, p("x")], on);
    await Promise.resolve();
    const find = view.dom.querySelector<HTMLInputElement>('[data-part="find"]') as HTMLInputElement;
    fill(find, "guide");
    const option = await vi.waitFor(() => {
      const found = view.dom.querySelector<HTMLElement>("[role=option]");
      expect(found?.textContent).toContain("The guide");
      return found;
    });
    expect([
      find.getAttribute("aria-expanded"),
      find.getAttribute("aria-activedescendant"),
    ]).toEqual(["true", option?.id]);
    find.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
    expect(view.state.doc.firstChild?.firstChild?.attrs.page).toBe(7);
    expect(find.value).toBe("");
  });
});
