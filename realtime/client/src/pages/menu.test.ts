import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Desk } from "./desk.ts";
import { InsertMenu } from "./menu.ts";
import { closeEditors, desk, editor, type } from "./testing.ts";

const words = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });

describe("the list of what can be put into a text", () => {
  let on: Desk;
  let ran: string[];
  let said: number[];

  beforeEach(() => {
    on = desk();
    ran = [];
    said = [];
    HTMLElement.prototype.showPopover = () => {};
    HTMLElement.prototype.hidePopover = () => {};
    Element.prototype.scrollIntoView = () => {};
  });

  afterEach(closeEditors);

  function writing(content: object[] = [words("Before")]) {
    const menu = new InsertMenu(
      on.slot("insert"),
      (command) => ran.push(command),
      (count) => said.push(count),
    );
    const view = editor(content, on, [menu.plugin()]);
    view.coordsAtPos = () => ({ left: 0, right: 0, top: 0, bottom: 0 });
    const press = (key: string) =>
      view.someProp("handleKeyDown", (handle) =>
        handle(view, new KeyboardEvent("keydown", { key })),
      );
    return { menu, view, press };
  }

  const shown = () =>
    [...on.slot("insert").querySelectorAll<HTMLElement>("[role=option]:not([hidden]) b")].map(
      (name) => name.textContent,
    );

  it("opens after a slash, follows what is typed, and takes it away with the choice", () => {
    const { menu, view, press } = writing();
    type(view, " /tab");
    expect(menu.isOpen).toBe(true);
    expect(shown()[0]).toBe("Table");
    expect(said.at(-1)).toBe(shown().length);
    press("Enter");
    expect(ran).toEqual(["table"]);
    expect(view.state.doc.textContent).toBe("Before ");
    expect(menu.isOpen).toBe(false);
  });

  it("walks with the arrows, and around", () => {
    const { view, press } = writing();
    type(view, " /call");
    const first = view.dom.getAttribute("aria-activedescendant");
    press("ArrowUp");
    expect(view.dom.getAttribute("aria-activedescendant")).not.toBe(first);
    press("ArrowDown");
    expect(view.dom.getAttribute("aria-activedescendant")).toBe(first);
  });

  it("leaves what was typed when it is closed, and where nothing answers", () => {
    const { menu, view, press } = writing();
    type(view, " /tab");
    press("Escape");
    type(view, "x");
    expect(menu.isOpen).toBe(false);
    expect(view.state.doc.textContent).toBe("Before /tabx");
    type(view, " /zzzz");
    expect(menu.isOpen).toBe(false);
    expect(press("Enter") ?? false).not.toBe(false);
    expect(ran).toEqual([]);
  });

  it("opens in no heading, in no code and in the middle of no word", () => {
    const heading = {
      type: "heading",
      attrs: { level: 2 },
      content: [{ type: "text", text: "H" }],
    };
    const { menu, view } = writing([heading]);
    type(view, " /tab");
    expect(menu.isOpen).toBe(false);
    const other = writing([words("and")]);
    type(other.view, "/or");
    expect(other.menu.isOpen).toBe(false);
  });

  it("opens under its button before anything was typed, and runs what is chosen there", () => {
    const { menu } = writing();
    const button = document.createElement("button");
    document.body.append(button);
    menu.openAt(button);
    expect(menu.isOpen).toBe(true);
    on.slot("insert").querySelector<HTMLElement>('[data-command="table"]')?.click();
    expect(ran).toEqual(["table"]);
    expect(menu.isOpen).toBe(false);
  });
});
