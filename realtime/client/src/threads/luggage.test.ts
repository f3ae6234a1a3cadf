import { beforeEach, describe, expect, it, vi } from "vitest";
import { Luggage } from "./luggage.ts";

const WORDS = {
  units: ["B", "KB", "MB"],
  most: 2,
  largest: 10,
  tooLarge: "Too large.",
  tooMany: "Ten at most.",
  remove: "Remove %s",
};
const CHIP = `<li class="upload"><span class="upload__sign"></span><span class="upload__name"></span>
  <span class="upload__about" role="status"></span><progress max="1" value="0"></progress>
  <button type="button" data-act="retry" hidden></button><button type="button" data-act="remove"></button></li>`;

const refuse = vi.hoisted(() => ({ reasons: [] as string[] }));
vi.mock("./uploading.ts", async (original) => {
  const real = await original<typeof import("./uploading.ts")>();
  return {
    ...real,
    bring: async (_: string, { name, size }: File) => {
      const reason = refuse.reasons.shift();
      if (reason) throw new real.NotBrought("refused", reason);
      return { token: name, name, size, preview: "" };
    },
  };
});

let list: HTMLElement;
let luggage: Luggage;
const file = (name: string, size = 4) => new File(["x".repeat(size)], name);
const told = () =>
  [...list.children].map((chip) => chip.querySelector("[role=alert]")?.textContent ?? "-");
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  const mold = document.createElement("template");
  mold.innerHTML = CHIP;
  list = document.createElement("ul");
  list.dataset.words = JSON.stringify(WORDS);
  luggage = new Luggage(list, mold, () => undefined);
});

describe("files that are refused", () => {
  it("say why, each for itself, whoever refused them", async () => {
    refuse.reasons = ["Not of a kind we take."];
    luggage.add([file("a.toml"), file("big.pdf", 11), file("b.pdf"), file("c.pdf")]);
    await settle();
    expect(told()).toEqual([
      "a.toml: Not of a kind we take.",
      "big.pdf: Too large.",
      "-",
      "c.pdf: Ten at most.",
    ]);
  });

  it("keep nothing from going, and can be read until they are removed", async () => {
    luggage.add([file("big.pdf", 11), file("b.pdf")]);
    await settle();
    expect(luggage.isReady).toBe(true);
    expect(luggage.carried.map(({ name }) => name)).toEqual(["b.pdf"]);
    luggage.empty();
    expect(told()).toEqual(["big.pdf: Too large."]);
    list.querySelector<HTMLElement>("[data-act=remove]")?.click();
    expect(list.children).toHaveLength(0);
    expect(list.hidden).toBe(true);
  });
});
