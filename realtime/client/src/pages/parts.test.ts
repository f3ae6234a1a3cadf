// @vitest-environment node
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { bringsMore, deletionsOf, parts } from "./parts.ts";

function paragraph(doc: Y.Doc, words: string): Y.XmlText {
  const made = new Y.XmlElement("paragraph");
  const text = new Y.XmlText(words);
  made.insert(0, [text]);
  const root = doc.getXmlFragment("prosemirror");
  root.insert(root.length, [made]);
  return text;
}

function merged(some: Uint8Array[], onto = new Y.Doc()): Y.Doc {
  for (const part of some) {
    Y.applyUpdate(onto, part);
    // nothing leans on what comes later
    expect([onto.store.pendingStructs, onto.store.pendingDs]).toEqual([null, null]);
  }
  return onto;
}

const shape = (doc: Y.Doc) => doc.getXmlFragment("prosemirror").toString();

describe("an update in parts", () => {
  it("is itself when it is small", () => {
    const doc = new Y.Doc();
    paragraph(doc, "A few words");
    const update = Y.encodeStateAsUpdate(doc);
    expect(parts(update)).toEqual([update]);
  });

  it("of many paragraphs by several people says the same, each part small enough", () => {
    const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
    for (let round = 0; round < 60; round++) {
      const doc = docs[round % 3] as Y.Doc;
      for (const other of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
      const text = paragraph(doc, `Line ${round} ${"é".repeat(200)}`);
      text.format(2, 4, { bold: {} });
      text.insert(1, "within");
      if (round % 4 === 0) doc.getXmlFragment("prosemirror").delete(0, 1);
    }
    const doc = docs[2] as Y.Doc;
    const some = parts(Y.encodeStateAsUpdate(doc), 2_000);
    expect(some.length).toBeGreaterThan(5);
    expect(Math.max(...some.map((part) => part.length))).toBeLessThanOrEqual(2_000);
    expect(shape(merged(some))).toBe(shape(doc));
    expect(Y.encodeStateVector(merged(some))).toEqual(Y.encodeStateVector(doc));
  });

  it("cuts one long text, and no letter of it", () => {
    const doc = new Y.Doc();
    paragraph(doc, `a${"🌱".repeat(100_000)}`);
    const some = parts(Y.encodeStateAsUpdate(doc));
    expect(some.length).toBeGreaterThan(1);
    expect(Math.max(...some.map((part) => part.length))).toBeLessThanOrEqual(256_000);
    for (const part of some) {
      for (const struct of Y.decodeUpdate(part).structs) {
        if (struct instanceof Y.Item && struct.content instanceof Y.ContentString) {
          expect(new TextEncoder().encode(struct.content.str)).not.toContain(0xef); // of U+FFFD
        }
      }
    }
    expect(shape(merged(some))).toBe(shape(doc));
  });

  it("goes on from what the other knows", () => {
    const doc = new Y.Doc();
    const text = paragraph(doc, "Known");
    const known = Y.encodeStateAsUpdate(doc);
    text.insert(5, "x".repeat(5_000));
    for (let n = 0; n < 20; n++) paragraph(doc, "y".repeat(300));
    const lacks = Y.encodeStateAsUpdate(doc, Y.encodeStateVectorFromUpdate(known));
    const other = new Y.Doc();
    Y.applyUpdate(other, known);
    expect(shape(merged(parts(lacks, 1_000), other))).toBe(shape(doc));
  });
});

describe("what an update does", () => {
  it("is told apart: more words, or only fewer", () => {
    const doc = new Y.Doc();
    const text = paragraph(doc, "Some words");
    const vector = Y.encodeStateVector(doc);
    expect(bringsMore(Y.encodeStateAsUpdate(doc, vector), vector)).toBe(false);
    text.delete(0, 5);
    expect(bringsMore(Y.encodeStateAsUpdate(doc, vector), vector)).toBe(false);
    text.insert(0, "New ");
    expect(bringsMore(Y.encodeStateAsUpdate(doc, vector), vector)).toBe(true);
  });

  it("gives the deletions of what the other knows, and of nothing else", () => {
    const doc = new Y.Doc();
    const text = paragraph(doc, "Some words");
    const before = Y.encodeStateAsUpdate(doc);
    const vector = Y.encodeStateVector(doc);
    text.delete(0, 5);
    text.insert(0, "never sent");
    text.delete(2, 3);
    const other = new Y.Doc();
    Y.applyUpdate(other, before);
    merged([deletionsOf(Y.encodeStateAsUpdate(doc, vector), vector) as Uint8Array], other);
    expect(other.getXmlFragment("prosemirror").toString()).toContain("words");
    expect(other.getXmlFragment("prosemirror").toString()).not.toContain("Some");
    expect(deletionsOf(before, vector)).toBeNull();
  });
});
