import { readFileSync } from "node:fs";
import lucide from "@iconify-json/lucide/icons.json" with { type: "json" };
import type { Plugin } from "vite";

type Drawings = Record<string, { body: string } | undefined>;

const drawings: Drawings = lucide.icons;
const aliases: Record<string, { parent: string } | undefined> = lucide.aliases;

/** The names in a list file: one a line, `#` begins a remark. */
export function listed(text: string): string[] {
  const names = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return [...new Set(names.filter(Boolean))].sort();
}

/** One `<symbol>` a name; throws on a name that Lucide does not have. */
export function sprite(names: string[]): string {
  const symbols = names.map((name) => {
    const drawing = drawings[name] ?? drawings[aliases[name]?.parent ?? ""];
    if (!drawing) throw new Error(`Lucide has no icon named "${name}" (icons.txt).`);
    return `<symbol id="${name}" viewBox="0 0 24 24">${inherited(drawing.body)}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Without the strokes of its own: an icon takes those of the place it stands in. */
function inherited(body: string): string {
  return body.replace(/ (stroke|stroke-width|stroke-linecap|stroke-linejoin|fill)="[^"]*"/g, "");
}

export function iconSprite(listFile: string): Plugin {
  return {
    name: "parvis:icons",
    buildStart() {
      this.addWatchFile(listFile);
    },
    generateBundle() {
      const source = sprite(listed(readFileSync(listFile, "utf8")));
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}
