import type { State } from "./client.ts";

const GRACE = 2_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the sentence that the page holds for this state; a short interruption shows none. */
export function showBanner(state: State): void {
  clearTimeout(timer);
  timer = setTimeout(() => reveal(state), state === "offline" ? GRACE : 0);
}

function reveal(state: State): void {
  for (const banner of document.querySelectorAll<HTMLElement>("[data-live-banner]")) {
    banner.hidden = banner.dataset.liveBanner !== state;
  }
}
