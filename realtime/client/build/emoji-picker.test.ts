// @vitest-environment node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { withoutInlineStyle } from "./emoji-picker.ts";

const picker = fileURLToPath(
  new URL("../node_modules/emoji-picker-element/picker.js", import.meta.url),
);

it("leaves no inline style in the picker that we ship", () => {
  const code = withoutInlineStyle(readFileSync(picker, "utf8"));
  expect(code).toContain("adoptedStyleSheets");
  expect(code).not.toContain("this.shadowRoot.appendChild(style)");
});

it("stops the build when the library has changed", () => {
  expect(() => withoutInlineStyle("export class Picker {}")).toThrow("has changed");
});
