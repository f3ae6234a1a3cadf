import type { Node, NodeType } from "prosemirror-model";
import { type Command, type EditorState, Selection, type Transaction } from "prosemirror-state";
import { around, insert } from "./commands.ts";
import { schema } from "./schema.ts";

const { table, table_row, table_header, table_cell, paragraph } = schema.nodes as Record<
  string,
  NodeType
>;

/** A table around the caret, and the cell that it is in. */
interface Place {
  table: Node;
  pos: number;
  row: number;
  column: number;
}

const header = (kind = "text", content?: Node) => table_header?.create({ kind }, content) as Node;
const cell = () => table_cell?.create(null, paragraph?.create()) as Node;

/** A new table: a row of headings, and rows of words. */
export function newTable(rows = 3, columns = 3): Command {
  const line = (make: () => Node) =>
    table_row?.create(
      null,
      Array.from({ length: columns }, () => make()),
    );
  const made = [line(header), ...Array.from({ length: rows - 1 }, () => line(cell))];
  return insert(table?.create(null, made as Node[]) as Node);
}

export function inTable(state: EditorState): Place | null {
  const { $from } = state.selection;
  const found = around($from, "table");
  if (!found || $from.depth < found.depth + 2) return null;
  const { node, pos, depth } = found;
  return { table: node, pos, row: $from.index(depth), column: $from.index(depth + 1) };
}

/** Whether the column of the caret holds numbers. */
export function isNumbers(state: EditorState): boolean {
  const place = inTable(state);
  return place?.table.firstChild?.maybeChild(place.column)?.attrs.kind === "number";
}

/** A row above or below the caret; the row of headings stays the first. */
export function addRow(side: 0 | 1): Command {
  return onTable((tr, { table: found, pos, row }) => {
    const at = Math.max(row + side, hasHeadings(found) ? 1 : 0);
    const width = found.child(row).childCount;
    const where = startOfRow(found, pos, at);
    tr.insert(where, table_row?.create(null, Array.from({ length: width }, cell)) as Node);
    return where + 1;
  });
}

/** A column before or after the caret, in each row. */
export function addColumn(side: 0 | 1): Command {
  return onTable((tr, { table: found, pos, row, column }) => {
    let caret = pos;
    eachRow(found, (line, n) => {
      const at = Math.min(column + side, line.childCount);
      const where = tr.mapping.map(startOfCell(found, pos, n, at));
      tr.insert(where, line.firstChild?.type === table_header ? header() : cell());
      if (n === row) caret = where;
    });
    return caret;
  });
}

export const deleteRow: Command = onTable((tr, { table: found, pos, row, column }) => {
  if (found.childCount === 1) return removed(tr, found, pos);
  const from = startOfRow(found, pos, row);
  tr.delete(from, from + found.child(row).nodeSize);
  const next = tr.doc.nodeAt(pos) as Node;
  return startOfCell(next, pos, Math.min(row, next.childCount - 1), column);
});

export const deleteColumn: Command = onTable((tr, { table: found, pos, row, column }) => {
  if (found.child(row).childCount === 1) return removed(tr, found, pos);
  eachRow(found, (line, n) => {
    if (column >= line.childCount || line.childCount === 1) return;
    const from = tr.mapping.map(startOfCell(found, pos, n, column));
    tr.delete(from, from + line.child(column).nodeSize);
  });
  const next = tr.doc.nodeAt(pos) as Node;
  return startOfCell(next, pos, row, Math.min(column, next.child(row).childCount - 1));
});

export const deleteTable: Command = onTable((tr, { table: found, pos }) => removed(tr, found, pos));

/** The column of the caret holds numbers, or words again. */
export const toggleNumbers: Command = (state, dispatch) => {
  const place = inTable(state);
  const head = place?.table.firstChild?.maybeChild(place.column);
  if (!place || head?.type !== table_header) return false;
  const at = startOfCell(place.table, place.pos, 0, place.column);
  const kind = head?.attrs.kind === "number" ? "text" : "number";
  dispatch?.(state.tr.setNodeAttribute(at, "kind", kind));
  return true;
};

/** Gives the table a row of headings, or makes a row like the others of it. */
export const toggleHeadings: Command = (state, dispatch) => {
  const place = inTable(state);
  const first = place?.table.firstChild;
  if (!place || !first) return false;
  const made = hasHeadings(place.table)
    ? first.children.map((head) => table_cell?.create(null, paragraph?.create(null, head.content)))
    : first.children.map((one) => header("text", schema.text(one.textContent || " ")));
  const from = startOfRow(place.table, place.pos, 0);
  const tr = state.tr.replaceWith(
    from,
    from + first.nodeSize,
    table_row?.create(null, made as Node[]) as Node,
  );
  const at = startOfCell(tr.doc.nodeAt(place.pos) as Node, place.pos, place.row, place.column);
  dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(at + 1))));
  return true;
};

/** To the next or previous cell; behind the last one, a row is added. */
export function step(by: 1 | -1): Command {
  return (state, dispatch, view) => {
    const place = inTable(state);
    if (!place) return false;
    const { table: found, pos, row, column } = place;
    const width = found.child(row).childCount;
    const [nextRow, nextColumn] =
      by > 0
        ? column + 1 < width
          ? [row, column + 1]
          : [row + 1, 0]
        : column > 0
          ? [row, column - 1]
          : [row - 1, (found.maybeChild(row - 1)?.childCount ?? 1) - 1];
    if (nextRow < 0) return false;
    if (nextRow >= found.childCount) return addRow(1)(state, dispatch, view);
    const at = startOfCell(found, pos, nextRow, nextColumn);
    const target = found.child(nextRow).child(nextColumn);
    const $end = state.doc.resolve(at + target.nodeSize - 1);
    dispatch?.(state.tr.setSelection(Selection.near($end, -1)).scrollIntoView());
    return true;
  };
}

/** Rows made equally long, headings in the first alone: what was pasted as a table. */
export function evened(found: Node): Node {
  const width = Math.max(...found.children.map((row) => row.childCount));
  const rows = found.children.map((row, n) => {
    const isHead = n === 0 && row.children.some((one) => one.type === table_header);
    const cells = row.children.map((one) => (isHead ? asHeader(one) : asCell(one)));
    while (cells.length < width) cells.push(isHead ? header() : cell());
    return table_row?.create(null, cells) as Node;
  });
  return table?.create(found.attrs, rows) as Node;
}

function asHeader(one: Node): Node {
  if (one.type === table_header) return one;
  const words = one.textContent.replace(/\s+/g, " ");
  return header("text", words ? schema.text(words) : undefined);
}

function asCell(one: Node): Node {
  return one.type === table_cell
    ? one
    : (table_cell?.create(null, paragraph?.create(null, one.content)) as Node);
}

/** A command that changes the table around the caret; `act` says where the caret goes. */
function onTable(act: (tr: Transaction, place: Place) => number): Command {
  return (state, dispatch) => {
    const place = inTable(state);
    if (!place) return false;
    if (dispatch) {
      const { tr } = state;
      const at = Math.min(act(tr, place), tr.doc.content.size);
      dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at))).scrollIntoView());
    }
    return true;
  };
}

function removed(tr: Transaction, found: Node, pos: number): number {
  const isAlone = tr.doc.childCount === 1;
  if (isAlone) tr.replaceWith(pos, pos + found.nodeSize, paragraph?.create() as Node);
  else tr.delete(pos, pos + found.nodeSize);
  return pos;
}

function hasHeadings(found: Node): boolean {
  return found.firstChild?.firstChild?.type === table_header;
}

function eachRow(found: Node, act: (row: Node, n: number) => void): void {
  found.forEach((row, _, n) => {
    act(row, n);
  });
}

function startOfRow(found: Node, pos: number, row: number): number {
  let at = pos + 1;
  for (let n = 0; n < row; n++) at += found.child(n).nodeSize;
  return at;
}

function startOfCell(found: Node, pos: number, row: number, column: number): number {
  const line = found.child(row);
  let at = startOfRow(found, pos, row) + 1;
  for (let n = 0; n < Math.min(column, line.childCount); n++) at += line.child(n).nodeSize;
  return at;
}
