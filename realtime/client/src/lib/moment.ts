/** Say of a `<relative-time>` when it was: what it counts from, what it says without its script, and its hint. */
export function setMoment(element: Element | null, at: string): void {
  if (!element) return;
  const moment = new Date(at);
  element.setAttribute("datetime", at);
  element.setAttribute("title", exact(moment, "long"));
  element.textContent = exact(moment, "short");
}

/** The day of a moment in words, as the server says it: "2 March 2026". */
export function longDay(moment: Date): string {
  return written(moment, "long");
}

function exact(moment: Date, style: "long" | "short"): string {
  const time = moment.toLocaleTimeString(locale(), { timeStyle: "short", timeZone: zone() });
  return isEnglish() ? `${longDay(moment)}, ${time}` : `${written(moment, style)} ${time}`;
}

function written(moment: Date, dateStyle: "long" | "short"): string {
  return moment.toLocaleDateString(locale(), { dateStyle, timeZone: zone() });
}

function isEnglish(): boolean {
  return document.documentElement.lang === "en";
}

/** English is written as the house writes it (`intranet/formats/en`), the day first and 24 hours. */
function locale(): string {
  return isEnglish() ? "en-GB" : document.documentElement.lang;
}

/** The person's own time zone, as the page says it. */
export function zone(): string | undefined {
  return document.documentElement.getAttribute("time-zone") ?? undefined;
}
