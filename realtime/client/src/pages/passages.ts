import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";
import { post } from "../lib/http.ts";
import { keptSelection } from "./caret.ts";
import { placeOf } from "./cursors.ts";
import type { Desk } from "./desk.ts";
import { rangeOf } from "./quoted.ts";

const key = new PluginKey<DecorationSet>("passages");
const AGAIN = 15_000;
const LONGEST = 400;

/** A passage that people talk about, as the list beside the text tells it. */
export interface Told {
  id: string;
  quote: string;
  epoch: number;
  begins: string;
  ends: string;
}

/** Where a passage is in the text now: where its letters went, or else where the same words stand. */
export function placed(view: Pick<EditorView, "state">, told: Told, epoch: number | null) {
  if (told.epoch === epoch) {
    const from = placeOf(view, kept(told.begins));
    const to = placeOf(view, kept(told.ends));
    if (from !== null && to !== null && from < to) return { from, to };
  }
  return rangeOf(view.state.doc, told.quote);
}

/** The words that are talked about: marked in the text, listed beside it, and a new talk about those selected. */
export class Passages {
  private told: Told[] = [];
  private readonly list: HTMLElement | null;
  private readonly dialog: HTMLDialogElement;
  private readonly form: HTMLFormElement;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly ended = new AbortController();
  private view: EditorView | null = null;
  private chosen: Record<string, string> = {};
  private heard = "";

  constructor(
    private readonly desk: Desk,
    private readonly epoch: () => number | null,
  ) {
    this.list = document.querySelector("[data-passages]");
    this.dialog = desk.slot<HTMLDialogElement>("talk-dialog");
    this.form = desk.slot<HTMLFormElement>("talk-form");
    const { signal } = this.ended;
    this.form.addEventListener("submit", (event) => void this.sent(event), { signal });
    this.dialog.addEventListener("click", (event) => this.clicked(event), { signal });
    this.dialog.addEventListener("close", () => this.view?.focus(), { signal });
    this.list?.addEventListener("click", (event) => this.pressed(event), { signal });
    this.list?.addEventListener("submit", (event) => void this.settled(event), { signal });
    document.addEventListener("visibilitychange", () => void this.refresh(), { signal });
    this.timer = setInterval(() => void this.refresh(), AGAIN);
    this.read();
  }

  plugin(): Plugin<DecorationSet> {
    return new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply: (tr, before, _, state) =>
          tr.getMeta(key) || tr.getMeta(ySyncPluginKey)?.isChangeOrigin
            ? this.marks({ state })
            : before.map(tr.mapping, tr.doc),
      },
      props: {
        decorations: (state) => key.getState(state),
        handleClick: (_view, _at, event) => this.follow(event),
      },
      view: (view) => {
        this.view = view;
        return { destroy: () => this.close() };
      },
    });
  }

  /** Asks what there is to say about the words that are selected. */
  open(): void {
    const { view } = this;
    if (!view?.editable || view.state.selection.empty) {
      this.desk.slot("said").textContent = this.desk.say("talk-none");
      return;
    }
    const { from, to } = view.state.selection;
    const quote = view.state.doc.textBetween(from, to, " ").replace(/\s+/g, " ").trim();
    const { binding } = ySyncPluginKey.getState(view.state);
    const { anchor, head } = keptSelection(binding, view.state.selection);
    const isForward = view.state.selection.anchor <= view.state.selection.head;
    if (!quote || !anchor || !head) return;
    this.chosen = {
      quote: quote.slice(0, LONGEST),
      begins: sendable(isForward ? anchor : head),
      ends: sendable(isForward ? head : anchor),
      ref: crypto.randomUUID(),
    };
    this.desk.slot("talk-quote").textContent = this.chosen.quote ?? "";
    this.note("");
    this.dialog.showModal();
  }

  /** The list of now, asked of the server; what it was where the line is down. */
  async refresh(): Promise<void> {
    if (document.hidden || !this.list) return;
    const answer = await fetch(this.desk.addresses.passages, { credentials: "same-origin" }).catch(
      () => null,
    );
    if (!answer?.ok || this.ended.signal.aborted) return;
    const words = await answer.text();
    if (words === this.heard || this.list.contains(document.activeElement)) return;
    this.heard = words;
    this.list.innerHTML = words;
    this.read();
  }

  /** Reads the list, and marks its words in the text. */
  read(): void {
    const cards = this.list?.querySelectorAll<HTMLElement>("[data-passage]") ?? [];
    this.told = [...cards].map(({ dataset }) => ({
      id: dataset.passage ?? "",
      quote: dataset.quote ?? "",
      epoch: Number(dataset.epoch),
      begins: dataset.begins ?? "",
      ends: dataset.ends ?? "",
    }));
    const { view } = this;
    if (view && !view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, true));
  }

  private marks(view: Pick<EditorView, "state">): DecorationSet {
    const found = this.told.flatMap((told) => {
      const place = placed(view, told, this.epoch());
      if (!place) return [];
      const told_of = { class: "passage-mark", "data-talk": told.id };
      return [Decoration.inline(place.from, place.to, told_of)];
    });
    return DecorationSet.create(view.state.doc, found);
  }

  /** From the words to what is said about them. */
  private follow(event: MouseEvent): boolean {
    const mark = (event.target as Element).closest<HTMLElement>("[data-talk]");
    const card = mark && this.list?.querySelector(`[data-passage="${mark.dataset.talk}"]`);
    card?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    for (const one of this.list?.querySelectorAll("[data-passage]") ?? []) {
      one.toggleAttribute("data-current", one === card);
    }
    return false;
  }

  /** From what is said to the words. */
  private pressed(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-act=show]");
    const id = button?.closest<HTMLElement>("[data-passage]")?.dataset.passage;
    if (id) {
      const mark = this.view?.dom.querySelector(`[data-talk="${id}"]`);
      mark?.scrollIntoView({ block: "center", behavior: "smooth" });
    }
  }

  private async settled(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const answer = await post(form.action, new FormData(form)).catch(() => null);
    if (!answer?.ok) return;
    (document.activeElement as HTMLElement | null)?.blur();
    await this.refresh();
  }

  private async sent(event: Event): Promise<void> {
    event.preventDefault();
    const words = String(new FormData(this.form).get("words") ?? "");
    const body = new URLSearchParams({ ...this.chosen, words });
    const answer = await post(this.desk.addresses.talk, body).catch(() => null);
    if (answer?.ok) {
      this.form.reset();
      this.dialog.close();
      await this.refresh();
    } else if (answer?.status === 422) {
      this.note(((await answer.json()) as { message: string }).message);
    } else {
      this.note(this.desk.say("talk-failed"));
    }
  }

  private clicked(event: Event): void {
    const act = (event.target as Element).closest<HTMLElement>("[data-act]")?.dataset.act;
    if (act === "close" || event.target === this.dialog) this.dialog.close();
  }

  private note(words: string): void {
    this.desk.slot("talk-note").textContent = words;
  }

  private close(): void {
    this.ended.abort();
    clearInterval(this.timer);
    this.view = null;
  }
}

function sendable(position: Y.RelativePosition): string {
  return btoa(String.fromCharCode(...Y.encodeRelativePosition(position)));
}

function kept(position: string): unknown {
  const bytes = Uint8Array.from(atob(position), (letter) => letter.charCodeAt(0));
  return Y.relativePositionToJSON(Y.decodeRelativePosition(bytes));
}
