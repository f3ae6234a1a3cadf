import { setMoment } from "../lib/moment.ts";
import type { TraceLeft } from "./events.ts";

/** A trace among the messages, as the server would draw it: a copy of the mold of its kind, filled. */
export function drawTrace(
  molds: HTMLTemplateElement,
  trace: TraceLeft,
  seq: number,
  former: string,
): HTMLElement | null {
  const mold = molds.content.querySelector<HTMLElement>(`[data-trace="${trace.kind}"]`);
  if (!mold) return null;
  const row = mold.cloneNode(true) as HTMLElement;
  row.id = `t-${seq}`;
  row.dataset.seq = String(seq);
  row.dataset.at = trace.at;
  fill(row, "by", trace.by || former);
  fill(row, "reason", trace.reason).hidden = !trace.reason;
  setMoment(row.querySelector("relative-time"), trace.at);
  answer(row, trace);
  count(row, trace);
  other(row, trace);
  return row;
}

function part(row: HTMLElement, name: string): HTMLElement | null {
  return row.querySelector<HTMLElement>(`[data-slot="${name}"]`);
}

function fill(row: HTMLElement, name: string, words: string): HTMLElement {
  const place = part(row, name) ?? document.createElement("span");
  place.textContent = words;
  return place;
}

function answer(row: HTMLElement, trace: TraceLeft): void {
  const place = part(row, "answer");
  if (trace.message === null) place?.remove();
  else place?.querySelector("a")?.setAttribute("href", `/messages/${trace.message}/`);
}

function count(row: HTMLElement, trace: TraceLeft): void {
  const place = part(row, "count");
  if (!place) return;
  const { one = "", many = "" } = place.dataset;
  place.textContent = trace.count === 1 ? one : many.replace("%s", String(trace.count));
}

/** The other conversation, named where everybody here sees it; without a link where it is gone. */
function other(row: HTMLElement, trace: TraceLeft): void {
  const place = part(row, "other");
  if (!place) return;
  place.textContent = trace.other?.title || (place.dataset.unnamed ?? "");
  if (trace.other) place.setAttribute("href", `/threads/${trace.other.id}/`);
  else place.removeAttribute("href");
}
