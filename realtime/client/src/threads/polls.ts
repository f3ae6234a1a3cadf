import type { Author, MessagePosted, OptionChosen, PollChanged, PollShown } from "./events.ts";

/** What is said of polls and of help: the answers of a sense check by code, `guest` and `former`. */
export type PollWords = Record<string, string>;

/** The poll of a message as the server draws it, from its mold. */
export function drawPoll(
  mold: HTMLTemplateElement,
  { id, author }: MessagePosted,
  poll: PollShown,
  me: number,
  words: PollWords,
): HTMLElement {
  const section = mold.content.firstElementChild?.cloneNode(true) as HTMLElement;
  section.dataset.kind = poll.kind;
  const kept = poll.is_multiple ? "multiple" : poll.kind;
  for (const kind of ["sense", "choice", "multiple"])
    if (kind !== kept) part(section, `kind-${kind}`)?.remove();
  const blank = section.querySelector<HTMLElement>("tr[data-option]");
  for (const option of poll.options) {
    const row = blank?.cloneNode(true) as HTMLElement;
    row.dataset.option = String(option.id);
    row.querySelector("input[name=option]")?.setAttribute("value", String(option.id));
    const choice = row.querySelector("button");
    if (choice) choice.textContent = option.label || (words[option.code] ?? option.code);
    blank?.before(row);
  }
  blank?.remove();
  const close = part(section, "poll-close");
  if (close && close.dataset.runs === undefined && author.id !== me) close.remove();
  for (const form of section.querySelectorAll("form"))
    form.setAttribute("action", (form.getAttribute("action") ?? "").replace("/0/", `/${id}/`));
  changePoll(section, { id, closed: poll.closed, options: poll.options }, me, words);
  return section;
}

/** Show who chose what now. */
export function changePoll(
  section: HTMLElement,
  { closed, options }: PollChanged,
  me: number,
  words: PollWords,
): void {
  const people = options.flatMap((option) => option.people.map(({ id }) => id));
  const whole = Math.max(1, new Set(people).size);
  for (const option of options) {
    const row = section.querySelector<HTMLElement>(`tr[data-option="${option.id}"]`);
    if (row) changeOption(row, option, whole, me, words);
  }
  if (!closed) return;
  section.dataset.closed = "";
  part(section, "closed")?.removeAttribute("hidden");
  part(section, "poll-close")?.remove();
  for (const button of section.querySelectorAll("button")) button.disabled = true;
}

function changeOption(
  row: HTMLElement,
  { people }: OptionChosen,
  whole: number,
  me: number,
  words: PollWords,
): void {
  const isMine = people.some(({ id }) => id === me);
  const choice = row.querySelector<HTMLButtonElement>(".poll__choice");
  choice?.setAttribute("value", isMine ? "0" : "1");
  choice?.setAttribute("aria-pressed", String(isMine));
  const bar = row.querySelector("progress");
  bar?.setAttribute("max", String(whole));
  bar?.setAttribute("value", String(people.length));
  const many = row.querySelector(".poll__many span");
  if (many) many.textContent = String(people.length);
  const who = row.querySelector(".poll__who");
  if (who) who.textContent = namesOf(people, words);
}

/** Show whom a message helped. */
export function showHelpful(
  row: HTMLElement,
  people: Author[],
  me: number,
  words: PollWords,
): void {
  const line = part(row, "helpful");
  const names = part(row, "helped");
  if (line) line.hidden = people.length === 0;
  if (names) names.textContent = namesOf(people, words);
  const isMine = people.some(({ id }) => id === me);
  const act = part(row, "helpful-act")?.querySelector("button");
  act?.setAttribute("value", isMine ? "0" : "1");
  act?.setAttribute("aria-pressed", String(isMine));
}

function namesOf(people: Author[], words: PollWords): string {
  return people
    .map(({ name, is_guest }) => {
      const shown = name || (words.former ?? "");
      return is_guest ? (words.guest ?? "%s").replace("%s", shown) : shown;
    })
    .join(", ");
}

function part(root: HTMLElement, name: string): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-slot="${name}"]`);
}
