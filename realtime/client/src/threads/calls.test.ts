import { describe, expect, it } from "vitest";
import { rank } from "../emoji/words.ts";
import { address, editable, spoken } from "./calls.ts";
import { triggerAt } from "./trigger.ts";

describe("a call in words", () => {
  it("is read as a name", () => {
    expect(spoken("Et @[Claire Morvan](person:12) ? @[Atelier 2](team:3)")).toBe(
      "Et @Claire Morvan ? @Atelier 2",
    );
    expect(spoken("[@lien](https://a.example) @[x](autre:1)")).toBe(
      "[@lien](https://a.example) @[x](autre:1)",
    );
  });

  it("is edited as a name where the server finds the person again", () => {
    expect(editable("@[Claire Morvan](person:12) @[Agnès](guest:7)")).toBe("@Claire Morvan @Agnès");
    expect(editable("@[Atelier 2](team:3)")).toBe("@[Atelier 2](team:3)");
    expect(editable("@[Ana (intérim)](person:4)")).toBe("@[Ana (intérim)](person:4)");
  });

  it("stands out for whoever is called and leads colleagues to a person", () => {
    const body = document.createElement("div");
    body.innerHTML =
      '<span class="mention" data-mention="person:12">@Claire</span>' +
      '<span class="mention" data-mention="guest:7">@Agnès</span>' +
      '<span class="mention" data-mention="team:12">@Atelier</span>';
    address(body, 12, "/people/");
    expect(body.innerHTML).toBe(
      '<a class="mention mention--me" data-mention="person:12" href="/people/12/">@Claire</a>' +
        '<span class="mention" data-mention="guest:7">@Agnès</span>' +
        '<span class="mention" data-mention="team:12">@Atelier</span>',
    );
  });

  it("leads a guest nowhere", () => {
    const body = document.createElement("div");
    body.innerHTML = '<span class="mention" data-mention="person:12">@Claire</span>';
    address(body, 7, "");
    expect(body.innerHTML).toBe('<span class="mention" data-mention="person:12">@Claire</span>');
  });
});

describe("what asks for a list", () => {
  const typed = (words: string) => {
    const found = triggerAt(words, words.length);
    return found && `${found.sign}${found.typed}`;
  };

  it.each([
    ["@", "@"],
    ["Bonjour @cla", "@cla"],
    ["(@Éli", "@Éli"],
    ["l’avis d’@Anne-Laure Le G", "@Anne-Laure Le G"],
    ["un :caf", ":caf"],
    [":été", ":été"],
  ])("%s", (words, found) => expect(typed(words)).toBe(found));

  it.each([
    "moi@exemple",
    "@Claire, et",
    "`@cla",
    "```\n@cla",
    "10:30",
    "voir :",
    ":c",
    "http://x",
    "@[Claire](person:1)",
    "@ Claire",
  ])("%s asks for nothing", (words) => expect(typed(words)).toBeNull());

  it("knows where it stands in the field", () => {
    expect(triggerAt("a @cl b", 5)).toEqual({ sign: "@", typed: "cl", start: 2, end: 5 });
  });
});

describe("emoji by their words", () => {
  const entries = [
    { emoji: "🥐", annotation: "croissant", tags: ["petit déjeuner", "café"] },
    { emoji: "☕", annotation: "café", tags: ["boisson chaude"] },
    { emoji: "🎉", annotation: "cotillons", tags: ["fête"], shortcodes: ["tada"] },
    { emoji: "🏭", annotation: "usine", tags: ["cafétéria"] },
  ];

  it("puts the exact one first, accents or not", () => {
    expect(rank(entries, "cafe", 8).map(({ emoji }) => emoji)).toEqual(["☕", "🥐", "🏭"]);
    expect(rank(entries, "Café", 1)).toEqual([{ emoji: "☕", name: "café" }]);
  });

  it("knows shortcodes and the beginnings of words", () => {
    expect(rank(entries, "tada", 8)[0]?.emoji).toBe("🎉");
    expect(rank(entries, "déj", 8)[0]?.emoji).toBe("🥐");
    expect(rank(entries, "zzz", 8)).toEqual([]);
  });
});
