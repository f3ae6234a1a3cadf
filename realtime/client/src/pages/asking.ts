import type { NodeType } from "prosemirror-model";
import { type EditorState, Plugin, PluginKey, TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";

/** The words after a sign that asks for a list, and where the sign stands. */
export interface Asked {
  from: number;
  to: number;
  words: string;
}

/** What a list does when its editor opens, when it is asked for and typed on, and when it is left. */
export interface Answering {
  begun: (view: EditorView) => void;
  keyed: (event: KeyboardEvent) => boolean;
  follow: (view: EditorView) => void;
  ended: () => void;
}

/** A sign that asks for a list where it is typed, such as "/" or "@", until it is closed or its words are none of it. */
export class Asking {
  private readonly key: PluginKey<Asked | null>;

  /** `pattern` ends with the words as its first group; `opensIn` says in which blocks the sign asks. */
  constructor(
    private readonly sign: string,
    private readonly pattern: RegExp,
    private readonly opensIn: (type: NodeType) => boolean,
  ) {
    this.key = new PluginKey(`asking ${sign}`);
  }

  /** What is asked now, null for nothing. */
  now(state: EditorState): Asked | null {
    return this.key.getState(state) ?? null;
  }

  close(view: EditorView): void {
    view.dispatch(view.state.tr.setMeta(this.key, "close"));
  }

  /** A change that ends the asking. */
  closing<Tr extends EditorState["tr"]>(tr: Tr): Tr {
    return tr.setMeta(this.key, "close");
  }

  plugin({ begun, keyed, follow, ended }: Answering): Plugin {
    return new Plugin<Asked | null>({
      key: this.key,
      state: {
        init: () => null,
        apply: (tr, before, _, state) => {
          if (tr.getMeta(this.key) === "close") return null;
          if (!before && tr.getMeta(this.key) !== "open") return null;
          return this.askedIn(state);
        },
      },
      props: {
        handleTextInput: (view, from, to, text) => {
          if (text !== this.sign || !this.opensIn(view.state.doc.resolve(from).parent.type))
            return false;
          const tr = view.state.tr.insertText(text, from, to);
          tr.setSelection(TextSelection.create(tr.doc, from + 1));
          view.dispatch(tr.setMeta(this.key, "open"));
          return true;
        },
        handleKeyDown: (_view, event) => keyed(event),
      },
      view: (view) => {
        begun(view);
        return { update: follow, destroy: ended };
      },
    });
  }

  private askedIn(state: EditorState): Asked | null {
    const { $from, empty } = state.selection;
    if (!empty || !$from.parent.isTextblock) return null;
    const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
    const found = this.pattern.exec(before);
    if (!found) return null;
    const words = found[1] ?? "";
    return { from: $from.pos - words.length - 1, to: $from.pos, words };
  }
}
