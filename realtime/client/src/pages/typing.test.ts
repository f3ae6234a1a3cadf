import { TextSelection } from "prosemirror-state";
import { afterEach, describe, expect, it } from "vitest";
import * as act from "./commands.ts";
import * as table from "./tables.ts";
import { caret, closeEditors, editor, press, run, shape, type } from "./testing.ts";

const p = (text = "") => ({
  type: "paragraph",
  ...(text && { content: [{ type: "text", text }] }),
});
const cell = (text = "") => ({ type: "table_cell", content: [p(text)] });
const head = (text: string) => ({ type: "table_header", content: [{ type: "text", text }] });
const TABLE = {
  type: "table",
  content: [
    { type: "table_row", content: [head("A"), head("B")] },
    { type: "table_row", content: [cell("1"), cell("2")] },
  ],
};

afterEach(closeEditors);

describe("what Markdown writers type", () => {
  it.each([
    ["## Title", "h2(Title)"],
    ["### Title", "h3(Title)"],
    ["#### Title", "h4(Title)"],
    ["# Title", "h2(Title)"],
    ["- one", "ul(li(p(one)))"],
    ["* one", "ul(li(p(one)))"],
    ["1. one", "ol(li(p(one)))"],
    ["> said", "blockquote(said)"],
    ["```python x", "code_block(x)"],
    ["a **b** c", "p(a <bold>b</> c)"],
    ["a *b* c", "p(a <italic>b</> c)"],
    ["a _b_ c", "p(a <italic>b</> c)"],
    ["a `b` c", "p(a <code>b</> c)"],
    ["2 * 3 * 4", "p(2 * 3 * 4)"],
    ["snake_case_name", "p(snake_case_name)"],
    ["`**no**`", "p(<code>**no**</>)"],
    ["2026. A year", "p(2026. A year)"],
  ])("%s becomes %s", (typed, made) => {
    const view = editor([p()]);
    type(view, typed);
    expect(shape(view)).toBe(made);
  });

  it("three hyphens become a rule, with a line to go on", () => {
    const view = editor([p()]);
    type(view, "---on");
    expect(shape(view)).toBe("horizontal_rule() p(on)");
  });

  it("nothing becomes a list or a rule in a cell", () => {
    const view = editor([TABLE]);
    caret(view, 2);
    type(view, " ---");
    expect(shape(view)).toContain("p(1 ---)");
  });
});

describe("keys", () => {
  it("make headings, and plain words of them again", () => {
    const view = editor([{ ...p("Title"), attrs: { key: "abc" } }]);
    press(view, "2", { altKey: true, shiftKey: true });
    expect(shape(view)).toBe("h2(Title)");
    expect(view.state.doc.firstChild?.attrs.key).toBe("abc");
    press(view, "2", { altKey: true, shiftKey: true });
    expect(shape(view)).toBe("p(Title)");
  });

  it("Tab goes deeper in a list and out of it again, and elsewhere leads on", () => {
    const view = editor([p()]);
    type(view, "- one");
    press(view, "Enter");
    type(view, "two");
    expect(press(view, "Tab")).toBe(true);
    expect(shape(view)).toBe("ul(li(p(one)ul(li(p(two)))))");
    press(view, "Tab", { shiftKey: true });
    expect(shape(view)).toBe("ul(li(p(one))li(p(two)))");
    press(view, "Enter");
    press(view, "Enter");
    expect(shape(view)).toBe("ul(li(p(one))li(p(two))) p()");
    expect(press(view, "Tab")).toBe(false);
  });

  it("Backspace at the beginning of a heading makes plain words of it", () => {
    const view = editor([p()]);
    type(view, "## ");
    press(view, "Backspace");
    expect(shape(view)).toBe("p()");
  });

  it("Enter after an empty line leads out of a callout and out of somebody's words", () => {
    const view = editor([p()]);
    run(view, act.callout("tip"));
    type(view, "Mind");
    press(view, "Enter");
    press(view, "Enter");
    type(view, "after");
    expect(shape(view)).toBe("callout(p(Mind)) p(after) p()");
    const other = editor([p()]);
    run(other, act.quotation);
    type(other, "One");
    press(other, "Enter");
    type(other, "two");
    press(other, "Enter");
    press(other, "Enter");
    type(other, "after");
    expect(shape(other)).toBe("quotation(One\ntwo) p(after) p()");
  });

  it("Tab walks through a table, and adds a row behind its end", () => {
    const view = editor([TABLE]);
    press(view, "Tab");
    type(view, "!");
    press(view, "Tab");
    press(view, "Tab");
    press(view, "Tab");
    type(view, "3");
    expect(shape(view)).toBe(
      "table(table_row(table_header(A)table_header(B!))table_row(table_cell(p(1))table_cell(p(2)))table_row(table_cell(p(3))table_cell(p())))",
    );
    press(view, "Tab", { shiftKey: true });
    type(view, "?");
    expect(shape(view)).toContain("p(2?)");
  });
});

describe("tables", () => {
  const rows = (view: ReturnType<typeof editor>) =>
    view.state.doc.firstChild?.children.map((row) =>
      row.children.map((one) => one.textContent).join("|"),
    );

  it("grow and shrink on every side, the headings first", () => {
    const view = editor([TABLE]);
    caret(view, 3); // 2
    run(view, table.addColumn(0));
    run(view, table.addColumn(1));
    run(view, table.addRow(0));
    view.state.doc.check();
    expect(rows(view)).toEqual(["A|||B", "|||", "1|||2"]);
    caret(view, 0);
    run(view, table.addRow(0)); // not above the headings
    expect(rows(view)?.[0]).toBe("A|||B");
    caret(view, 1);
    run(view, table.deleteColumn);
    run(view, table.deleteColumn);
    expect(rows(view)).toEqual(["A|B", "|", "|", "1|2"]);
    caret(view, 2);
    run(view, table.deleteRow);
    expect(rows(view)).toEqual(["A|B", "|", "1|2"]);
    view.state.doc.check();
  });

  it("have columns of numbers, and lose their headings and get them back", () => {
    const view = editor([TABLE]);
    caret(view, 3);
    run(view, table.toggleNumbers);
    expect(view.state.doc.firstChild?.firstChild?.child(1).attrs.kind).toBe("number");
    expect(table.isNumbers(view.state)).toBe(true);
    run(view, table.toggleHeadings);
    expect(shape(view)).not.toContain("table_header");
    run(view, table.toggleHeadings);
    expect(rows(view)).toEqual(["A|B", "1|2"]);
    expect(shape(view)).toContain("table_header(A)");
  });

  it("are gone when their last row is", () => {
    const view = editor([TABLE]);
    run(view, table.deleteRow);
    run(view, table.deleteRow);
    expect(shape(view)).toBe("p()");
  });

  it("are put after what the caret is in, with a line behind", () => {
    const view = editor([p("Words"), p("More")]);
    run(view, table.newTable(2, 2));
    expect(shape(view)).toMatch(/^p\(Words\) table\(.*\) p\(More\)$/);
    view.state.doc.check();
  });
});

describe("lists and links", () => {
  it("a list is made of words, changed into the other kind and taken apart", () => {
    const view = editor([p("one")]);
    run(view, act.list("bullet_list"));
    expect(shape(view)).toBe("ul(li(p(one)))");
    run(view, act.list("ordered_list"));
    expect(shape(view)).toBe("ol(li(p(one)))");
    run(view, act.list("ordered_list"));
    expect(shape(view)).toBe("p(one)");
  });

  it("a heading in a list is a heading outside it", () => {
    const view = editor([p("one")]);
    run(view, act.list("bullet_list"));
    run(view, act.heading(3));
    expect(shape(view)).toBe("h3(one)");
  });

  it("a link is put around what is selected, changed as a whole and taken away", () => {
    const view = editor([p()]);
    run(view, act.link({ page: 5 }, "The page"));
    expect(shape(view)).toBe("p(<link>The page</>)");
    type(view, " and on");
    expect(shape(view)).toBe("p(<link>The page</> and on)");
    caret(view, 0);
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 4)));
    expect(act.linkRange(view.state)).toEqual({ from: 1, to: 9, link: { page: 5 } });
    run(view, act.link({ href: "https://example.org/" }, ""));
    expect(view.state.doc.firstChild?.firstChild?.marks[0]?.attrs).toEqual({
      href: "https://example.org/",
    });
    run(view, act.link(null, ""));
    expect(shape(view)).toBe("p(The page and on)");
  });
});

describe("letters that no text has", () => {
  it.each([
    ["a NUL", "a\0b", "ab"],
    ["a control", "a\u0007b", "ab"],
    ["the first half of a pair", "a\ud83cb", "ab"],
    ["the second half of a pair", "a\udf31b", "ab"],
    ["a whole letter of two halves", "a🌱b", "a🌱b"],
  ])("%s", (_, typed, left) => {
    const view = editor([p("x")]);
    view.dispatch(view.state.tr.insertText(typed));
    expect(view.state.doc.textContent).toBe(`x${left}`);
  });
});
