import told from "@coedit/schema.json";
import { Node } from "prosemirror-model";
import { describe, expect, it } from "vitest";
import { initProseMirrorDoc, prosemirrorToYXmlFragment, updateYFragment } from "y-prosemirror";
import * as Y from "yjs";
import { longest, ROOT, required, schema, VERSION } from "./schema.ts";

const words = (text: string, ...marks: object[]) => ({ type: "text", text, marks });
const p = (...content: object[]) => ({ type: "paragraph", content });
const cell = (text: string) => ({ type: "table_cell", content: [p(words(text))] });
const block = "11111111-1111-4111-8111-111111111111";

/** One of each kind, with every attribute and mark. */
const EVERY = {
  type: "doc",
  content: [
    {
      ...p(
        words("Plain "),
        words("both", { type: "bold" }, { type: "italic" }),
        { type: "hard_break" },
        words("x = 1", { type: "code" }),
      ),
      attrs: { key: "abc", block },
    },
    p(
      words("page", { type: "link", attrs: { page: 5 } }),
      words("file", { type: "link", attrs: { document: 6 } }),
      words("site", { type: "link", attrs: { href: "https://example.org/" } }),
    ),
    { type: "heading", attrs: { level: 3, key: "h1", block }, content: [words("A heading 🌱")] },
    { type: "blockquote", attrs: { key: "q", block }, content: [words("Said")] },
    {
      type: "bullet_list",
      attrs: { block },
      content: [
        {
          type: "list_item",
          content: [
            p(words("one")),
            { type: "ordered_list", content: [{ type: "list_item", content: [p(words("deep"))] }] },
          ],
        },
      ],
    },
    { type: "ordered_list", content: [{ type: "list_item", content: [p(words("first"))] }] },
    { type: "horizontal_rule", attrs: { block } },
    {
      type: "callout",
      attrs: { kind: "danger", title: "Mind", block },
      content: [p(words("the step"))],
    },
    {
      type: "table",
      attrs: { caption: "Hours", block },
      content: [
        {
          type: "table_row",
          content: [{ type: "table_header", attrs: { kind: "number" }, content: [words("N")] }],
        },
        { type: "table_row", content: [cell("7.5")] },
      ],
    },
    { type: "code_block", attrs: { language: "python", block }, content: [words("if x:\n    y")] },
    {
      type: "quotation",
      attrs: { author: "Ada", customer: true, block },
      content: [words("My\nwords")],
    },
    { type: "image", attrs: { image: 3, alt: "A valve", caption: "New", block } },
    { type: "file", attrs: { file: 4, about: "The plan", block } },
    { type: "embed", attrs: { url: "https://video.example/1", title: "Film", block } },
    {
      type: "page_list",
      attrs: { title: "See", block },
      content: [{ type: "page_item", attrs: { page: 7, block } }],
    },
    {
      type: "cited",
      attrs: { block },
      content: [p(words("We agreed")), { type: "cited_message", attrs: { message: 9, block } }],
    },
  ],
};

function stored(doc: object): Y.Doc {
  const made = new Y.Doc();
  prosemirrorToYXmlFragment(Node.fromJSON(schema, doc), made.getXmlFragment(ROOT));
  return made;
}

/** As another tab reads it. */
function readAgain(doc: Y.Doc): Node {
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  return initProseMirrorDoc(other.getXmlFragment(ROOT), schema).doc;
}

describe("the schema", () => {
  it("has exactly the nodes, marks and attributes that the server knows", () => {
    const own = Object.keys(schema.nodes).filter((name) => name !== "doc" && name !== "text");
    expect(own.sort()).toEqual(Object.keys(told.nodes).sort());
    expect(Object.keys(schema.marks)).toEqual(Object.keys(told.marks));
    for (const [name, about] of Object.entries(told.nodes)) {
      const attributes = "attributes" in about ? Object.keys(about.attributes) : [];
      expect(Object.keys(schema.nodes[name]?.spec.attrs ?? {}), name).toEqual(attributes);
    }
    for (const [name, about] of Object.entries(told.marks)) {
      const attributes = "attributes" in about ? Object.keys(about.attributes) : [];
      expect(Object.keys(schema.marks[name]?.spec.attrs ?? {}), name).toEqual(attributes);
    }
    expect([VERSION, ROOT]).toEqual([told.version, "prosemirror"]);
  });

  it("draws every kind", () => {
    for (const type of [...Object.values(schema.nodes), ...Object.values(schema.marks)]) {
      if (type.name !== "doc" && type.name !== "text")
        expect(type.spec.toDOM, type.name).toBeTypeOf("function");
    }
  });

  it("keeps every kind, attribute and mark on the way to another tab", () => {
    const doc = Node.fromJSON(schema, EVERY);
    doc.check();
    const kinds = new Set<string>();
    doc.descendants((node) => void kinds.add(node.type.name));
    expect([...kinds].sort()).toEqual([...Object.keys(told.nodes), "text"].sort());
    expect(readAgain(stored(EVERY)).toJSON()).toEqual(doc.toJSON());
  });

  it("stores marks as the server does: an object with what is said and no more", () => {
    const text = stored(EVERY).getXmlFragment(ROOT).get(1) as Y.XmlElement;
    expect((text.get(0) as Y.XmlText).toDelta()).toEqual([
      { insert: "page", attributes: { link: { page: 5 } } },
      { insert: "file", attributes: { link: { document: 6 } } },
      { insert: "site", attributes: { link: { href: "https://example.org/" } } },
    ]);
    const first = stored(EVERY).getXmlFragment(ROOT).get(0) as Y.XmlElement;
    expect((first.get(0) as Y.XmlText).toDelta()[1].attributes).toEqual({ bold: {}, italic: {} });
  });

  it("takes a mark away with null, and leaves what the server wrote as it is", () => {
    const doc = stored({
      type: "doc",
      content: [
        p(words("page", { type: "link", attrs: { page: 5 } }), words(" b", { type: "bold" })),
      ],
    });
    const fragment = doc.getXmlFragment(ROOT);
    const { doc: before, meta } = initProseMirrorDoc(fragment, schema);
    const told: Uint8Array[] = [];
    doc.on("update", (update) => told.push(update));
    updateYFragment(doc, fragment, before, meta);
    expect(told).toEqual([]);
    const after = Node.fromJSON(schema, {
      type: "doc",
      content: [p(words("page", { type: "link", attrs: { page: 5 } }), words(" b"))],
    });
    updateYFragment(doc, fragment, after, meta);
    const formats = told
      .flatMap((update) => Y.decodeUpdate(update).structs)
      .flatMap((struct) =>
        struct instanceof Y.Item && struct.content instanceof Y.ContentFormat
          ? [[struct.content.key, struct.content.value]]
          : [],
      );
    expect(formats.every(([key, value]) => key === "bold" && value === null)).toBe(true);
    expect(((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).toDelta()).toEqual([
      { insert: "page", attributes: { link: { page: 5 } } },
      { insert: " b" },
    ]);
  });

  it("loses no word of what two people made together and neither could make alone", () => {
    const doc = new Y.Doc();
    const item = new Y.XmlElement("list_item");
    const list = new Y.XmlElement("bullet_list");
    const nested = new Y.XmlElement("bullet_list");
    const lines = ["one", "two"].map((line) => {
      const paragraph = new Y.XmlElement("paragraph");
      paragraph.insert(0, [new Y.XmlText(line)]);
      return paragraph;
    });
    const image = new Y.XmlElement("image");
    doc.getXmlFragment(ROOT).insert(0, [list, new Y.XmlElement("callout"), image]);
    list.insert(0, [item]);
    item.insert(0, [nested, ...lines]);
    const read = readAgain(doc);
    expect(read.textContent).toBe("onetwo");
    expect(read.childCount).toBe(3);
  });

  it("knows how long a field may be, and what an element is nothing without", () => {
    expect(longest("image", "alt")).toBe(250);
    expect(longest("table", "caption")).toBe(500);
    expect(required("image")).toEqual(["image"]);
    expect(required("paragraph")).toEqual([]);
  });
});
