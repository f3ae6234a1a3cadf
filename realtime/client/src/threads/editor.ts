import { post } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { address, editable } from "./calls.ts";
import { showWords } from "./words.ts";

export interface EditorWords {
  save: string;
  cancel: string;
  /** The name of the field. */
  label: string;
  /** Said when the server gave no reason of its own. */
  notNow: string;
  unheard: string;
  /** The attributes of a field whose words are counted. */
  counted: Record<string, string>;
  me: number;
  peopleUrl: string;
}

/** Change one's own message where it stands. The words stay in the field until they are saved. */
export function editInPlace(row: HTMLElement, words: EditorWords): void {
  const body = row.querySelector<HTMLElement>("[data-slot=body]");
  const target = row.querySelector<HTMLAnchorElement>("[data-slot=edit-act]")?.href;
  if (!body || !target || row.querySelector("form.message__editor")) return;
  const hasFiles = Boolean(row.querySelector("[data-slot=files]:not([hidden])"));
  const form = editor(editable(row.dataset.source ?? ""), hasFiles, words);
  const field = form.elements.namedItem("body") as HTMLTextAreaElement;
  const close = () => {
    const now = placeOf(form);
    form.remove();
    now.body.hidden = false;
    now.row.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await save(target, field.value, form, words);
    if (problem === null) close();
    else showProblem(form, problem);
  });
  form.querySelector("[data-cancel]")?.addEventListener("click", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  body.hidden = true;
  body.after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

async function save(
  target: string,
  typed: string,
  form: HTMLFormElement,
  words: EditorWords,
): Promise<string | null> {
  const answer = await post(target, new URLSearchParams({ body: typed })).catch(() => null);
  const told = (await answer?.json().catch(() => null)) as {
    html?: string;
    body?: string;
    message?: string;
    unheard?: string[];
  } | null;
  if (!answer?.ok || told?.html === undefined) return told?.message || words.notNow;
  const { row, body } = placeOf(form);
  showWords(body, { html: told.html, body: told.body ?? "" });
  address(body, words.me, words.peopleUrl);
  if (told.unheard?.length) toast(words.unheard.replace("%s", told.unheard.join(", ")));
  row.dataset.source = told.body ?? "";
  return null;
}

/** The row that a form stands in now: another one may have come in the place of the first. */
function placeOf(form: HTMLFormElement): { row: HTMLElement; body: HTMLElement } {
  const row = form.closest("li") as HTMLElement;
  return { row, body: row.querySelector("[data-slot=body]") as HTMLElement };
}

function editor(source: string, hasFiles: boolean, words: EditorWords): HTMLFormElement {
  const form = document.createElement("form");
  form.className = "message__editor composer";
  const field = document.createElement("textarea");
  field.name = "body";
  field.className = "composer__text";
  field.defaultValue = source;
  field.rows = Math.min(12, source.split("\n").length + 1);
  field.required = !hasFiles;
  field.dataset.controller = "suggest length";
  for (const [name, value] of Object.entries(words.counted)) field.setAttribute(name, value);
  field.setAttribute("aria-label", words.label);
  const tools = document.createElement("div");
  tools.className = "composer__tools";
  const keep = document.createElement("button");
  keep.className = "button button--primary";
  keep.textContent = words.save;
  const leave = document.createElement("button");
  leave.type = "button";
  leave.className = "button button--quiet";
  leave.dataset.cancel = "";
  leave.textContent = words.cancel;
  tools.append(keep, leave);
  form.append(field, tools);
  return form;
}

function showProblem(form: HTMLFormElement, words: string): void {
  let place = form.querySelector<HTMLElement>(".composer__error");
  if (!place) {
    place = document.createElement("p");
    place.className = "composer__error";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = words;
}
