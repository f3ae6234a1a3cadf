import type { StateChanged } from "./events.ts";

/** Show how a thread stands now: its chips and acts, the answer kept, what can be written. */
export function showState(thread: HTMLElement, told: StateChanged): void {
  thread.dataset.state = told.state;
  for (const part of document.querySelectorAll<HTMLElement>("[data-when]")) {
    const states = part.dataset.when?.split(" ") ?? [];
    part.hidden = !states.includes(told.state) && !isBeingWritten(part);
  }
  for (const row of thread.querySelectorAll<HTMLElement>("li[data-id]")) {
    for (const sign of row.querySelectorAll<HTMLButtonElement>(".reaction"))
      sign.disabled = !takesPart(row);
  }
  for (const reason of thread.querySelectorAll(".thread__foot [data-slot=reason]"))
    reason.textContent = told.reason;
  showAnswer(thread, told.answer);
}

/** Show whether everybody answers an announcement or those who run its space alone, who always see the composer. */
export function showAnswers(thread: HTMLElement, isOneWay: boolean): void {
  if (thread.dataset.answers) thread.dataset.answers = isOneWay ? "some" : "all";
  for (const chip of document.querySelectorAll<HTMLElement>("[data-one-way]"))
    chip.hidden = (chip.dataset.oneWay === "yes") !== isOneWay;
}

/** Whether the reader may leave a sign on the message of a row: they could at all, and its thread is not over. */
export function takesPart(row: HTMLElement): boolean {
  const state = row.closest<HTMLElement>(".thread")?.dataset.state ?? "";
  return Boolean(row.querySelector("[data-slot=sign-act]")) && !/^(closed|withdrawn)$/.test(state);
}

/** Words that are not sent yet stay in sight, whatever happens to the thread. */
function isBeingWritten(part: HTMLElement): boolean {
  return Boolean(part.querySelector<HTMLTextAreaElement>("textarea[name=body]")?.value.trim());
}

function showAnswer(thread: HTMLElement, answer: StateChanged["answer"]): void {
  const panel = thread.querySelector<HTMLElement>(".accepted");
  if (!panel) return;
  panel.hidden = !answer;
  fill(panel, "author", answer?.author ?? "");
  fill(panel, "words", answer?.excerpt ?? "");
  panel.querySelector("[data-slot=jump]")?.setAttribute("href", `/messages/${answer?.id ?? 0}/`);
  for (const row of thread.querySelectorAll<HTMLElement>("li[data-id]"))
    showKept(row, Number(row.dataset.id) === answer?.id);
}

function showKept(row: HTMLElement, isKept: boolean): void {
  row.classList.toggle("message--accepted", isKept);
  press(row, "accept-act", isKept);
}

/** Show whether a message is said aside. */
export function showAside(row: HTMLElement, isAside: boolean): void {
  row.classList.toggle("message--aside", isAside);
  press(row, "aside-act", isAside);
}

/** A button that is pressed takes back what it said. */
function press(row: HTMLElement, act: string, isPressed: boolean): void {
  const button = row.querySelector<HTMLButtonElement>(`[data-slot="${act}"] button`);
  button?.setAttribute("aria-pressed", String(isPressed));
  if (button) button.value = isPressed ? "no" : "yes";
}

function fill(panel: HTMLElement, name: string, words: string): void {
  const place = panel.querySelector(`[data-slot="${name}"]`);
  if (place) place.textContent = words;
}

/** Whether somebody else than `asker` has answered in these rows. */
export function isAnswered(rows: HTMLElement[], asker: number): boolean {
  return rows.some(
    ({ dataset, classList }) =>
      dataset.id &&
      dataset.author &&
      Number(dataset.author) !== asker &&
      !classList.contains("message--aside") &&
      !classList.contains("message--deleted"),
  );
}
