import { beforeEach, describe, expect, it, vi } from "vitest";
import { editInPlace } from "./editor.ts";
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
  <ul data-slot="files" hidden><li class="files__picture"><a href=""><img src="#" alt="" width="1" height="1"></a></li><li class="files__file"><a href=""><svg class="icon"><use href="/static/build/icons.svg#file"></use></svg><span class="file__name"></span><span class="file__about">0 B</span></a></li></ul>
  <div data-slot="reactions" hidden></div>
  <p data-slot="kept" hidden>Kept in</p>
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
    files: [],
    posted_at: "2026-03-02T09:00:00+00:00",
    poll: null,
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
    cover: template(
      '<p>Hidden: <span data-slot="reason"></span> <a href="/messages/0/moderate/">Look again</a></p>',
    ),
    me: 7,
    peopleUrl: "/people/",
    former: "Former member",
    takenBack: "Taken back.",
    units: ["B", "KB", "MB"],
    rescue,
  });
});

const rescue = vi.fn();

const shown = () =>
  messages.rows().map((row) => row.querySelector("[data-slot=body]")?.textContent);

describe("the rows of a conversation", () => {
  it("words that are being sent have no place yet, so they are nothing one has read", () => {
    messages.post(message({ id: 3, seq: 5, cid: "c3" }));
    messages.pend(message({ cid: "c4" }));
    expect(messages.lastSeq()).toBe(5);
    expect(messages.saidRows()).toHaveLength(1);
    messages.post(message({ id: 4, seq: 6, cid: "c4" }));
    expect(messages.lastSeq()).toBe(6);
  });

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

  it("tell a day once, also when its first words were on their way", () => {
    messages.post(message({ id: 1, seq: 1, cid: "x" }));
    const today = { posted_at: "2026-03-04T09:00:00+00:00", cid: "a" };
    messages.pend(message({ id: 0, seq: 0, ...today }));
    messages.post(message({ id: 2, seq: 2, ...today }));
    expect(
      [...list.querySelectorAll<HTMLElement>("[data-day]")].map((line) => line.dataset.day),
    ).toEqual(["2026-03-02", "2026-03-04"]);
    expect((list.lastElementChild as HTMLElement).dataset.id).toBe("2");
  });

  it("show their files: pictures small, the others by name and size", () => {
    const file = { token: "t", url: "/f/t/a", width: 0, height: 0, preview: "" };
    const row = messages.post(
      message({
        files: [
          { ...file, name: "a.jpg", icon: "image", size: 9, preview: "/p", width: 60, height: 40 },
          { ...file, name: "b.csv", icon: "file-spreadsheet", size: 2_149_999 },
        ],
      }),
    );
    const [picture, table] = row?.querySelectorAll("[data-slot=files] > li") ?? [];
    expect(picture?.querySelector("img")?.getAttribute("width")).toBe("60");
    expect(table?.querySelector("use")?.getAttribute("href")).toMatch(/#file-spreadsheet$/);
    expect(table?.querySelector(".file__about")?.textContent).toBe("2.1 MB");
    messages.remove(1);
    expect(row?.querySelector("[data-slot=files]")).toBeNull();
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

  it("cover what is hidden, in the answers too, and show it again", () => {
    messages.post(message({ id: 1, seq: 1, cid: "c1" }));
    messages.post(
      message({
        id: 2,
        seq: 2,
        cid: "c2",
        html: "two",
        reply_to: { id: 1, author: "Ada", excerpt: "one" },
      }),
    );
    const before = list.innerHTML;

    messages.hide({ id: 1, reason: "It names a customer." });

    expect(list.textContent).not.toContain("one");
    expect(messages.row(1)?.textContent).toContain("It names a customer.");
    expect(messages.row(1)?.dataset.source).toBe("");
    expect(messages.row(1)?.querySelector("a[href='/messages/1/moderate/']")).not.toBeNull();
    expect(messages.row(2)?.querySelector(".message__reply")?.textContent).toContain("…");

    const whole = { ...message({ id: 1, seq: 1 }), excerpt: "one", edited_at: null, reactions: [] };
    messages.show(whole);

    expect(list.innerHTML).toBe(before);
  });

  it("go at one end when they are too many, and the first left begins its day", () => {
    for (let id = 1; id <= 6; id += 1)
      messages.post(message({ id, seq: id, html: String(id), cid: `c${id}` }));

    expect(messages.trim("first", 4)).toBe(true);
    expect(shown()).toEqual(["3", "4", "5", "6"]);
    expect(list.firstElementChild?.getAttribute("data-day")).toBe("2026-03-02");
    expect(messages.trim("last", 2)).toBe(true);
    expect(shown()).toEqual(["3", "4"]);
    expect(messages.trim("last", 2)).toBe(false);
  });

  it("never go while words of one's own are on their way below them", () => {
    for (let id = 1; id <= 3; id += 1) messages.post(message({ id, seq: id, cid: `c${id}` }));
    messages.pend(message({ id: 0, seq: 0, cid: "mine" }));

    expect(messages.trim("last", 1)).toBe(false);
    expect(messages.rows()).toHaveLength(4);
  });
});

describe("the pages that a message is kept in", () => {
  const kept = () =>
    [...list.querySelectorAll<HTMLElement>("li.message")].map((row) => {
      const place = row.querySelector<HTMLElement>("[data-slot=kept]");
      const links = [...(place?.querySelectorAll("a") ?? [])].map((link) => link.textContent);
      return place?.hidden ? [] : links;
    });

  beforeEach(() => {
    messages.post(message({}));
    messages.post(message({ id: 2, seq: 2, cid: "c2" }));
  });

  it("are named on those that a page cites, under the name it has now", () => {
    messages.keep({ page: { title: "Shuttle", url: "/pages/a/" }, cited: [1, 2] });
    messages.keep({ page: { title: "The shuttle", url: "/pages/a/" }, cited: [2] });
    expect(kept()).toEqual([[], ["The shuttle"]]);
  });

  it("stay where another page that is no more cited it too", () => {
    messages.keep({ page: { title: "One", url: "/pages/a/" }, cited: [1] });
    messages.keep({ page: { title: "Two", url: "/pages/b/" }, cited: [1] });
    messages.keep({ page: { title: "Two", url: "/pages/b/" }, cited: [] });
    expect(kept()).toEqual([["One"], []]);
  });

  it("stay as they are when the synthesis was changed and no page is told", () => {
    messages.keep({ page: { title: "One", url: "/pages/a/" }, cited: [1] });
    messages.keep({ page: null, cited: [] });
    expect(kept()).toEqual([["One"], []]);
  });
});

describe("words that are being changed", () => {
  function change(words: string): HTMLTextAreaElement {
    messages.post(message({ id: 1, seq: 1 }));
    const row = messages.row(1) as HTMLElement;
    document.body.replaceChildren(list);
    editInPlace(row, {
      save: "Save",
      label: "Your message",
      notNow: "Not now.",
      cancel: "Cancel",
      unheard: "",
      counted: {},
      me: 7,
      peopleUrl: "",
    });
    const field = row.querySelector("textarea") as HTMLTextAreaElement;
    field.value = words;
    return field;
  }
  const moved = { ids: [1], seq: 9, trace: {} as never };

  beforeEach(() => rescue.mockClear());

  it("are given to whoever can still say them when their message goes elsewhere", () => {
    change("one and a half");
    messages.leave(moved);
    expect(rescue).toHaveBeenCalledExactlyOnceWith("one and a half");
  });

  it("are nothing to give when they were not changed", () => {
    change("one");
    messages.leave(moved);
    expect(rescue).not.toHaveBeenCalled();
  });

  it("stay with the reason when their message is hidden and its row drawn anew", () => {
    const field = change("one and a half");
    messages.hide({ id: 1, reason: "Too harsh." });
    expect(list.querySelector<HTMLElement>("[data-slot=body]")?.hidden).toBe(false);
    messages.replace(
      1,
      `<li class="message message--hidden" data-id="1" data-seq="1" data-at="2026-03-02T09:00:00+00:00" tabindex="-1"><div data-slot="body">Hidden: Too harsh.</div></li>`,
    );
    expect(messages.row(1)?.querySelector("textarea")).toBe(field);
    expect(field.value).toBe("one and a half");
    expect(document.activeElement).toBe(field);
    expect(list.querySelector<HTMLElement>("[data-slot=body]")?.hidden).toBe(false);
    expect(shown()).toEqual(["Hidden: Too harsh."]);
  });

  it("stay over a row that is drawn anew and still says what it said", () => {
    const field = change("one and a half");
    messages.show({
      ...message({ id: 1, seq: 1 }),
      excerpt: "one",
      edited_at: null,
      reactions: [],
    });
    expect(messages.row(1)?.querySelector("textarea")).toBe(field);
    expect(list.querySelector<HTMLElement>("[data-slot=body]")?.hidden).toBe(true);
    field.form?.querySelector<HTMLElement>("[data-cancel]")?.click();
    expect(list.querySelector<HTMLElement>("[data-slot=body]")?.hidden).toBe(false);
  });
});
