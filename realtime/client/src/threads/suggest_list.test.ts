import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Choice, SuggestList } from "./suggest_list.ts";

const choice = (name: string): Choice => ({
  id: name,
  words: `@${name}`,
  name,
  about: "",
  face: document.createElement("i"),
});

describe("a list beside a field", () => {
  let field: HTMLTextAreaElement;
  let chosen: string[];
  let list: SuggestList;
  const key = (name: string) => list.keyed(new KeyboardEvent("keydown", { key: name }));
  const options = () => [...document.querySelectorAll<HTMLElement>("[role=option]")];
  const current = () =>
    options().find(
      (option) => option.ariaSelected === "true" || option.getAttribute("aria-selected") === "true",
    );

  beforeEach(() => {
    document.body.innerHTML = "<textarea></textarea>";
    field = document.querySelector("textarea") as HTMLTextAreaElement;
    chosen = [];
    let open = false;
    vi.spyOn(HTMLElement.prototype, "matches").mockImplementation(() => open);
    HTMLElement.prototype.showPopover = () => {
      open = true;
    };
    HTMLElement.prototype.hidePopover = () => {
      open = false;
    };
    Element.prototype.scrollIntoView = () => {};
    list = new SuggestList(field, { label: "Suggestions", offered: "%s offered" }, ({ words }) =>
      chosen.push(words),
    );
  });

  it("is walked by arrows, round and round, while the field keeps the focus", () => {
    list.show([choice("Ana"), choice("Bob")]);
    expect(field.getAttribute("aria-activedescendant")).toBe(current()?.id);
    expect(current()?.textContent).toBe("Ana");
    key("ArrowDown");
    expect(current()?.textContent).toBe("Bob");
    key("ArrowDown");
    expect(current()?.textContent).toBe("Ana");
    key("ArrowUp");
    expect(current()?.textContent).toBe("Bob");
  });

  it.each(["Enter", "Tab"])("chooses with %s", (name) => {
    list.show([choice("Ana"), choice("Bob")]);
    expect(key(name)).toBe(true);
    expect(chosen).toEqual(["@Ana"]);
    expect(list.isOpen).toBe(false);
  });

  it("closes with Escape and then leaves the keys alone", () => {
    list.show([choice("Ana")]);
    expect(key("Escape")).toBe(true);
    expect(list.isOpen).toBe(false);
    expect(key("Enter")).toBe(false);
    expect(chosen).toEqual([]);
  });

  it("chooses what is touched and keeps the focus in the field", () => {
    list.show([choice("Ana"), choice("Bob")]);
    const press = new Event("pointerdown", { bubbles: true, cancelable: true });
    options()[1]?.dispatchEvent(press);
    options()[1]?.click();
    expect(press.defaultPrevented).toBe(true);
    expect(chosen).toEqual(["@Bob"]);
  });

  it("says how many there are, and lets Enter send where only a note is shown", () => {
    list.show([choice("Ana")]);
    expect(document.querySelector("[role=status]")?.textContent?.trim()).toBe("1 offered");
    list.show([], "Jean does not see it");
    expect(list.isOpen).toBe(true);
    expect(key("Enter")).toBe(false);
  });

  it("is not shown with nothing to choose or to say", () => {
    list.show([]);
    expect(list.isOpen).toBe(false);
  });
});
