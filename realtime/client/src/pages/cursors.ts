import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from "y-prosemirror";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { keptSelection } from "./caret.ts";
import type { You } from "./wire.ts";

const key = new PluginKey<DecorationSet>("cursors");

interface Cursor {
  anchor: unknown;
  head: unknown;
}

/** One of the others, and where they are: null when their caret is nowhere. */
export interface Present {
  client: number;
  user: You;
  cursor: Cursor | null;
}

/** Everybody whose tab is here, but this one. */
export function others(awareness: Awareness): Present[] {
  return [...awareness.getStates()]
    .filter(([client, state]) => client !== awareness.clientID && state.user)
    .map(([client, state]) => ({ client, user: state.user as You, cursor: state.cursor ?? null }));
}

/** The place in the text that a relative position of Yjs means; null where it is gone. */
export function placeOf(view: { state: EditorView["state"] }, position: unknown): number | null {
  const sync = ySyncPluginKey.getState(view.state);
  if (!sync?.binding.mapping.size) return null;
  const relative = Y.createRelativePositionFromJSON(position);
  const at = relativePositionToAbsolutePosition(
    sync.doc,
    sync.type,
    relative,
    sync.binding.mapping,
  );
  return at === null ? null : Math.min(at, Math.max(0, view.state.doc.content.size - 1));
}

/** A place in the text that moves with it. */
export function keptPlace(view: EditorView, at: number): unknown {
  const { type, binding } = ySyncPluginKey.getState(view.state);
  return absolutePositionToRelativePosition(at, type, binding.mapping);
}

/** Shows the carets and selections of the others, and tells them ours. */
export function cursors(awareness: Awareness): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, before, _, state) {
        const isOthers = ySyncPluginKey.getState(state)?.isChangeOrigin;
        return isOthers || tr.getMeta(key)
          ? drawn({ state }, awareness)
          : before.map(tr.mapping, tr.doc);
      },
    },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => new Telling(view, awareness),
  });
}

class Telling {
  private isWaiting = false;

  constructor(
    private readonly view: EditorView,
    private readonly awareness: Awareness,
  ) {
    awareness.on("change", this.redraw);
    view.dom.addEventListener("focusin", this.update);
    view.dom.addEventListener("focusout", this.update);
  }

  /** Where our caret is, as the text stands; nowhere, when the text has not the focus. */
  readonly update = () => {
    const before = this.awareness.getLocalState()?.cursor ?? null;
    if (!this.view.hasFocus()) {
      if (before) this.awareness.setLocalStateField("cursor", null);
      return;
    }
    const { binding } = ySyncPluginKey.getState(this.view.state);
    const now = keptSelection(binding, this.view.state.selection);
    if (JSON.stringify(now) !== JSON.stringify(before)) {
      this.awareness.setLocalStateField("cursor", now);
    }
  };

  destroy(): void {
    this.awareness.off("change", this.redraw);
    this.view.dom.removeEventListener("focusin", this.update);
    this.view.dom.removeEventListener("focusout", this.update);
  }

  /** After whatever is being applied now. */
  private readonly redraw = ({ added, updated, removed }: Record<string, number[]>) => {
    const ours = this.awareness.clientID;
    const isOthers = [added, updated, removed].some((some) => some?.some((id) => id !== ours));
    if (!isOthers || this.isWaiting) return;
    this.isWaiting = true;
    setTimeout(() => {
      this.isWaiting = false;
      if (!this.view.isDestroyed) this.view.dispatch(this.view.state.tr.setMeta(key, true));
    });
  };
}

function drawn(view: { state: EditorView["state"] }, awareness: Awareness): DecorationSet {
  const all = others(awareness).flatMap(({ client, user, cursor }) => {
    const anchor = cursor && placeOf(view, cursor.anchor);
    const head = cursor && placeOf(view, cursor.head);
    if (anchor === null || head === null) return [];
    const color = user.color % 8;
    const caret = Decoration.widget(head, () => flag(user.name, color), {
      key: `${client}:${user.name}:${JSON.stringify(cursor?.head)}`,
      side: 10,
      ignoreSelection: true,
    });
    const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
    const selected = Decoration.inline(from, to, { class: `cursor-selection cursor--${color}` });
    return from === to ? [caret] : [caret, selected];
  });
  return DecorationSet.create(view.state.doc, all);
}

/** A caret with a name that fades. It is not read aloud: who writes where is said elsewhere, and more rarely. */
function flag(name: string, color: number): HTMLElement {
  const caret = document.createElement("span");
  caret.className = `cursor cursor--${color}`;
  caret.setAttribute("aria-hidden", "true");
  const label = document.createElement("span");
  label.className = "cursor__name";
  label.textContent = name;
  caret.append("\u2060", label, "\u2060");
  return caret;
}
