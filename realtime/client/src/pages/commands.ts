import { setBlockType, toggleMark } from "prosemirror-commands";
import {
  Fragment,
  type Node,
  type NodeRange,
  type NodeType,
  type ResolvedPos,
} from "prosemirror-model";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import {
  type Command,
  type EditorState,
  NodeSelection,
  Selection,
  TextSelection,
  type Transaction,
} from "prosemirror-state";
import type { Link } from "./links.ts";
import { schema } from "./schema.ts";

const { nodes, marks } = schema;

export const bold = toggleMark(marks.bold as never);
export const italic = toggleMark(marks.italic as never);
export const code = toggleMark(marks.code as never);

export const paragraph = block(nodes.paragraph as NodeType);
export const blockquote = block(nodes.blockquote as NodeType);
export const codeBlock = block(nodes.code_block as NodeType);
export const heading = (level: number) => block(nodes.heading as NodeType, { level });

export const sink = sinkListItem(nodes.list_item as NodeType);
export const lift = liftListItem(nodes.list_item as NodeType);

/** Words become this kind of block, or plain again when they are one already. They keep the numbers of their block. */
function block(type: NodeType, attrs: Record<string, unknown> = {}): Command {
  return (state, dispatch, view) => {
    if (isBlock(state, type, attrs) && type !== nodes.paragraph) {
      return paragraph(state, dispatch, view);
    }
    if (dispatch && inList(state)) return outOfList(state, dispatch, setBlockType(type, attrs));
    return setBlockType(type, { ...numbers(state), ...attrs })(state, dispatch, view);
  };
}

function numbers(state: EditorState): Record<string, unknown> {
  const { key = null, block: number = null } = state.selection.$from.parent.attrs;
  return { key, block: number };
}

/** Whether the caret is in a block of this kind. */
export function isBlock(state: EditorState, type: NodeType, attrs: object = {}): boolean {
  const { $from, to } = state.selection;
  const { parent } = $from;
  return (
    to <= $from.end() &&
    parent.type === type &&
    Object.entries(attrs).every(([name, value]) => parent.attrs[name] === value)
  );
}

export function hasMark(state: EditorState, name: string): boolean {
  const type = marks[name];
  const { from, to, empty, $from } = state.selection;
  if (!type) return false;
  if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
  return state.doc.rangeHasMark(from, to, type);
}

/** The innermost element of a kind around `$at`, with its place. */
export function around(
  $at: ResolvedPos,
  ...types: string[]
): { node: Node; pos: number; depth: number } | null {
  for (let { depth } = $at; depth > 0; depth--) {
    const node = $at.node(depth);
    if (types.includes(node.type.name)) return { node, pos: $at.before(depth), depth };
  }
  return null;
}

export const inList = (state: EditorState) =>
  Boolean(around(state.selection.$from, "list_item")) && !around(state.selection.$from, "table");

function outOfList(
  state: EditorState,
  dispatch: (tr: Transaction) => void,
  then: Command,
): boolean {
  let now = state;
  const steps: Transaction[] = [];
  while (inList(now) && lift(now, (tr) => steps.push(tr))) {
    const tr = steps.at(-1);
    if (!tr) break;
    now = now.apply(tr);
  }
  for (const tr of steps) dispatch(tr);
  return then(now, dispatch);
}

/** A list of this kind; a list of the other kind becomes one, and one of this kind is taken apart. */
export function list(name: "bullet_list" | "ordered_list"): Command {
  const type = nodes[name] as NodeType;
  return (state, dispatch) => {
    const found = around(state.selection.$from, "bullet_list", "ordered_list");
    if (found?.node.type === type) return lift(state, dispatch);
    if (found) {
      dispatch?.(state.tr.setNodeMarkup(found.pos, type, found.node.attrs));
      return true;
    }
    if (wrapInList(type)(state, dispatch)) return true;
    const { tr } = state;
    const { from, to } = state.selection;
    tr.setBlockType(from, to, nodes.paragraph as NodeType);
    if (!tr.docChanged) return false;
    return wrapInList(type)(state.apply(tr), (wrapping) => {
      if (!dispatch) return;
      for (const step of wrapping.steps) tr.step(step);
      dispatch(tr.scrollIntoView());
    });
  };
}

/** The place among the blocks of the text that new ones go to, and what they replace. */
function place(state: EditorState): { from: number; to: number } {
  const { $from, $to } = state.selection;
  if (state.selection instanceof NodeSelection && !$from.depth)
    return { from: $to.pos, to: $to.pos };
  if (!$from.depth) return { from: $from.pos, to: $from.pos };
  const top = $from.node(1);
  const isEmpty = top.type === nodes.paragraph && !top.content.size;
  return isEmpty
    ? { from: $from.before(1), to: $from.after(1) }
    : { from: $to.depth ? $to.after(1) : $to.pos, to: $to.depth ? $to.after(1) : $to.pos };
}

/** Puts a block where the caret is, or after what it is in; the caret goes into it, or behind it. */
export function insert(made: Node): Command {
  return (state, dispatch) => {
    if (!dispatch) return true;
    const { from, to } = place(state);
    const isLast = to === state.doc.content.size;
    const needsNext = isLast && (made.isAtom || made.type.spec.isolating || made.type.spec.code);
    const after = needsNext ? [nodes.paragraph?.create() as Node] : [];
    const tr = state.tr.replaceWith(from, to, Fragment.from([made, ...after]));
    dispatch(tr.setSelection(inside(tr, from, made)).scrollIntoView());
    return true;
  };
}

/** Puts a block at a place in the text, as near as it may stand. */
export function insertAt(state: EditorState, at: number, made: Node): Transaction {
  const $at = state.doc.resolve(Math.min(at, state.doc.content.size));
  const empty = $at.depth === 1 && $at.parent.type === nodes.paragraph && !$at.parent.content.size;
  if (empty) return state.tr.replaceWith($at.before(), $at.after(), made);
  const where = $at.depth ? ($at.parentOffset ? $at.after(1) : $at.before(1)) : $at.pos;
  return state.tr.insert(where, made);
}

function inside(tr: Transaction, from: number, made: Node): Selection {
  if (made.isAtom) {
    const $after = tr.doc.resolve(from + made.nodeSize);
    return $after.nodeAfter?.isTextblock
      ? TextSelection.create(tr.doc, from + made.nodeSize + 1)
      : NodeSelection.create(tr.doc, from);
  }
  return Selection.near(tr.doc.resolve(from + 1));
}

const words = () => nodes.paragraph?.create() as Node;
const make = (name: string, attrs: object, content?: Node | Node[]) =>
  nodes[name]?.create(attrs as never, content) as Node;

export const rule: Command = (state, dispatch) => {
  if (!dispatch) return true;
  const { from, to } = place(state);
  const tr = state.tr.replaceWith(from, to, [make("horizontal_rule", {}), words()]);
  dispatch(tr.setSelection(Selection.near(tr.doc.resolve(from + 2))).scrollIntoView());
  return true;
};

export const callout = (kind: string) => insert(make("callout", { kind }, words()));
export const quotation = insert(make("quotation", {}));
export const pageList = insert(make("page_list", {}));
export const code_block: Command = insert(make("code_block", {}));
export const embed = (url: string, title: string) =>
  insert(make("embed", { url, title: title || null }));

/**
 * Has the sentence that the caret is in rest on a message, be it cited already or a line of its own; elsewhere one
 * begins that does, after what the caret is in, or `atEnd` of the text.
 */
export function cite(message: number, atEnd = false): Command {
  return (state, dispatch) => {
    const rests = make("cited_message", { message });
    const box = atEnd ? null : around(state.selection.$from, "cited");
    if (!dispatch) return true;
    if (box) {
      const isThere = box.node.children.some((one) => one.attrs.message === message);
      const end = box.pos + box.node.nodeSize - 1;
      if (!isThere) dispatch(state.tr.insert(end, rests).scrollIntoView());
      return true;
    }
    const line = atEnd ? null : sentence(state);
    if (line) {
      dispatch(rest(state, line, rests).scrollIntoView());
      return true;
    }
    const at = atEnd ? state.apply(state.tr.setSelection(Selection.atEnd(state.doc))) : state;
    const { from, to } = place(at);
    const made = make("cited", {}, [words(), rests]);
    const after = to === state.doc.content.size ? [words()] : [];
    const tr = state.tr.replaceWith(from, to, Fragment.from([made, ...after]));
    dispatch(tr.setSelection(TextSelection.create(tr.doc, from + 2)).scrollIntoView());
    return true;
  };
}

/** The line of words among the blocks of the text that the caret is in, or what is selected. */
function sentence({ selection: { $from, $to } }: EditorState): NodeRange | null {
  const { parent } = $from;
  const isLine = $from.depth === 1 && parent.type === nodes.paragraph && parent.content.size > 0;
  return isLine && $from.sameParent($to) ? $from.blockRange($to) : null;
}

/** A line becomes a sentence that rests on a message; the caret stays where it was in it. */
function rest(state: EditorState, line: NodeRange, rests: Node): Transaction {
  const { start, end } = line;
  const isLast = end === state.doc.content.size;
  const tr = state.tr.wrap(line, [{ type: nodes.cited as NodeType }]);
  tr.setNodeAttribute(start + 1, "block", null).insert(end + 1, rests);
  return isLast ? tr.insert(tr.doc.content.size, words()) : tr;
}

/** The stretch of a link around the caret, or what is selected. */
export function linkRange(state: EditorState): { from: number; to: number; link: Link | null } {
  const { from, to, empty, $from } = state.selection;
  const type = marks.link;
  if (!empty || !type) return { from, to, link: linkIn(state, from, to) };
  const { parent, parentOffset } = $from;
  const at = parent.childAfter(parentOffset);
  const near = at.node && type.isInSet(at.node.marks) ? at : parent.childBefore(parentOffset);
  const mark = near.node && type.isInSet(near.node.marks);
  if (!mark) return { from, to, link: null };
  let [first, last] = [near.index, near.index];
  const has = (index: number) => mark.isInSet(parent.maybeChild(index)?.marks ?? []);
  while (has(first - 1)) first--;
  while (has(last + 1)) last++;
  let start = $from.start();
  for (let n = 0; n < first; n++) start += parent.child(n).nodeSize;
  let end = start;
  for (let n = first; n <= last; n++) end += parent.child(n).nodeSize;
  return { from: start, to: end, link: mark.attrs as Link };
}

function linkIn(state: EditorState, from: number, to: number): Link | null {
  let found: Link | null = null;
  state.doc.nodesBetween(from, to, (node) => {
    found ??= (marks.link?.isInSet(node.marks)?.attrs as Link | undefined) ?? null;
  });
  return found;
}

/** Links the words selected, or the link that the caret is in; where there are none, `name` is written. */
export function link(to: Link | null, name: string): Command {
  return (state, dispatch) => {
    const type = marks.link;
    const range = linkRange(state);
    if (!type || !state.selection.$from.parent.type.allowsMarkType(type)) return false;
    if (!dispatch) return true;
    const { tr } = state;
    if (to && range.from === range.to) {
      tr.insertText(name, range.from, range.to);
      range.to = range.from + name.length;
    }
    tr.removeMark(range.from, range.to, type);
    if (to) tr.addMark(range.from, range.to, type.create(to));
    tr.setSelection(TextSelection.create(tr.doc, range.to)).removeStoredMark(type);
    dispatch(tr.scrollIntoView());
    return true;
  };
}
