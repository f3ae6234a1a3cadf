import told from "@coedit/schema.json";
import { type Attrs, Mark, type MarkType, type NodeType, Schema } from "prosemirror-model";
import { markDrawings, nodeDrawings } from "./drawing.ts";

interface AttributeTold {
  type?: "url" | "integer" | "boolean" | "choice";
  default?: unknown;
  max?: number;
  required?: boolean;
}

interface NodeTold {
  content?: string;
  group?: string;
  marks?: string;
  attributes?: Record<string, AttributeTold>;
}

const nodes = told.nodes as Record<string, NodeTold>;
const marks = told.marks as Record<string, { attributes?: Record<string, AttributeTold> }>;

/** The version that the server must say too; with another one this tab is too old, or too new. */
export const VERSION = told.version;

/** The name of the one root of a document. */
export const ROOT = told.root;

/** What cms/coedit/schema.json says of pages, for ProseMirror, with how each kind is drawn. */
export const schema = new Schema({
  nodes: {
    doc: { content: told.top.content },
    text: { group: "inline" },
    ...Object.fromEntries(Object.keys(nodes).map((name) => [name, nodeSpec(name)])),
  },
  marks: Object.fromEntries(
    Object.entries(marks).map(([name, { attributes }]) => [
      name,
      { attrs: attrsOf(attributes), ...markDrawings[name] },
    ]),
  ),
});

for (const type of Object.values(schema.nodes)) tolerate(type);
for (const type of Object.values(schema.marks)) keepOnlyWhatIsSaid(type);

/** The most letters that an attribute may hold. */
export function longest(node: string, attribute: string): number {
  return nodes[node]?.attributes?.[attribute]?.max ?? 500;
}

/** The attributes without which an element is nothing. */
export function required(node: string): string[] {
  const attributes = Object.entries(nodes[node]?.attributes ?? {});
  return attributes.filter(([, about]) => about.required).map(([name]) => name);
}

function nodeSpec(name: string) {
  const { content, group, marks: allowed, attributes } = nodes[name] as NodeTold;
  return {
    ...(content && { content }),
    ...(group && { group }),
    ...(allowed !== undefined && { marks: allowed }),
    inline: group === "inline",
    attrs: attrsOf(attributes),
    ...nodeDrawings[name],
  };
}

/** Nothing is required of a text that arrives: what lacks is shown as missing, and not thrown away. */
function attrsOf(attributes: Record<string, AttributeTold> = {}) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, about]) => [name, { default: about.default ?? null }]),
  );
}

/**
 * Two people can together make what neither may make alone, a callout without a paragraph. The
 * library deletes such an element, with its words and for everybody; here it stands until somebody mends it.
 */
function tolerate(type: NodeType): void {
  const strictly = type.createChecked.bind(type);
  type.createChecked = (attrs, content, ofMarks) => {
    try {
      return strictly(attrs, content, ofMarks);
    } catch {
      return type.create(attrs, content, ofMarks);
    }
  };
}

/** A mark is stored as the server stores it: `{page: 5}`, and not `{page: 5, document: null, href: null}`. */
function keepOnlyWhatIsSaid(type: MarkType): void {
  const whole = type.create.bind(type);
  type.create = (attrs?: Attrs | null) => {
    const said = Object.entries(whole(attrs).attrs).filter(([, value]) => value !== null);
    // biome-ignore lint/suspicious/noExplicitAny: the constructor is not among the library's types
    return new (Mark as any)(type, Object.fromEntries(said)) as Mark;
  };
}
