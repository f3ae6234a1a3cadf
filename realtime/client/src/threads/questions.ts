import { setMoment } from "../lib/moment.ts";
import type { QuestionHidden, QuestionShown } from "./events.ts";

const ORDER = ["answering", "shortlisted", "asked", "answered", "set_aside", "hidden"];
const STAGE = ["answering", "shortlisted"]; // what the room reads

export const isOnStage = (question: QuestionShown): boolean => STAGE.includes(question.state);

/** A row for a question, from the mold: its addresses name question 0. What `me` asked is theirs. */
export function drawQuestion(
  mold: HTMLTemplateElement,
  question: QuestionShown,
  me: number,
): HTMLElement {
  const row = mold.content.firstElementChild?.cloneNode(true) as HTMLElement;
  row.id = `q-${question.id}`;
  row.dataset.question = String(question.id);
  row.dataset.at = question.asked_at;
  for (const name of ["action", "href"])
    for (const part of row.querySelectorAll(`[${name}]`)) {
      const address = part.getAttribute(name) ?? "";
      part.setAttribute(name, address.replace("/0/", `/${question.id}/`));
    }
  setMoment(row.querySelector("relative-time"), question.asked_at);
  part(row, question.author ? "nobody" : "author")?.remove();
  const isMine = question.author?.id === me;
  if (isMine) row.dataset.own = "";
  part(row, isMine ? "report" : "own")?.remove();
  return row;
}

/** Show how a question is now. */
export function fillQuestion(row: HTMLElement, question: QuestionShown): void {
  row.dataset.state = question.state;
  row.dataset.supports = String(question.supports);
  write(row, "body", question.body);
  write(row, "supports", String(question.supports));
  explain(row, question.reason);
  const reworded = part(row, "reworded");
  if (reworded) reworded.hidden = !question.edited_at;
  rewrite(row, question.body);
  if (question.author?.name) write(row, "author", question.author.name);
}

/** Show that a question is hidden, and why; its words stay with those who may still read them. */
export function hideQuestion(row: HTMLElement, hidden: QuestionHidden, mayRead: boolean): void {
  row.dataset.state = "hidden";
  if (!mayRead) write(row, "body", "");
  explain(row, hidden.reason);
}

/** What is answered now, the shortlist, then by support and time; what is over comes last, what is hidden after it. */
export function inOrder(rows: HTMLElement[]): HTMLElement[] {
  return [...rows].sort(
    ({ dataset: a }, { dataset: b }) =>
      ORDER.indexOf(a.state ?? "") - ORDER.indexOf(b.state ?? "") ||
      Number(b.supports) - Number(a.supports) ||
      Date.parse(a.at ?? "") - Date.parse(b.at ?? "") ||
      Number(a.question) - Number(b.question),
  );
}

/** A button that is pressed takes back what it said. */
export function press(button: HTMLButtonElement, isPressed: boolean): void {
  button.setAttribute("aria-pressed", String(isPressed));
  button.value = isPressed ? "no" : "yes";
}

/** What its author would change; what they are writing stays. */
function rewrite(row: HTMLElement, body: string): void {
  const box = part(row, "words") as HTMLTextAreaElement | null;
  if (!box) return;
  const written = box.closest("details")?.open ? box.value : body;
  box.defaultValue = body;
  box.value = written;
}

function explain(row: HTMLElement, why: string): void {
  write(row, "reason", why);
  const reason = part(row, "reason");
  if (reason) reason.hidden = !why;
}

function part(row: HTMLElement, name: string): HTMLElement | null {
  return row.querySelector<HTMLElement>(`[data-slot="${name}"]`);
}

function write(row: HTMLElement, name: string, words: string): void {
  const place = part(row, name);
  if (place) place.textContent = words;
}
