import { afterEach, expect, it } from "vitest";
import { saying } from "./saying.ts";

afterEach(() => {
  document.head.innerHTML = "";
});

it("sets the colon as the language of the page does", () => {
  document.head.innerHTML = '<meta name="saying" content="%1\u00A0: %2">';

  expect(saying("Nadia", "Bonjour.")).toBe("Nadia\u00A0: Bonjour.");
});

it("takes what is said for words, whatever they hold", () => {
  expect(saying("100 %2", "$& %1")).toBe("100 %2: $& %1");
});
