import type { MarkSpec, NodeSpec } from "prosemirror-model";
import { linkOf } from "./links.ts";

type Drawing = Pick<
  NodeSpec,
  | "parseDOM"
  | "toDOM"
  | "defining"
  | "isolating"
  | "code"
  | "whitespace"
  | "draggable"
  | "selectable"
  | "linebreakReplacement"
>;

/** Data attributes of what an element is about: they travel over the clipboard from page to page. */
const about = (element: HTMLElement, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, element.dataset[name] || null]));

const number = (value: string | undefined) =>
  /^[1-9]\d{0,15}$/.test(value ?? "") ? Number(value) : null;

/** An element that is nothing without the thing of this number. */
const thing = (name: string, selector: string, ...others: string[]) => ({
  tag: `${selector}[data-${name}]`,
  getAttrs: (element: HTMLElement) => {
    const id = number(element.dataset[name]);
    return id === null ? false : { [name]: id, ...about(element, ...others) };
  },
});

const data = (values: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== false)
      .map(([name, value]) => [`data-${name}`, String(value)]),
  );

/** How each kind of element is drawn, and known again on a clipboard. */
export const nodeDrawings: Record<string, Drawing> = {
  paragraph: { parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    defining: true,
    parseDOM: [2, 3, 4].map((level) => ({ tag: `h${level}`, attrs: { level } })),
    toDOM: (node) => [`h${node.attrs.level}`, 0],
  },
  blockquote: { defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
  bullet_list: { parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  ordered_list: { parseDOM: [{ tag: "ol" }], toDOM: () => ["ol", 0] },
  list_item: { defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  horizontal_rule: { parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  hard_break: {
    selectable: false,
    linebreakReplacement: true,
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br"],
  },
  callout: {
    defining: true,
    isolating: true,
    parseDOM: [
      {
        tag: "aside[data-kind]",
        contentElement: ".callout__text",
        getAttrs: (element) => about(element, "kind", "title"),
      },
    ],
    toDOM: ({ attrs: { kind, title } }) => [
      "aside",
      { class: "callout", ...data({ kind, title }) },
      ["div", { class: "callout__text" }, 0],
    ],
  },
  table: {
    isolating: true,
    parseDOM: [{ tag: "table", getAttrs: (element) => about(element, "caption") }],
    toDOM: ({ attrs: { caption } }) => ["table", data({ caption }), ["tbody", 0]],
  },
  table_row: { parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
  table_header: {
    isolating: true,
    parseDOM: [{ tag: "th", getAttrs: (element) => ({ kind: element.dataset.kind ?? "text" }) }],
    toDOM: ({ attrs: { kind } }) => ["th", data({ kind }), 0],
  },
  table_cell: { isolating: true, parseDOM: [{ tag: "td" }], toDOM: () => ["td", 0] },
  code_block: {
    code: true,
    defining: true,
    parseDOM: [
      {
        tag: "pre",
        preserveWhitespace: "full",
        getAttrs: (element) => about(element, "language"),
      },
    ],
    toDOM: ({ attrs: { language } }) => ["pre", data({ language }), ["code", 0]],
  },
  quotation: {
    defining: true,
    isolating: true,
    whitespace: "pre",
    parseDOM: [
      {
        tag: "figure[data-quotation]",
        contentElement: "blockquote",
        preserveWhitespace: "full",
        getAttrs: (element) => ({
          ...about(element, "author"),
          customer: element.dataset.customer === "true",
        }),
      },
    ],
    toDOM: ({ attrs: { author, customer } }) => [
      "figure",
      { ...data({ author, customer }), "data-quotation": "" },
      ["blockquote", 0],
    ],
  },
  image: {
    draggable: true,
    parseDOM: [thing("image", "figure", "alt", "caption")],
    toDOM: ({ attrs: { image, alt, caption } }) => ["figure", data({ image, alt, caption })],
  },
  file: {
    draggable: true,
    parseDOM: [thing("file", "p", "about")].map((rule) => ({ ...rule, priority: 60 })),
    toDOM: ({ attrs: { file, about: told } }) => ["p", data({ file, about: told })],
  },
  embed: {
    draggable: true,
    parseDOM: [
      {
        tag: "figure[data-embed]",
        getAttrs: (element) => {
          const url = element.dataset.embed ?? "";
          return /^(https?:\/\/|\/(?!\/))\S+$/i.test(url)
            ? { url, ...about(element, "title") }
            : false;
        },
      },
    ],
    toDOM: ({ attrs: { url, title } }) => ["figure", { ...data({ title }), "data-embed": url }],
  },
  page_list: {
    isolating: true,
    parseDOM: [{ tag: "nav[data-pages]", getAttrs: (element) => about(element, "title") }],
    toDOM: ({ attrs: { title } }) => ["nav", { ...data({ title }), "data-pages": "" }, 0],
  },
  page_item: {
    selectable: true,
    parseDOM: [thing("page", "p")].map((rule) => ({ ...rule, priority: 60 })),
    toDOM: ({ attrs: { page } }) => ["p", data({ page })],
  },
  cited: {
    isolating: true,
    parseDOM: [{ tag: "div[data-cited]" }],
    toDOM: () => ["div", { "data-cited": "" }, 0],
  },
  cited_message: {
    selectable: true,
    parseDOM: [thing("message", "p")].map((rule) => ({ ...rule, priority: 60 })),
    toDOM: ({ attrs: { message } }) => ["p", data({ message })],
  },
};

/** The same for marks. */
export const markDrawings: Record<
  string,
  Pick<MarkSpec, "parseDOM" | "toDOM" | "inclusive" | "code">
> = {
  link: {
    inclusive: false,
    parseDOM: [{ tag: "a[href]", getAttrs: (element) => linkOf(element) ?? false }],
    toDOM: ({ attrs: { page, document: file, href } }) => [
      "a",
      {
        ...data({ page: page ?? null, document: file ?? null }),
        href: href ?? "#",
        rel: "noopener",
      },
      0,
    ],
  },
  bold: {
    parseDOM: [{ tag: "strong" }, { tag: "b" }],
    toDOM: () => ["strong", 0],
  },
  italic: {
    parseDOM: [{ tag: "em" }, { tag: "i" }],
    toDOM: () => ["em", 0],
  },
  code: { code: true, parseDOM: [{ tag: "code" }], toDOM: () => ["code", 0] },
};
