// @vitest-environment node
import { describe, expect, it } from "vitest";
import { brought, budget, type Chunk, gzipped } from "./budget.ts";

const chunk = (
  fileName: string,
  imports: string[],
  code = "",
  moduleIds: string[] = [],
): Chunk => ({
  type: "chunk",
  fileName,
  imports,
  code,
  moduleIds,
});
const chunks = {
  "main.js": chunk("main.js", ["shared.js"], "", ["/src/main.ts"]),
  "shared.js": chunk("shared.js", []),
  "editing.js": chunk("editing.js", ["shared.js", "copy.js"], "", ["/src/editing.ts"]),
  "copy.js": chunk("copy.js", ["yjs.js"], noise(4_000)),
  "yjs.js": chunk("yjs.js", ["copy.js"], noise(4_000)),
};

/** Letters that do not compress away. */
function noise(length: number): string {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (seed % 90));
  }).join("");
}

function run(most: number, bundle: Record<string, Chunk> = chunks): string {
  const said: string[] = [];
  const context = {
    info: (words: string) => said.push(words),
    error: (words: string) => {
      throw new Error(words);
    },
  };
  const { generateBundle } = budget("/src/editing.ts", "/src/main.ts", most);
  (generateBundle as (this: unknown, options: unknown, bundle: unknown) => void).call(
    context,
    {},
    bundle,
  );
  return said.join("\n");
}

describe("the budget of the editor", () => {
  it("counts what the editor brings, and not what every page has", () => {
    expect(brought(chunks, "editing.js", "main.js").sort()).toEqual([
      "copy.js",
      "editing.js",
      "yjs.js",
    ]);
    expect(gzipped(chunks, ["copy.js", "yjs.js"])).toBeGreaterThan(6_000);
  });

  it("says how much that is", () => {
    expect(run(100_000)).toMatch(/brings \d+\.\d kB gzipped, of 100/);
  });

  it("stops a build that brings more", () => {
    expect(() => run(5_000)).toThrow("more than 5000");
  });

  it("stops a build in which the editor is on every page", () => {
    const main = chunk("main.js", ["editing.js"], "", ["/src/main.ts"]);
    expect(() => run(100_000, { ...chunks, "main.js": main })).toThrow("on every page");
  });
});
