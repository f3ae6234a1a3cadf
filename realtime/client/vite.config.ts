import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { budget } from "./build/budget.ts";
import { emojiPickerWithoutInlineStyle } from "./build/emoji-picker.ts";
import { iconSprite } from "./build/icons.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: false,
  resolve: {
    alias: {
      "@coedit": here("../../cms/coedit"),
      "@fonts": here("./node_modules/@fontsource-variable"),
      "@styles": here("../../intranet/styles"),
    },
  },
  plugins: [
    iconSprite(here("./icons.txt")),
    emojiPickerWithoutInlineStyle(),
    budget("/src/pages/editing.ts", "/src/main.ts", 160_000),
  ],
  build: {
    outDir: here("../../intranet/static/build"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: here("./src/main.ts"), checks: { eval: false } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts", "build/**/*.test.ts"],
  },
});
