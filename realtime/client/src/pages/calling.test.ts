import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Calling } from "./calling.ts";
import type { Desk } from "./desk.ts";
import { CardDialog, EmbedDialog } from "./dialogs.ts";
import { pathOfOurs } from "./links.ts";
import { closeEditors, desk, editor, type } from "./testing.ts";

const p = (words: string) => ({
  type: "paragraph",
  ...(words && { content: [{ type: "text", text: words }] }),
});
const PEOPLE = [
  { id: 7, name: "Sofiane Merabet", about: "Régleur" },
  { id: 9, name: "Sophie Aubry", about: "" },
];
const CARD = {
  address: "/threads/12/",
  icon: "messages-square",
  title: "Le planning d’hiver",
  place: "Atelier",
  line: "Discussion",
};

let on: Desk;
let asked: string[];

beforeEach(() => {
  on = desk();
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(decodeURIComponent(url));
    const told = url.startsWith("/people") ? { people: PEOPLE } : { cards: [CARD] };
    return new Response(JSON.stringify(told));
  });
  HTMLElement.prototype.showPopover = () => {};
  HTMLElement.prototype.hidePopover = () => {};
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  Element.prototype.scrollIntoView = () => {};
});

afterEach(() => {
  closeEditors();
  vi.unstubAllGlobals();
});

describe("calling somebody by name", () => {
  const said: number[] = [];

  function writing(content = [p("Ask")]) {
    const calling = new Calling(on.slot("people-to-call"), on, (count) => said.push(count));
    const view = editor(content, on, [calling.plugin()]);
    view.coordsAtPos = () => ({ left: 0, right: 0, top: 0, bottom: 0 });
    return { calling, view };
  }

  const options = () => [...on.slot("people-to-call").querySelectorAll("[role=option]")];
  const press = (view: ReturnType<typeof editor>, key: string) =>
    view.someProp("handleKeyDown", (handle) => handle(view, new KeyboardEvent("keydown", { key })));

  it("offers colleagues after @ and makes a link of the one chosen", async () => {
    const { calling, view } = writing();
    type(view, " @so");
    await vi.waitFor(() => expect(calling.isOpen).toBe(true));
    expect(asked.at(-1)).toBe("/people?q=so");
    expect(options().map((option) => option.querySelector("b")?.textContent)).toEqual([
      "Sofiane Merabet",
      "Sophie Aubry",
    ]);
    press(view, "ArrowDown");
    expect(view.dom.getAttribute("aria-activedescendant")).toBe(options()[1]?.id);
    press(view, "Enter");
    expect(calling.isOpen).toBe(false);
    const words = view.state.doc.firstChild;
    expect(words?.textContent).toBe("Ask @Sophie Aubry\u00a0");
    expect(words?.child(1).marks[0]?.attrs).toEqual({ href: "/people/9/" });
    type(view, "now");
    expect(view.state.doc.firstChild?.lastChild?.marks).toEqual([]);
  });

  it("leaves what was typed when it is closed, and asks no more of that name", async () => {
    const { calling, view } = writing();
    type(view, " @so");
    await vi.waitFor(() => expect(calling.isOpen).toBe(true));
    press(view, "Escape");
    const before = asked.length;
    type(view, "f");
    await new Promise((done) => setTimeout(done, 200));
    expect(view.state.doc.firstChild?.textContent).toBe("Ask @sof");
    expect(calling.isOpen).toBe(false);
    expect(asked).toHaveLength(before);
  });

  it("takes an address of mail for what it is, and code for code", async () => {
    const { view } = writing([p("ada")]);
    type(view, "@example");
    const code = writing([{ type: "code_block", content: [{ type: "text", text: "x" }] } as never]);
    type(code.view, " @so");
    await new Promise((done) => setTimeout(done, 200));
    expect(asked).toEqual([]);
  });
});

describe("showing a conversation", () => {
  const settled = () => new Promise((done) => setTimeout(done, 200));

  it("offers the freshest at once, then what is typed, and puts the one chosen into the text", async () => {
    const view = editor([p("Before")], on);
    new CardDialog(on, view).open();
    await settled();
    const field = on.slot<HTMLInputElement>("card-field");
    field.value = "planning";
    field.dispatchEvent(new Event("input"));
    await settled();
    expect(asked).toEqual(["/find?cards=&q=", "/find?cards=&q=planning"]);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
    expect(view.state.doc.child(1).type.name).toBe("embed");
    expect(view.state.doc.child(1).attrs.url).toBe("/threads/12/");
    await vi.waitFor(() =>
      expect(view.dom.querySelector(".link-card__title")?.textContent).toBe("Le planning d’hiver"),
    );
    expect(view.dom.querySelector<HTMLElement>(".editor__thing")?.dataset.ours).toBe("true");
    expect(on.slot<HTMLDialogElement>("card-dialog").open).toBe(false);
  });

  it("says when nothing could be looked up", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("offline")));
    new CardDialog(on, editor([p("Before")], on)).open();
    await settled();
    expect(on.slot("card-note").textContent).toBe("Nothing could be looked up now. Try again.");
  });

  it("knows an address of this site, and takes it for a card where a site was asked for", () => {
    expect(pathOfOurs(`${location.origin}/threads/3/#m-7`)).toBe("/messages/7/");
    expect(pathOfOurs("/threads/3/")).toBe("/threads/3/");
    expect(pathOfOurs("//evil.example/threads/3/")).toBe("");
    expect(pathOfOurs(`${location.origin}.evil.example/threads/3/`)).toBe("");
    const view = editor([p("Before")], on);
    new EmbedDialog(on, view).open();
    const form = on.slot<HTMLFormElement>("embed-form");
    (form.elements.namedItem("url") as HTMLInputElement).value = `${location.origin}/threads/3/`;
    form.dispatchEvent(new Event("submit", { cancelable: true }));
    expect(view.state.doc.child(1).attrs.url).toBe("/threads/3/");
  });
});
