import { hasKeyboard } from "../lib/keyboard.ts";
import { place } from "../lib/place.ts";
import { searchOf, walkByArrows } from "./walk.ts";

type Chosen = CustomEvent<{ unicode?: string }>;

export const languages = {
  fr: async () => ({
    i18n: (await import("emoji-picker-element/i18n/fr")).default,
    data: (await import("emoji-picker-element-data/fr/emojibase/data.json?url")).default,
  }),
  en: async () => ({
    i18n: (await import("emoji-picker-element/i18n/en")).default,
    data: (await import("emoji-picker-element-data/en/emojibase/data.json?url")).default,
  }),
};

/**
 * Let the person choose an emoji beside `anchor`; null when they close without choosing. The focus is in the picker
 * meanwhile, and then at `back`, unless the person put it elsewhere.
 */
export async function chooseEmoji(
  anchor: Element,
  back: HTMLElement | SVGElement = anchor as HTMLElement,
): Promise<string | null> {
  const box = document.createElement("div");
  box.className = "picker";
  box.popover = "auto";
  box.tabIndex = -1;
  const made = await picker();
  box.append(made);
  document.body.append(box);
  box.showPopover();
  place(box, anchor);
  walkByArrows(made);
  const before = document.activeElement;
  ((hasKeyboard() && searchOf(made.shadowRoot)) || box).focus();
  anchor.setAttribute("aria-expanded", "true");
  return new Promise((resolve) => {
    let chosen: string | null = null;
    box.addEventListener("emoji-click", (event) => {
      chosen = (event as Chosen).detail.unicode ?? null;
      box.hidePopover();
    });
    box.addEventListener("toggle", (event) => {
      if ((event as ToggleEvent).newState !== "closed") return;
      const { activeElement: at, body } = document;
      if (box.contains(at) || at === body || at === before) back.focus();
      anchor.setAttribute("aria-expanded", "false");
      box.remove();
      resolve(chosen);
    });
  });
}

async function picker(): Promise<HTMLElement> {
  const locale = document.documentElement.lang.startsWith("fr") ? "fr" : "en";
  const [{ default: Picker }, { i18n, data }] = await Promise.all([
    import("emoji-picker-element/picker"),
    languages[locale](),
  ]);
  return new Picker({ locale, i18n, dataSource: data });
}
