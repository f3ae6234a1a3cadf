// What the tests of the editor share: the real template of the page, and a text to type in.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Node } from "prosemirror-model";
import { type Command, EditorState, type Plugin, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { Desk } from "./desk.ts";
import { keys } from "./keymaps.ts";
import { speakable } from "./letters.ts";
import { pasting } from "./pasting.ts";
import { markdown } from "./rules.ts";
import { schema } from "./schema.ts";
import { nodeViews } from "./views.ts";

// jsdom lays nothing out
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect ??= () => new DOMRect();

const INCLUDES = resolve(process.cwd(), "../../cms/templates/cms/includes");

/** The template of the editor as the browser gets it, in English, with its icons and without the page's own text. */
export function template(): string {
  return rendered("editor.html");
}

type Values = Record<string, string>;

function rendered(name: string, values: Values = {}): string {
  const named: Values = {}; // what `{% translate "..." as name %}` says from there on
  return readFileSync(`${INCLUDES}/${name}`, "utf8")
    .replace(/{#.*?#}/g, "")
    .replace(/{% if (keys|is_mark|within) %}(.*?){% endif %}/g, (_, value, then) =>
      values[value] ? then : "",
    )
    .replace(/{{ (command|within|name|about|find) }}/g, (_, value) => values[value] ?? "")
    .replace(/{% include "cms\/includes\/body.html" %}/g, "")
    .replace(/{% blocktranslate.*?%}(.*?){% endblocktranslate %}/g, "$1")
    .replace(
      /{% translate "([^"]*)" as (\w+) %}|{% include "cms\/includes\/([^"]*)"(.*?)%}/g,
      (_, words, name, file, told) => {
        if (name) named[name] = words;
        return name ? "" : rendered(file, { ...named, ...given(told) });
      },
    )
    .replace(/{% translate "([^"]*)"[^%]*%}/g, "$1")
    .replace(
      /{% icon "([^"]*)"[^%]*%}/g,
      '<svg class="icon"><use href="/icons.svg#$1"></use></svg>',
    )
    .replace(/{%.*?%}/g, "")
    .replace(/{{.*?}}/g, "");
}

/** The values that an include gives: `with command="bold" is_mark=True within=""`. */
function given(told: string): Values {
  const pairs = [...told.matchAll(/(\w+)=(?:"([^"]*)"|(\w+))/g)];
  return Object.fromEntries(
    pairs.map(([, name, words, word]) => [
      name ?? "",
      words ?? (word === "False" ? "" : (word ?? "")),
    ]),
  );
}

/** The page's place for the editor, with the services' answers that `fetch` is to give. */
export function desk(): Desk {
  document.body.innerHTML = template();
  const root = document.querySelector<HTMLElement>("section.editor");
  if (!root) throw new Error("the template holds no editor");
  return new Desk(root, {
    find: "/find",
    image: "/image",
    file: "/file",
    shown: "/shown",
    messages: "/messages",
    passages: "/passages",
    talk: "/talk",
    people: "/people",
  });
}

const views: EditorView[] = [];

/** An editor of `content`, as JSON of blocks, with the caret at the end of the first block of words. */
export function editor(content: object[], on: Desk | null = null, more: Plugin[] = []): EditorView {
  const doc = Node.fromJSON(schema, { type: "doc", content });
  const place = document.createElement("div");
  document.body.append(place);
  const plugins = [...more, speakable(), markdown(), pasting(), ...keys({})];
  const view = new EditorView(place, {
    state: EditorState.create({ doc, plugins }),
    ...(on && { nodeViews: nodeViews(on) }),
  });
  views.push(view);
  caret(view, 0);
  return view;
}

export function closeEditors(): void {
  for (const view of views.splice(0)) view.destroy();
  document.body.innerHTML = "";
}

/** Puts the caret at the end of the block of words with this number. */
export function caret(view: EditorView, block: number): void {
  const ends: number[] = [];
  view.state.doc.descendants((node, pos) => {
    if (node.isTextblock) ends.push(pos + 1 + node.content.size);
  });
  const at = ends.at(block) ?? 1;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)));
}

/** Types as a keyboard would, letter by letter. */
export function type(view: EditorView, words: string): void {
  for (const letter of words) {
    const { from, to } = view.state.selection;
    const insert = () => view.state.tr.insertText(letter, from, to);
    const taken = view.someProp("handleTextInput", (handle) =>
      handle(view, from, to, letter, insert),
    );
    if (!taken) view.dispatch(insert());
  }
}

/** Presses a key; whether the editor took it. */
export function press(view: EditorView, key: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", {
    key,
    keyCode: codes[key] ?? 0,
    cancelable: true,
    ...more,
  });
  return Boolean(view.someProp("handleKeyDown", (handle) => handle(view, event) || undefined));
}

const codes: Record<string, number> = { Enter: 13, Tab: 9, Backspace: 8, "2": 50 };

export const run = (view: EditorView, command: Command): boolean =>
  command(view.state, view.dispatch, view);

/** The text in short: `h2(Title) ul(li(p(one)))`. */
export function shape(view: EditorView): string {
  const short: Record<string, string> = {
    paragraph: "p",
    bullet_list: "ul",
    ordered_list: "ol",
    list_item: "li",
  };
  const tell = (node: Node): string => {
    if (node.isText)
      return [...node.marks].reduce(
        (text, mark) => `<${mark.type.name}>${text}</>`,
        node.text ?? "",
      );
    const name =
      node.type.name === "heading"
        ? `h${node.attrs.level}`
        : (short[node.type.name] ?? node.type.name);
    return `${name}(${node.children.map(tell).join("")})`;
  };
  return view.state.doc.children.map(tell).join(" ");
}
