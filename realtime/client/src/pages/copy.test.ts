import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { Draft } from "../threads/drafts.ts";
import { LocalCopy } from "./copy.ts";
import { forgetCopies, forgetOld } from "./kept.ts";
import LeavingController from "./leaving_controller.ts";

const open: LocalCopy[] = [];
const names = async () =>
  (await indexedDB.databases())
    .map(({ name }) => name)
    .filter((name) => name?.match(/^parvis:text:.*\d$/));

async function begun(person: number, document = 7, epoch = 1): Promise<[LocalCopy, Y.Doc]> {
  const copy = new LocalCopy(person, document);
  open.push(copy);
  const doc = new Y.Doc();
  await copy.open(doc, 1);
  await copy.begin(doc, epoch, 1);
  return [copy, doc];
}

function write(doc: Y.Doc, words: string): void {
  doc.getXmlFragment("prosemirror").insert(0, [new Y.XmlElement(words)]);
}

const kept = () => new Promise((resolve) => setTimeout(resolve, 30));
const textOf = (doc: Y.Doc) => doc.getXmlFragment("prosemirror").toString();

beforeEach(() => localStorage.clear());

afterEach(async () => {
  for (const copy of open.splice(0)) await copy.close();
  await forgetCopies();
  vi.useRealTimers();
});

describe("the copy of a text on this device", () => {
  it("is there the next time, with what the server has of it", async () => {
    const [copy, doc] = await begun(5);
    write(doc, "one");
    copy.put(doc.clientID, 0);
    copy.put(doc.clientID, 1);
    await kept();
    await copy.close();
    const again = new LocalCopy(5, 7);
    open.push(again);
    const later = new Y.Doc();
    await again.open(later, 1);
    expect(textOf(later)).toBe(textOf(doc));
    expect(again.epoch).toBe(1);
    expect([...again.all()]).toEqual([[doc.clientID, 1]]);
    again.forget(doc.clientID);
    expect(new LocalCopy(5, 7).all().size).toBe(0);
  });

  it("is one person's, and one text's", async () => {
    const [, doc] = await begun(5);
    write(doc, "mine");
    await kept();
    const [, other] = await begun(6);
    const [, second] = await begun(5, 8);
    expect([textOf(other), textOf(second)]).toEqual(["", ""]);
    expect((await names()).sort()).toEqual([
      "parvis:text:5:7:1",
      "parvis:text:5:8:1",
      "parvis:text:6:7:1",
    ]);
  });

  it("of another schema is thrown away before it is read", async () => {
    const [copy, doc] = await begun(5);
    write(doc, "old");
    await kept();
    await copy.close();
    const later = new Y.Doc();
    const again = new LocalCopy(5, 7);
    await again.open(later, 2);
    expect([textOf(later), again.epoch, await names()]).toEqual(["", null, []]);
  });

  it("remembers what was written before the server said which text it is", async () => {
    const copy = new LocalCopy(5, 7);
    open.push(copy);
    const doc = new Y.Doc();
    await copy.open(doc, 1);
    copy.put(doc.clientID, 0);
    await copy.begin(doc, 3, 1);
    expect([...new LocalCopy(5, 7).all()]).toEqual([[doc.clientID, 0]]);
  });

  it("goes after a month, unless it holds words that the server does not have", async () => {
    const [copy] = await begun(5);
    const [unsent] = await begun(5, 8);
    unsent.put(12, 0);
    await copy.close();
    await unsent.close();
    forgetOld(Date.now() + 29 * 24 * 3600 * 1000);
    expect(await names()).toHaveLength(2);
    forgetOld(Date.now() + 31 * 24 * 3600 * 1000);
    await kept();
    expect(await names()).toEqual(["parvis:text:5:8:1"]);
  });

  it("is nowhere where the browser keeps nothing, and nothing breaks", async () => {
    vi.stubGlobal("indexedDB", undefined);
    const [copy, doc] = await begun(5);
    write(doc, "one");
    await copy.discard();
    vi.unstubAllGlobals();
    expect(copy.epoch).toBeNull();
  });
});

it("signing out throws every copy and every begun word away first", async () => {
  new Draft(5, 7).keep("not sent yet");
  const [copy, doc] = await begun(5);
  write(doc, "secret");
  await kept();
  await copy.close();
  document.body.innerHTML = "<form><button>Out</button></form>";
  const form = document.querySelector("form") as HTMLFormElement;
  const sent = vi.fn();
  form.requestSubmit = sent;
  const leaving = new LeavingController({ scope: { element: form } } as never);
  expect(leaving.element).toBe(form);
  leaving.connect();
  const event = new SubmitEvent("submit", { cancelable: true });
  form.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(sent).toHaveBeenCalledOnce());
  expect(await names()).toEqual([]);
  expect(Object.keys(localStorage)).toEqual([]);
  const second = new SubmitEvent("submit", { cancelable: true });
  form.dispatchEvent(second);
  expect(second.defaultPrevented).toBe(false);
});
