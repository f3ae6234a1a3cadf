import { TextSelection } from "prosemirror-state";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Citing } from "./citing.ts";
import { cite } from "./commands.ts";
import { caret, closeEditors, desk, editor, press, run, shape, type } from "./testing.ts";

const words = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });
const sentence = (text: string, ...messages: number[]) => ({
  type: "cited",
  content: [
    text ? words(text) : { type: "paragraph" },
    ...messages.map((message) => ({ type: "cited_message", attrs: { message } })),
  ],
});
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

/** An editor beside a conversation; `wasIn` says whether somebody wrote in it already. */
function beside(content: object[], { wasIn = true, isOpen = true } = {}) {
  const on = desk();
  const view = editor(content, on);
  if (!isOpen) view.setProps({ editable: () => false });
  const ended = new AbortController();
  ends.push(ended);
  const citing = new Citing(on, view, () => wasIn, ended.signal);
  return { view, citing, on };
}

const ends: AbortController[] = [];

function chosen(id: number, author = "Moussa", excerpt = "Trop tôt."): void {
  dispatchEvent(new CustomEvent("thread:cite", { detail: { id, author, excerpt } }));
}

afterEach(() => {
  for (const ended of ends.splice(0)) ended.abort();
  closeEditors();
  vi.unstubAllGlobals();
});

describe("citing a message", () => {
  it("begins a sentence that rests on it, after what the caret is in", () => {
    const title = { ...words("Before"), type: "heading", attrs: { level: 2 } };
    const view = editor([title, words("After")]);
    run(view, cite(7));
    type(view, "It is too early.");
    expect(shape(view)).toBe("h2(Before) cited(p(It is too early.)cited_message()) p(After)");
    expect(view.state.doc.child(1).lastChild?.attrs.message).toBe(7);
  });

  it("has a sentence that is written already rest on it, with the caret where it was", () => {
    const view = editor([words("Before"), words("It is too early."), words("After")]);
    caret(view, 1);
    run(view, cite(7));
    type(view, " Much");
    expect(shape(view)).toBe("p(Before) cited(p(It is too early. Much)cited_message()) p(After)");
    run(view, cite(8));
    expect(view.state.doc.child(1).children.map((one) => one.attrs.message)).toEqual([
      undefined,
      7,
      8,
    ]);
  });

  it("has the last sentence rest on it, with a line after it", () => {
    const view = editor([words("It is too early.")]);
    run(view, cite(7));
    expect(shape(view)).toBe("cited(p(It is too early.)cited_message()) p()");
  });

  it("leaves what is selected over several lines as it is", () => {
    const view = editor([words("One"), words("Two")]);
    const over = TextSelection.create(view.state.doc, 1, view.state.doc.content.size - 1);
    view.dispatch(view.state.tr.setSelection(over));
    run(view, cite(7));
    expect(shape(view)).toBe("p(One) p(Two) cited(p()cited_message()) p()");
  });

  it("takes the place of an empty line", () => {
    const view = editor([words("Before"), { type: "paragraph" }, words("After")]);
    caret(view, 1);
    run(view, cite(7));
    expect(shape(view)).toBe("p(Before) cited(p()cited_message()) p(After)");
  });

  it("in a sentence adds it to that one, once", () => {
    const view = editor([sentence("Too early.", 7), words("After")]);
    run(view, cite(8));
    run(view, cite(8));
    expect(shape(view)).toBe("cited(p(Too early.)cited_message()cited_message()) p(After)");
  });

  it("where nobody wrote yet stands at the end, with a line after it", () => {
    const view = editor([words("One"), words("Two")]);
    run(view, cite(7, true));
    expect(shape(view)).toBe("p(One) p(Two) cited(p()cited_message()) p()");
  });
});

describe("in a sentence that rests on messages", () => {
  it("Enter at its end leads on", () => {
    const view = editor([sentence("Too early.", 7), words("After")]);
    press(view, "Enter");
    type(view, "Next");
    expect(shape(view)).toBe("cited(p(Too early.)cited_message()) p(Next) p(After)");
  });

  it("Backspace in an empty one takes it out", () => {
    const view = editor([words("Before"), sentence("", 7)]);
    caret(view, 1);
    press(view, "Backspace");
    expect(shape(view)).toBe("p(Before) p()");
  });

  it("a message can be dropped again", async () => {
    const { view } = beside([sentence("Too early.", 7, 8)]);
    await settle();
    view.dom.querySelector<HTMLElement>("[data-message='7'] [data-act=remove]")?.click();
    expect(shape(view)).toBe("cited(p(Too early.)cited_message())");
    expect(view.state.doc.firstChild?.lastChild?.attrs.message).toBe(8);
  });
});

describe("a conversation beside the text", () => {
  it("gives what is chosen in it, and its author is named at once", async () => {
    const { view, on } = beside([words("Before")]);
    chosen(7);
    await settle();
    expect(view.dom.querySelector("[data-message='7'] a")?.textContent).toBe("Moussa");
    expect(on.slot("said").textContent).toBe("Cited: Moussa");
  });

  it("of a message still on its way gives nothing", () => {
    const { view } = beside([words("Before")]);
    chosen(Number.NaN);
    expect(shape(view)).toBe("p(Before)");
  });

  it("gives nothing to a text that is only read, and says so", () => {
    const told = vi.fn();
    addEventListener("toast", told, { once: true });
    const { view } = beside([words("Before")], { isOpen: false });
    chosen(7);
    expect(shape(view)).toBe("p(Before)");
    expect(told).toHaveBeenCalledOnce();
  });

  it("that hides a message has its author and words gone from the sentence", async () => {
    const answer = JSON.stringify({ messages: {} });
    vi.stubGlobal("fetch", async () => new Response(answer));
    const { view } = beside([words("Before")]);
    chosen(7);
    await settle();
    dispatchEvent(new CustomEvent("thread:words", { detail: { id: 7 } }));
    await settle();
    expect(view.dom.querySelector<HTMLElement>("[data-message='7']")?.dataset.shown).toBe("unseen");
  });
});

describe("the list of what can be cited", () => {
  it("is that of the server, and what is chosen stands in the text", async () => {
    const told = { messages: [{ id: 9, author: "Rosa", excerpt: "À 15 h.", url: "/messages/9/" }] };
    const asked = vi.fn(async () => new Response(JSON.stringify(told)));
    vi.stubGlobal("fetch", asked);
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    HTMLDialogElement.prototype.close ??= () => undefined;
    const { view, citing, on } = beside([words("Before")]);
    citing.open();
    await settle();
    expect(document.activeElement).toBe(on.slot("cite-field"));
    on.slot("cite-found").querySelector<HTMLElement>("[role=option]")?.click();
    expect(asked).toHaveBeenCalledWith("/messages?q=", expect.anything());
    expect(view.state.doc.firstChild?.lastChild?.attrs.message).toBe(9);
  });

  it("says when there is nothing, and when the line is down", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ messages: [] })));
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    const { citing, on } = beside([words("Before")]);
    citing.open();
    await settle();
    expect(on.slot("cite-note").textContent).toContain("No message");
    vi.stubGlobal("fetch", async () => Promise.reject(new Error("down")));
    citing.open();
    await settle();
    expect(on.slot("cite-note").textContent).toContain("connection");
  });
});
