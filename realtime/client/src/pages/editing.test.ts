import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { Editing } from "./editing.ts";
import { forgetCopies } from "./kept.ts";
import { stateOf } from "./page_editor_controller.ts";
import type { Socket, Status } from "./provider.ts";
import { ROOT, schema, VERSION } from "./schema.ts";
import { caret, closeEditors, desk, type } from "./testing.ts";
import * as wire from "./wire.ts";

/** A server that takes everything in at once. */
class Line implements Socket {
  static all: Line[] = [];
  binaryType = "";
  readyState = 1;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  taken = 0;

  constructor(
    readonly doc: Y.Doc,
    readonly mode: string,
    readonly epoch: number,
  ) {
    Line.all.push(this);
    queueMicrotask(() => {
      const you = { id: 5, name: "Ada", color: 5 };
      this.say({
        is: "hello",
        document: 7,
        epoch,
        schema: VERSION,
        mode,
        why: "",
        words: "Read only.",
        you,
      });
    });
  }

  send(data: string | Uint8Array): void {
    const heard = typeof data === "string" ? null : wire.read(data);
    if (heard?.is === "vector") {
      this.give(wire.step2(Y.encodeStateAsUpdate(this.doc, heard.data)));
      if (this.mode === "write") this.give(wire.step1(Y.encodeStateVector(this.doc)));
      this.say({ is: "synced", seq: 1 });
    } else if (heard?.is === "update") {
      Y.applyUpdate(this.doc, heard.data, this);
      this.taken += 1;
      this.say({ is: "ack", n: this.taken });
    }
  }

  close(): void {
    this.readyState = 3;
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  give(frame: Uint8Array): void {
    this.onmessage?.({ data: frame.slice().buffer });
  }
}

const opened: Editing[] = [];
const states: Status[] = [];
const anew = vi.fn();
let server: Y.Doc;

async function open(mode = "write", epoch = 1): Promise<Editing> {
  const editing = await Editing.open(
    desk(),
    { document: 7, person: 5, url: "ws://test/7", openSocket: () => new Line(server, mode, epoch) },
    { status: (status) => states.push(status), anew },
  );
  opened.push(editing);
  await vi.waitFor(() =>
    expect(editing.provider.status.isSynced || anew.mock.calls.length).toBeTruthy(),
  );
  return editing;
}

function paragraph(words: string): void {
  const made = new Y.XmlElement("paragraph");
  made.insert(0, [new Y.XmlText(words)]);
  server.getXmlFragment(ROOT).push([made]);
}

/** A copy in which somebody else writes, who has that number as client. */
function elsewhere(client: number): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(server));
  copy.clientID = client;
  return copy;
}

const served = () => server.getXmlFragment(ROOT).toString();

beforeEach(() => {
  localStorage.clear();
  anew.mockReset();
  states.length = 0;
  server = new Y.Doc();
});

afterEach(async () => {
  for (const editing of opened.splice(0)) if (!editing.view.isDestroyed) editing.close();
  closeEditors();
  await forgetCopies();
});

describe("an editor of a text", () => {
  it("shows it without changing it, and sends what is written", async () => {
    paragraph("As it stands");
    const before = served();
    const { view, provider } = await open();
    expect(view.dom.textContent).toBe("As it stands");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(served()).toBe(before);
    view.dispatch(view.state.tr.insertText("!", 13));
    await vi.waitFor(() => expect(served()).toBe("<paragraph>As it stands!</paragraph>"));
    await vi.waitFor(() => expect(stateOf(provider.status)).toBe("saved"));
    expect(states.map(stateOf)).toContain("unsaved");
  });

  it("shows an empty one, and writes nothing before somebody does", async () => {
    const { view } = await open();
    expect(view.state.doc.childCount).toBe(1);
    expect(server.getXmlFragment(ROOT).length).toBe(0);
    view.dispatch(view.state.tr.insertText("First", 1));
    await vi.waitFor(() => expect(served()).toBe("<paragraph>First</paragraph>"));
  });

  it("undoes what was written here, and nothing of the others", async () => {
    paragraph("Text");
    const { view } = await open();
    view.dispatch(view.state.tr.insertText("Mine ", 1));
    await vi.waitFor(() => expect(served()).toContain("Mine"));
    server.on("update", (update, origin) => {
      if (!(origin instanceof Line)) Line.all.at(-1)?.give(wire.update(update));
    });
    paragraph("Theirs");
    expect(view.dom.textContent).toBe("Mine TextTheirs");
    document.querySelector<HTMLElement>('[data-command="undo"]')?.click();
    expect(view.dom.textContent).toBe("TextTheirs");
  });

  it.each([
    ["before", 1, "As it stands. Theirs Mine"],
    ["behind", 2 ** 32 - 1, "As it stands. Mine Theirs"],
  ])(
    "keeps the caret where it is when another's words come %s those typed here",
    async (_, client, both) => {
      paragraph("As it stands.");
      const { view } = await open();
      caret(view, 0);
      const line = Line.all.at(-1);
      const other = elsewhere(client);
      type(view, " Mine");
      ((other.getXmlFragment(ROOT).get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(
        13,
        " Theirs",
      );
      line?.give(wire.update(Y.encodeStateAsUpdate(other)));
      expect(view.dom.textContent).toBe(both);
      const { head } = view.state.selection;
      expect(view.state.doc.textBetween(head - 5, head)).toBe(" Mine");
      await vi.waitFor(() => expect(served()).toContain("Mine"));
    },
  );

  it("leaves what another wrote in a heading whose making is undone", async () => {
    paragraph("Text");
    const { view } = await open();
    view.dispatch(
      view.state.tr.insert(6, schema.node("heading", { level: 2 }, schema.text("Mine"))),
    );
    await vi.waitFor(() => expect(served()).toContain("Mine"));
    const other = elsewhere(1);
    ((other.getXmlFragment(ROOT).get(1) as Y.XmlElement).get(0) as Y.XmlText).insert(4, " Theirs");
    Line.all.at(-1)?.give(wire.update(Y.encodeStateAsUpdate(other)));
    document.querySelector<HTMLElement>('[data-command="undo"]')?.click();
    expect(view.dom.textContent).toContain("Theirs");
    expect(view.dom.textContent).not.toContain("Mine");
  });

  it("is read by whoever may not write, with fields that cannot be changed", async () => {
    const callout = new Y.XmlElement("callout");
    callout.insert(0, [new Y.XmlElement("paragraph")]);
    server.getXmlFragment(ROOT).insert(0, [callout]);
    const { view, provider } = await open("read");
    expect(view.editable).toBe(false);
    expect(stateOf(provider.status)).toBe("read");
    await vi.waitFor(() =>
      expect(view.dom.querySelector<HTMLInputElement>('[data-attribute="title"]')?.readOnly).toBe(
        true,
      ),
    );
    document.querySelector<HTMLElement>('[data-command="rule"]')?.click();
    expect(view.state.doc.childCount).toBe(1);
  });

  it("begins anew where another text took its place, and gives back the words that were not sent", async () => {
    const first = await open();
    first.provider.lost();
    first.view.dispatch(first.view.state.tr.insertText("Not sent", 1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    first.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    server = new Y.Doc();
    await open("write", 2);
    await vi.waitFor(() => expect(anew).toHaveBeenCalledWith(["Not sent"]));
    expect(server.getXmlFragment(ROOT).length).toBe(0);
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(
      "parvis:text:5:7:1",
    );
  });
});

describe("the tools", () => {
  it("press what holds where the caret is", async () => {
    paragraph("Words");
    const { view } = await open();
    const button = (name: string) =>
      document.querySelector<HTMLElement>(`[data-slot=tools] [data-command="${name}"]`);
    button("heading-3")?.click();
    await vi.waitFor(() => expect(button("heading-3")?.getAttribute("aria-pressed")).toBe("true"));
    expect(button("undo")?.getAttribute("aria-disabled")).toBe("false");
    expect(button("row-below")?.hidden).toBe(true);
    view.dispatch(view.state.tr.setSelection(view.state.selection));
    button("heading-3")?.click();
    await vi.waitFor(() => expect(button("heading-3")?.getAttribute("aria-pressed")).toBe("false"));
  });

  it("know every command that the template names", async () => {
    const editing = await open();
    const known = editing as unknown as { commands: object; acts: object };
    const names = [...document.querySelectorAll<HTMLElement>("[data-command]")].map(
      ({ dataset }) => dataset.command,
    );
    expect(names.length).toBeGreaterThan(40);
    const all = { ...known.commands, ...known.acts };
    expect(names.filter((name) => !((name as string) in all))).toEqual([]);
  });
});
