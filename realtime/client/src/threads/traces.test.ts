import { beforeEach, describe, expect, it } from "vitest";
import type { TraceLeft } from "./events.ts";
import { MessageList } from "./message_list.ts";

const MOLDS = `
<li class="trace" data-trace="solved" data-seq="0" data-author="" data-at=""><p><b data-slot="by"></b> solved<span data-slot="answer">: <a href="/messages/0/">answer</a></span> <span data-slot="reason" hidden></span></p></li>
<li class="trace" data-trace="moved_in" data-seq="0" data-author="" data-at=""><p><b data-slot="by"></b> moved <span data-slot="count" data-one="a message" data-many="%s messages"></span> from <a data-slot="other" data-unnamed="another" href="/threads/0/"></a> <span data-slot="reason" hidden></span></p></li>`;

function template(html: string): HTMLTemplateElement {
  const made = document.createElement("template");
  made.innerHTML = html.trim();
  return made;
}

function trace(more: Partial<TraceLeft>): TraceLeft {
  return {
    kind: "solved",
    by: "Ada",
    at: "2026-03-02T09:00:00+00:00",
    reason: "",
    other: null,
    message: null,
    count: 0,
    ...more,
  };
}

let list: HTMLElement;
let messages: MessageList;

beforeEach(() => {
  document.documentElement.lang = "en";
  list = document.createElement("ol");
  messages = new MessageList(list, {
    template: template(
      `<li class="message" data-id="0" data-seq="0"><span data-slot="author"></span><div data-slot="body"></div></li>`,
    ),
    day: template("<li><time></time></li>"),
    traces: template(MOLDS),
    me: 7,
    peopleUrl: "/people/",
    former: "Former member",
    units: ["B", "KB", "MB"],
    takenBack: "Taken back.",
  });
});

const words = (seq: number) =>
  list.querySelector(`#t-${seq}`)?.textContent?.replace(/\s+/g, " ").trim();

describe("a trace", () => {
  it("takes its place among the messages, once", () => {
    const author = { id: 7, name: "Ada", photo: "", is_guest: false };
    for (const seq of [4, 2])
      messages.post({
        id: seq,
        seq,
        cid: `c${seq}`,
        author,
        html: "",
        body: "",
        reply_to: null,
        posted_at: "2026-03-02T09:00:00+00:00",
        poll: null,
      } as never);
    messages.trace(trace({}), 3);
    messages.trace(trace({}), 3);
    expect(messages.rows().map((row) => row.dataset.seq)).toEqual(["2", "3", "4"]);
    expect(list.querySelector("#m-4")?.classList.contains("message--run")).toBe(false);
  });

  it("leads to the answer kept, and no more once it is taken back", () => {
    messages.trace(trace({ message: 12 }), 3);
    expect(list.querySelector("#t-3 a")?.getAttribute("href")).toBe("/messages/12/");
    messages.trace(trace({}), 4);
    expect(list.querySelector("#t-4 a")).toBeNull();
  });

  it("counts in words and names the other conversation where it is told", () => {
    const other = { id: 5, title: "The shuttle" };
    messages.trace(trace({ kind: "moved_in", count: 3, other }), 3);
    messages.trace(trace({ kind: "moved_in", count: 1, other: { id: 5, title: "" } }), 4);
    expect(words(3)).toBe("Ada moved 3 messages from The shuttle");
    expect(words(4)).toBe("Ada moved a message from another");
  });

  it("says a former member and a reason", () => {
    messages.trace(trace({ by: "", reason: "By phone." }), 3);
    expect(words(3)).toBe("Former member solved By phone.");
    expect(list.querySelector<HTMLElement>("#t-3 [data-slot=reason]")?.hidden).toBe(false);
  });
});
