import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** The part of a chunk that is looked at here. */
export interface Chunk {
  type: "chunk" | "asset";
  fileName: string;
  code?: string;
  imports?: string[];
  facadeModuleId?: string | null;
  moduleIds?: string[];
}

/** What a chunk brings with it that the main one did not bring already. */
export function brought(chunks: Record<string, Chunk>, first: string, before: string): string[] {
  const had = new Set(closure(chunks, before));
  return closure(chunks, first).filter((name) => !had.has(name));
}

/** Bytes over the wire. */
export function gzipped(chunks: Record<string, Chunk>, names: string[]): number {
  return names.reduce((sum, name) => sum + gzipSync(chunks[name]?.code ?? "").length, 0);
}

function closure(chunks: Record<string, Chunk>, first: string): string[] {
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of chunks[name]?.imports ?? []) add(next);
  };
  add(first);
  return [...found];
}

function chunkOf(chunks: Record<string, Chunk>, module: string): Chunk {
  const chunk = Object.values(chunks).find(
    ({ type, moduleIds }) => type === "chunk" && moduleIds?.some((id) => id.endsWith(module)),
  );
  if (!chunk) throw new Error(`No chunk holds ${module}.`);
  return chunk;
}

/** Stops the build when what `module` brings is more than `most` bytes, or is on every page. */
export function budget(module: string, main: string, most: number): Plugin {
  return {
    name: "parvis:budget",
    generateBundle(_, bundle) {
      const chunks = bundle as Record<string, Chunk>;
      const first = chunkOf(chunks, module);
      const names = brought(chunks, first.fileName, chunkOf(chunks, main).fileName);
      if (!names.includes(first.fileName)) this.error(`${module} is on every page.`);
      const bytes = gzipped(chunks, names);
      this.info(`${module} brings ${(bytes / 1000).toFixed(1)} kB gzipped, of ${most / 1000}`);
      if (bytes > most) this.error(`${module} brings ${bytes} bytes gzipped, more than ${most}.`);
    },
  };
}
