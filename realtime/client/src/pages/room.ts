// People who write one text in one process, for tests: what each does arrives where it is let.
import { EditorState, type Plugin, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { expect } from "vitest";
import { prosemirrorJSONToYXmlFragment, ySyncPlugin, yUndoPlugin } from "y-prosemirror";
import * as Y from "yjs";
import { steadyCaret } from "./caret.ts";
import { exactLetters } from "./exact.ts";
import { keys } from "./keymaps.ts";
import { ALONG, followMoves } from "./moved.ts";
import { ROOT, schema } from "./schema.ts";
import { undoSteps } from "./steps.ts";
import { press, shape } from "./testing.ts";

export const p = (...words: string[]) => ({
  type: "paragraph",
  content: words.map((text, n) => ({
    type: "text",
    text,
    ...(n % 2 && { marks: [{ type: "bold" }] }),
  })),
});

/** A change on its way, and whether it moves words. */
interface Told {
  update: Uint8Array;
  isMove: boolean;
}

/** People who write one text; what each does arrives where it is let. */
export class Room {
  readonly views: EditorView[] = [];
  private readonly docs: Y.Doc[] = [];
  private readonly up: Told[][] = [];
  private readonly down: Told[][] = [];
  private isMoving = false;

  constructor(
    people: number,
    content: object[],
    private readonly isMended = true,
  ) {
    const first = new Y.Doc();
    const root = first.getXmlFragment(ROOT);
    prosemirrorJSONToYXmlFragment(schema, { type: "doc", content }, root);
    const begin = Y.encodeStateAsUpdate(first);
    for (let who = 0; who < people; who++) this.join(who, begin);
  }

  private join(who: number, begin: Uint8Array): void {
    const doc = new Y.Doc();
    doc.clientID = 100 + who;
    Y.applyUpdate(doc, begin);
    const fragment = doc.getXmlFragment(ROOT);
    const plugins: Plugin[] = [
      ...(this.isMended ? [undoSteps(), exactLetters()] : []),
      ySyncPlugin(fragment),
      steadyCaret(),
      ...(this.isMended ? [followMoves()] : []),
      yUndoPlugin(),
      ...keys({}),
    ];
    const place = document.createElement("div");
    document.body.append(place);
    const view = new EditorView(place, { state: EditorState.create({ schema, plugins }) });
    doc.on("update", (update: Uint8Array, _origin: unknown, _doc: Y.Doc, by: Y.Transaction) => {
      if (by.local) this.up[who]?.push({ update, isMove: this.isMoving || by.origin === ALONG });
    });
    this.docs.push(doc);
    this.views.push(view);
    this.up.push([]);
    this.down.push([]);
  }

  view(who: number): EditorView {
    return this.views[who] as EditorView;
  }

  /** What `who` did reaches the server, which tells the others in one order. */
  send(who: number, most = Number.POSITIVE_INFINITY): void {
    const waiting = this.up[who]?.splice(0, most) ?? [];
    if (!waiting.length) return;
    const told = {
      update: Y.mergeUpdates(waiting.map(({ update }) => update)),
      isMove: waiting.some(({ isMove }) => isMove),
    };
    for (const [other, queue] of this.down.entries()) if (other !== who) queue.push(told);
  }

  hear(who: number, most = Number.POSITIVE_INFINITY): void {
    for (const { update } of this.down[who]?.splice(0, most) ?? []) {
      Y.applyUpdate(this.docs[who] as Y.Doc, update, this);
    }
  }

  move(does: () => void): void {
    this.isMoving = true;
    does();
    this.isMoving = false;
  }

  get isMoveOnItsWay(): boolean {
    return [...this.up, ...this.down].some((queue) => queue.some(({ isMove }) => isMove));
  }

  /** Until nothing is under way. */
  settle(): void {
    for (let n = 0; n < 200; n++) {
      for (const who of this.views.keys()) this.send(who);
      for (const who of this.views.keys()) this.hear(who);
      if (![...this.up, ...this.down].some((queue) => queue.length)) return;
    }
    throw new Error("it does not come to rest");
  }

  /** Everybody has the same text: this one. */
  text(): string {
    this.settle();
    const texts = this.views.map(shape);
    expect(new Set(texts).size, texts.join("\n")).toBe(1);
    for (const view of this.views) view.state.doc.check();
    return texts[0] as string;
  }

  close(): void {
    for (const view of this.views) view.destroy();
    document.body.innerHTML = "";
  }
}

/** Puts the caret behind some words. */
export function behind(view: EditorView, words: string): void {
  let at = -1;
  view.state.doc.descendants((node, pos) => {
    const found = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (found >= 0) at = pos + 1 + found + words.length;
  });
  if (at < 0) throw new Error(`no ${words} in ${shape(view)}`);
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)));
}

export const enter = (view: EditorView) => press(view, "Enter");
export function backspace(view: EditorView, times = 1): void {
  for (let n = 0; n < times; n++) {
    if (press(view, "Backspace")) continue;
    const { from } = view.state.selection; // the browser's own
    view.dispatch(view.state.tr.delete(from - 1, from));
  }
}
export function join(view: EditorView, words: string): void {
  behind(view, words);
  const { $from } = view.state.selection;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, $from.start())));
  backspace(view);
}
