import { beforeEach, describe, expect, it, vi } from "vitest";
import { place } from "./place.ts";

const rect = (left: number, top: number, width: number, height: number) =>
  ({ left, top, width, height, right: left + width, bottom: top + height }) as DOMRect;

function placed(anchor: DOMRect): [string, string] {
  const button = document.createElement("button");
  const box = document.createElement("div");
  vi.spyOn(button, "getBoundingClientRect").mockReturnValue(anchor);
  vi.spyOn(box, "getBoundingClientRect").mockReturnValue(rect(0, 0, 200, 300));
  place(box, button);
  return [box.style.insetInlineStart, box.style.insetBlockStart];
}

describe("a floating box, in a window of 1000 by 800", () => {
  beforeEach(() => {
    vi.spyOn(document.documentElement, "clientWidth", "get").mockReturnValue(1000);
    vi.spyOn(document.documentElement, "clientHeight", "get").mockReturnValue(800);
  });

  it("stands under its button", () => {
    expect(placed(rect(100, 50, 80, 40))).toEqual(["100px", "96px"]);
  });

  it("stands over it where there is more room", () => {
    expect(placed(rect(100, 700, 80, 40))).toEqual(["100px", "394px"]);
  });

  it("never leaves the window", () => {
    expect(placed(rect(950, 50, 40, 40))).toEqual(["792px", "96px"]);
  });
});
