import {
  baseKeymap,
  chainCommands,
  exitCode,
  selectParentNode,
  setBlockType,
} from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import type { NodeType } from "prosemirror-model";
import { splitListItem } from "prosemirror-schema-list";
import { type Command, Selection, TextSelection } from "prosemirror-state";
import { redo, undo } from "y-prosemirror";
import * as act from "./commands.ts";
import { schema } from "./schema.ts";
import { step } from "./tables.ts";

const { nodes } = schema;

/** A break in a line; in code and in somebody's own words, the next line. */
const lineBreak: Command = (state, dispatch) => {
  const { parent } = state.selection.$from;
  if (parent.type.spec.code || parent.type === nodes.quotation) {
    dispatch?.(state.tr.insertText("\n").scrollIntoView());
    return true;
  }
  if (!parent.inlineContent || parent.type === nodes.table_header) return false;
  const made = nodes.hard_break?.create();
  if (made) dispatch?.(state.tr.replaceSelectionWith(made).scrollIntoView());
  return true;
};

/** Enter in a quotation or a code block begins a line; on a second empty line at the end it leads out. */
const leaveOrBreak: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const { parent } = $from;
  if (parent.type !== nodes.quotation && parent.type !== nodes.code_block) return false;
  const isLast = empty && $from.parentOffset === parent.content.size;
  if (
    !isLast ||
    !/\n\n?$/.test(parent.textContent) ||
    (parent.type === nodes.code_block && !/\n\n$/.test(parent.textContent))
  ) {
    dispatch?.(state.tr.insertText("\n").scrollIntoView());
    return true;
  }
  const waste = parent.textContent.length - parent.textContent.replace(/\n+$/, "").length;
  const tr = state.tr.delete($from.pos - waste, $from.pos);
  const after = tr.doc.resolve($from.pos - waste).after();
  const made = nodes.paragraph?.create();
  if (made) tr.insert(after, made);
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
};

/** Enter in a heading of a table goes to the cell below. */
const below: Command = (state, dispatch) => {
  const { $from } = state.selection;
  if ($from.parent.type !== nodes.table_header) return false;
  const after = $from.after($from.depth - 1);
  const next = state.doc.nodeAt(after);
  if (!next) return true;
  let at = after + 1;
  for (let n = 0; n < Math.min($from.index($from.depth - 1), next.childCount - 1); n++) {
    at += next.child(n).nodeSize;
  }
  dispatch?.(state.tr.setSelection(Selection.near(state.doc.resolve(at + 1))).scrollIntoView());
  return true;
};

/** Enter at the end of a sentence that rests on messages leads out of it. */
const leaveSentence: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const box = act.around($from, "cited");
  if (!empty || !box || $from.depth !== box.depth + 1) return false;
  const next = box.node.maybeChild($from.index(box.depth) + 1);
  if ($from.parentOffset < $from.parent.content.size || next?.isTextblock) return false;
  const after = box.pos + box.node.nodeSize;
  const made = nodes.paragraph?.create();
  const tr = made ? state.tr.insert(after, made) : state.tr;
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
};

/** Enter on an empty paragraph at the end of a callout leads out of it. */
const leaveBox: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const box = act.around($from, "callout");
  if (!empty || !box || $from.parent.content.size || $from.depth !== box.depth + 1) return false;
  const isLast = $from.index(box.depth) === box.node.childCount - 1;
  if (!isLast || box.node.childCount < 2) return false;
  const tr = state.tr.delete($from.before(), $from.after());
  const after = tr.mapping.map(box.pos + box.node.nodeSize);
  const made = nodes.paragraph?.create();
  if (made) tr.insert(after, made);
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
};

/** Backspace at the beginning of a heading or quotation makes plain words of it, and of a list item too. */
const plainFirst: Command = (state, dispatch, view) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset) return false;
  const { parent } = $from;
  const isSpecial = [nodes.heading, nodes.blockquote, nodes.code_block].includes(parent.type);
  if (isSpecial || (parent.type === nodes.quotation && !parent.content.size)) {
    return setBlockType(nodes.paragraph as NodeType)(state, dispatch);
  }
  const item = act.around($from, "list_item");
  const isFirst = item && $from.depth === item.depth + 1 && $from.index(item.depth) === 0;
  return Boolean(isFirst) && act.lift(state, dispatch, view);
};

/** A box that holds nothing goes with the next Backspace. */
const emptyBox: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const box = act.around($from, "callout", "cited");
  if (!empty || $from.parentOffset || !box || box.node.textContent) return false;
  if (box.node.children.filter((child) => child.isTextblock).length > 1) return false;
  const made = nodes.paragraph?.create();
  if (!made) return false;
  const tr = state.tr.replaceWith(box.pos, box.pos + box.node.nodeSize, made);
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, box.pos + 1)));
  return true;
};

/** In a list the key belongs to the list, even where there is nothing to do; elsewhere it leads on, out of the text. */
const toList =
  (command: Command): Command =>
  (state, dispatch, view) => {
    if (!act.inList(state)) return false;
    command(state, dispatch, view);
    return true;
  };

/** To the very beginning or end, whatever stands between. */
const toThe =
  (end: "atStart" | "atEnd"): Command =>
  (state, dispatch) => {
    dispatch?.(state.tr.setSelection(Selection[end](state.doc)).scrollIntoView());
    return true;
  };

/** The keys of the text. `more` are those that need something of the page: dialogs, saving. */
export function keys(more: Record<string, Command>) {
  return [
    keymap({
      "Mod-z": (state) => undo(state) || true,
      "Mod-y": (state) => redo(state) || true,
      "Shift-Mod-z": (state) => redo(state) || true,
      "Mod-b": act.bold,
      "Mod-i": act.italic,
      "Mod-e": act.code,
      "Alt-Shift-0": act.paragraph,
      "Alt-Shift-2": act.heading(2),
      "Alt-Shift-3": act.heading(3),
      "Alt-Shift-4": act.heading(4),
      "Shift-Mod-7": act.list("ordered_list"),
      "Shift-Mod-8": act.list("bullet_list"),
      "Shift-Mod-9": act.blockquote,
      Tab: chainCommands(step(1), toList(act.sink)),
      "Shift-Tab": chainCommands(step(-1), toList(act.lift)),
      "Mod-Home": toThe("atStart"),
      "Mod-End": toThe("atEnd"),
      "Mod-Enter": exitCode,
      "Shift-Enter": lineBreak,
      "Shift-Mod-Enter": selectParentNode,
      ...more,
    }),
    keymap({
      Enter: chainCommands(
        below,
        leaveOrBreak,
        leaveSentence,
        leaveBox,
        splitListItem(nodes.list_item as NodeType),
      ),
      Backspace: chainCommands(emptyBox, plainFirst),
    }),
    keymap(baseKeymap),
  ];
}
