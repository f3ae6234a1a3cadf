import { place } from "../lib/place.ts";

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

/** Let the person choose an emoji beside `anchor`; null when they close without choosing. */
export async function chooseEmoji(anchor: Element): Promise<string | null> {
  const box = document.createElement("div");
  box.className = "picker";
  box.popover = "auto";
  box.append(await picker());
  document.body.append(box);
  box.showPopover();
  place(box, anchor);
  return new Promise((resolve) => {
    let chosen: string | null = null;
    box.addEventListener("emoji-click", (event) => {
      chosen = (event as Chosen).detail.unicode ?? null;
      box.hidePopover();
    });
    box.addEventListener("toggle", (event) => {
      if ((event as ToggleEvent).newState !== "closed") return;
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
