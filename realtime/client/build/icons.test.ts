// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listed, sprite } from "./icons.ts";

describe("the sprite", () => {
  it("holds every icon of the list, once", () => {
    const names = listed(readFileSync(new URL("../icons.txt", import.meta.url), "utf8"));
    const symbols = [...sprite(names).matchAll(/<symbol id="([^"]+)"/g)].map((match) => match[1]);
    expect(symbols).toEqual(names);
  });

  it("leaves the strokes to the place an icon stands in", () => {
    expect(sprite(["house"])).not.toMatch(/stroke|fill/);
  });

  it("draws an icon that Lucide has renamed", () => {
    expect(sprite(["home"])).toContain('<symbol id="home"');
  });

  it("refuses a name that Lucide does not have", () => {
    expect(() => sprite(["no-such-icon"])).toThrow('no icon named "no-such-icon"');
  });

  it("reads a list with remarks and doubles", () => {
    expect(listed("# frame\nx\n\nbell # of the inbox\nx\n")).toEqual(["bell", "x"]);
  });
});
