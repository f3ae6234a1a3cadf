/** Say of a `<relative-time>` when it was: what it counts from, what it says without its script, and its hint. */
export function setMoment(element: Element | null, at: string): void {
  if (!element) return;
  const moment = new Date(at);
  element.setAttribute("datetime", at);
  element.setAttribute("title", written(moment, { dateStyle: "long" }));
  element.textContent = written(moment, { dateStyle: "short" });
}

function written(moment: Date, day: Intl.DateTimeFormatOptions): string {
  const { lang } = document.documentElement;
  const timeZone = document.documentElement.getAttribute("time-zone") ?? undefined;
  const date = moment.toLocaleDateString(lang, { ...day, timeZone });
  return `${date} ${moment.toLocaleTimeString(lang, { timeStyle: "short", timeZone })}`;
}
