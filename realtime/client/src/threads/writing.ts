/** Small helps while writing Markdown in a textarea. Each tells the field that it changed. */

/** Put a mark on both sides of the selection, or take it off. */
export function markSelection(field: HTMLTextAreaElement, mark: string): void {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const chosen = value.slice(start, end);
  const before = value.slice(start - mark.length, start);
  if (before === mark && value.slice(end, end + mark.length) === mark) {
    replace(field, start - mark.length, end + mark.length, chosen);
    field.setSelectionRange(start - mark.length, end - mark.length);
  } else {
    replace(field, start, end, `${mark}${chosen}${mark}`);
    field.setSelectionRange(start + mark.length, end + mark.length);
  }
}

/** Begin every selected line with a prefix, or take it off when all have it. */
export function prefixLines(field: HTMLTextAreaElement, prefix: string): void {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const next = field.value.indexOf("\n", field.selectionEnd);
  const end = next < 0 ? field.value.length : next;
  const lines = field.value.slice(start, end).split("\n");
  const all = lines.every((line) => line.startsWith(prefix));
  const changed = lines.map((line) => (all ? line.slice(prefix.length) : prefix + line));
  replace(field, start, end, changed.join("\n"));
}

/** Add a quotation at the end, ready to be answered. */
export function quote(field: HTMLTextAreaElement, words: string): void {
  const lines = words
    .trim()
    .split("\n")
    .map((line) => `> ${line}`);
  const gap = field.value && !field.value.endsWith("\n") ? "\n\n" : "";
  replace(field, field.value.length, field.value.length, `${gap}${lines.join("\n")}\n\n`);
}

/** Go on with the list or quotation of the line above; true when it did. */
export function continueList(field: HTMLTextAreaElement): boolean {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const line = field.value.slice(start, field.selectionStart);
  const item = /^(\s*)([-*>]|(\d+)\.)\s+(.*)$/.exec(line);
  if (!item) return false;
  if (!item[4]) {
    replace(field, start, field.selectionStart, "");
    return true;
  }
  const marker = item[3] ? `${Number(item[3]) + 1}.` : item[2];
  replace(field, field.selectionStart, field.selectionEnd, `\n${item[1]}${marker} `);
  return true;
}

function replace(field: HTMLTextAreaElement, start: number, end: number, words: string): void {
  field.setRangeText(words, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
