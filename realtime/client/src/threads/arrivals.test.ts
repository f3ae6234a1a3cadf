import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Arrivals } from "./arrivals.ts";

const HIGH = 100;
const VIEW = 500;

describe("what arrives", () => {
  const list = document.createElement("ol");
  const scroller = document.createElement("div");
  const button = document.createElement("button");
  const line = document.createElement("template");
  line.innerHTML = "<li data-unread-line>New</li>";
  let arrivals: Arrivals;

  const at = (row: Element) => [...list.children].indexOf(row) * HIGH - scroller.scrollTop;
  const lineTop = () => at(list.querySelector("[data-unread-line]") as Element);
  const isAtEnd = () => list.children.length * HIGH - scroller.scrollTop <= VIEW;
  const whatStandsBelow = () => list.querySelector("[data-unread-line]")?.nextElementSibling?.id;

  function add(id: string): HTMLElement {
    const row = document.createElement("li");
    row.id = id;
    row.getBoundingClientRect = () => new DOMRect(0, at(row), 100, HIGH);
    list.append(row);
    return row;
  }

  function come(from: number, to: number) {
    for (let number = from; number <= to; number += 1) {
      const wasAtEnd = isAtEnd();
      arrivals.come(add(`m-${number}`), wasAtEnd);
    }
  }

  beforeEach(() => {
    list.replaceChildren();
    document.body.replaceChildren(list);
    Object.defineProperty(scroller, "scrollHeight", {
      configurable: true,
      get: () => list.children.length * HIGH,
    });
    let top = 0;
    Object.defineProperty(scroller, "scrollTop", {
      configurable: true,
      get: () => top,
      set: (wanted: number) => {
        top = Math.max(0, Math.min(wanted, list.children.length * HIGH - VIEW));
      },
    });
    scroller.getBoundingClientRect = () => new DOMRect(0, 0, 100, VIEW);
    const drawn = line.content.firstElementChild as Element;
    drawn.cloneNode = () => {
      const copy = document.createElement("li");
      copy.dataset.unreadLine = "";
      copy.getBoundingClientRect = () => new DOMRect(0, at(copy), 100, HIGH);
      return copy;
    };
    button.hidden = true;
    arrivals = new Arrivals({ list, scroller, line, button });
    for (let number = 0; number < 20; number += 1) add(`m-${number}`);
    scroller.scrollTop = scroller.scrollHeight;
  });

  afterEach(() => vi.restoreAllMocks());

  it("is followed while all of it is in sight", () => {
    come(20, 22);
    expect(isAtEnd()).toBe(true);
    arrivals.seen();
    come(23, 26);
    expect(isAtEnd()).toBe(true);
    expect(list.querySelector("[data-unread-line]")).toBeNull();
    expect(button.hidden).toBe(true);
  });

  it("is awaited where it begins when more than a screen comes at once", () => {
    come(20, 79);
    expect(whatStandsBelow()).toBe("m-20");
    expect(lineTop()).toBe(32);
    expect(button.hidden).toBe(false);
    expect(list.querySelectorAll("[data-unread-line]")).toHaveLength(1);
  });

  it("has a line above it when nobody looked", () => {
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    come(20, 21);
    expect(whatStandsBelow()).toBe("m-20");
    expect(isAtEnd()).toBe(true);
    come(22, 40);
    expect(lineTop()).toBe(32);
    expect(button.hidden).toBe(false);
  });

  it("has the line that stood elsewhere", () => {
    const stale = document.createElement("li");
    stale.dataset.unreadLine = "";
    list.children[3]?.before(stale);
    scroller.scrollTop = scroller.scrollHeight;
    come(20, 40);
    expect(list.querySelectorAll("[data-unread-line]")).toHaveLength(1);
    expect(whatStandsBelow()).toBe("m-20");
  });

  it("does not move one who reads further up", () => {
    scroller.scrollTop = 300;
    come(20, 40);
    expect(scroller.scrollTop).toBe(300);
    expect(button.hidden).toBe(false);
  });
});
