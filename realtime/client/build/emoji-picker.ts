import type { Plugin } from "vite";

/** What our content policy would refuse in the library, and what says the same within it. */
const changes: [string, string][] = [
  [
    "this.shadowRoot.appendChild(style);",
    "const sheet = new CSSStyleSheet(); sheet.replaceSync(style.textContent); this.shadowRoot.adoptedStyleSheets = [sheet];",
  ],
  [
    "targetNode.setAttribute(attributeName, newValue);",
    'if (attributeName === "style") targetNode.style.cssText = newValue; else targetNode.setAttribute(attributeName, newValue);',
  ],
];

/** Throws when the library no longer holds a passage we know how to change. */
export function withoutInlineStyle(code: string): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`emoji-picker-element has changed: no "${from}".`);
    return text.replace(from, to);
  }, code);
}

export function emojiPickerWithoutInlineStyle(): Plugin {
  return {
    name: "parvis:emoji-picker",
    transform(code, id) {
      if (!/emoji-picker-element\/picker\.js$/.test(id)) return null;
      return { code: withoutInlineStyle(code), map: null };
    },
  };
}
