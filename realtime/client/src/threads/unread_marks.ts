const MOST_MESSAGES = 99;
const MOST_THREADS = 20;

/** Words with a number in them, as the page says them: one, several, more than can be counted. */
export interface Words {
  threads: [string, string, string];
  messages: [string, string, string];
}

/** The words for a number: `%s` stands for it. */
export function said(forms: [string, string, string], number: number, most: number): string {
  const [one, several, more] = forms;
  if (number > most) return more.replace("%s", String(most));
  const rule = new Intl.PluralRules(document.documentElement.lang || "en").select(number);
  return (rule === "one" ? one : several).replace("%s", String(number));
}

/** Show on every mark of a place how many of its conversations have something new. */
export function markSpace(id: number, number: number, words: Words): void {
  for (const row of document.querySelectorAll<HTMLElement>(`[data-unread-space="${id}"]`)) {
    row.dataset.unreadNumber = String(number);
    const told = said(words.threads, number, MOST_THREADS);
    const link = row.querySelector<HTMLElement>(".rail__item");
    link?.classList.toggle("rail__item--unread", number > 0);
    if (link) link.title = [link.dataset.name ?? "", ...(number > 0 ? [told] : [])].join(" · ");
    const dot = row.querySelector<HTMLElement>(".rail__dot");
    if (dot?.firstElementChild) dot.firstElementChild.textContent = told;
    if (dot) dot.hidden = number === 0;
  }
  const any = [...document.querySelectorAll<HTMLElement>("[data-unread-number]")].some(
    (row) => row.dataset.unreadNumber !== "0",
  );
  for (const dot of document.querySelectorAll<HTMLElement>("[data-unread-any]")) dot.hidden = !any;
}

/** Show wherever it stands how many conversations await the person; whether that is news to this page. */
export function markTurn(number: number): boolean {
  let isNews = false;
  for (const place of document.querySelectorAll<HTMLElement>("[data-turn-count]")) {
    const shown = place.querySelector("[data-turn-number]");
    if (!shown || shown.textContent === String(number)) continue;
    shown.textContent = String(number);
    place.hidden = number === 0;
    isNews = true;
  }
  return isNews;
}

/** Show on every row of a conversation how many of its messages are new. */
export function markThread(id: number, number: number, words: Words): void {
  for (const row of document.querySelectorAll<HTMLElement>(`[data-unread-thread="${id}"]`)) {
    row.toggleAttribute("data-unread", number > 0);
    const badge = row.querySelector<HTMLElement>("[data-slot=unread]");
    if (!badge) continue;
    badge.hidden = number === 0;
    const [shown, told] = badge.children;
    if (shown) shown.textContent = number > MOST_MESSAGES ? `${MOST_MESSAGES}+` : String(number);
    if (told) told.textContent = said(words.messages, number, MOST_MESSAGES);
  }
}
