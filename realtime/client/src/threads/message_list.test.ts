import { beforeEach, describe, expect, it } from "vitest";
import type { MessagePosted } from "./events.ts";
import { MessageList } from "./message_list.ts";

const ROW = `
<li class="message" data-id="0" data-seq="0">
  <span class="avatar avatar--1"></span>
  <a class="message__author" data-slot="author" href="/people/0/"></a>
  <span data-slot="guest"></span>
  <a data-slot="address" href="/messages/0/"></a>
  <a class="message__reply" data-slot="reply" href="#m-0"><b></b> <span><span></span></span></a>
  <div data-slot="body"></div>
  <div data-slot="reactions" hidden></div>
  <div data-slot="state" hidden></div>
  <div data-slot="actions"><a data-slot="edit-act" href="/messages/0/edit/"></a></div>
</li>`;

function template(html: string): HTMLTemplateElement {
  const made = document.createElement("template");
  made.innerHTML = html.trim();
  return made;
}

function message(more: Partial<MessagePosted>): MessagePosted {
  return {
    id: 1,
    seq: 1,
    cid: "c1",
    author: { id: 7, name: "Ada", photo: "", is_guest: false },
    html: "<p>one</p>",
    body: "one",
    reply_to: null,
    posted_at: "2026-03-02T09:00:00+00:00",
    ...more,
  };
}

let list: HTMLElement;
let messages: MessageList;

beforeEach(() => {
  document.documentElement.lang = "en";
  list = document.createElement("ol");
  messages = new MessageList(list, {
    template: template(ROW),
    day: template("<li><time></time></li>"),
    me: 7,
    peopleUrl: "/people/",
    former: "Former member",
    takenBack: "Taken back.",
  });
});

const shown = () =>
  messages.rows().map((row) => row.querySelector("[data-slot=body]")?.textContent);

describe("the rows of a conversation", () => {
  it("stand in the order of the stream, whatever order they arrive in", () => {
    messages.post(message({ id: 3, seq: 9, html: "three" }));
    messages.post(message({ id: 1, seq: 2, html: "one" }));
    messages.post(message({ id: 2, seq: 5, html: "two" }));
    expect(shown()).toEqual(["one", "two", "three"]);
  });

  it("show a message once, however often it is told", () => {
    expect(messages.post(message({}))).not.toBeNull();
    expect(messages.post(message({}))).toBeNull();
    expect(shown()).toEqual(["one"]);
  });

  it("keep what is on its way at the end, in the order it was written", () => {
    messages.pend(message({ id: 0, seq: 0, cid: "a", html: "first" }));
    messages.pend(message({ id: 0, seq: 0, cid: "b", html: "second" }));
    messages.post(message({ id: 5, seq: 5, cid: "x", html: "another" }));
    expect(shown()).toEqual(["another", "first", "second"]);
  });

  it("turn words on their way into the message they became", () => {
    messages.pend(message({ id: 0, seq: 0, cid: "a", html: "mine" }));
    const row = messages.post(message({ id: 5, seq: 5, cid: "a", html: "mine" }));
    expect(shown()).toEqual(["mine"]);
    expect(row?.querySelector("[data-slot=address]")?.getAttribute("href")).toBe("/messages/5/");
  });

  it("go on without a new head when the same person goes on", () => {
    messages.post(message({ id: 1, seq: 1 }));
    messages.post(message({ id: 2, seq: 2, posted_at: "2026-03-02T09:01:00+00:00" }));
    messages.post(message({ id: 3, seq: 3, posted_at: "2026-03-02T09:31:00+00:00" }));
    expect(messages.rows().map((row) => row.classList.contains("message--run"))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("lose their words and their acts when they are taken back", () => {
    messages.post(message({ html: "<p>secret</p>", body: "secret" }));
    messages.remove(1);
    expect(list.innerHTML).not.toContain("secret");
    expect(list.querySelector("[data-slot=actions]")).toBeNull();
  });

  it("give others no way to edit one's words", () => {
    const row = messages.post(
      message({ author: { id: 8, name: "Bo", photo: "", is_guest: true } }),
    );
    expect(row?.querySelector("[data-slot=edit-act]")).toBeNull();
    expect(row?.querySelector("[data-slot=author]")?.hasAttribute("href")).toBe(false);
  });
});
