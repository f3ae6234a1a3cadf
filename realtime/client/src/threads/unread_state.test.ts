import { beforeEach, describe, expect, it } from "vitest";
import { markSpace, markThread, markTurn, said, type Words } from "./unread_marks.ts";
import { Unread } from "./unread_state.ts";

const STATE = {
  spaces: [
    { pk: 1, unread: 1 },
    { pk: 2, unread: 0 },
  ],
  threads: [
    { pk: 10, space: 1, head: 5, unread: 2, awaits: true },
    { pk: 20, space: 2, head: 7, unread: 0, awaits: true },
    { pk: 30, space: 2, head: 3, unread: 0, awaits: false },
  ],
  turn: 1,
};

describe("what is new to a person", () => {
  let unread: Unread;

  beforeEach(() => {
    unread = new Unread();
    unread.take(STATE);
  });

  it("counts a conversation once for its place, however much is said there", () => {
    expect(unread.said(20, 8)).toBe(1);
    expect(unread.said(20, 9)).toBe(2);
    expect(unread.spaces.get(2)).toBe(1);
  });

  it("counts a message once, however often it is told", () => {
    unread.said(20, 8);
    expect(unread.said(20, 8)).toBe(1);
    expect(unread.said(10, 5)).toBe(2);
  });

  it("takes a conversation read to its end off its place", () => {
    expect(unread.read(10, 5)).toBe(true);
    expect(unread.spaces.get(1)).toBe(0);
    expect(unread.read(10, 5)).toBe(true);
    expect(unread.spaces.get(1)).toBe(0);
  });

  it("cannot say what is left of one read in part", () => {
    expect(unread.read(10, 4)).toBe(false);
    expect(unread.spaces.get(1)).toBe(1);
  });

  it("counts an answer to the person once, until it is read", () => {
    unread.said(20, 8);
    unread.said(20, 9);
    unread.said(30, 4);
    expect(unread.turn).toBe(2);
    unread.read(20, 9);
    unread.read(30, 4);
    expect(unread.turn).toBe(1);
  });

  it("counts what is said where the person took part since", () => {
    unread.spoke(30);
    unread.said(30, 4);
    expect(unread.turn).toBe(2);
  });

  it("knows nothing of a conversation that the server did not name", () => {
    expect(unread.said(99, 1)).toBeNull();
    expect(unread.knows(99)).toBe(false);
  });
});

const WORDS: Words = {
  threads: ["%s conversation", "%s conversations", "more than %s conversations"],
  messages: ["%s message", "%s messages", "more than %s messages"],
};

describe("the marks of what is new", () => {
  beforeEach(() => {
    document.body.innerHTML = `
      <ul><li data-unread-space="1" data-unread-number="0"><a class="rail__item" data-name="Quai" title="Quai">
        <span class="rail__dot" hidden><span></span></span></a></li></ul>
      <span data-unread-any hidden></span>
      <article data-unread-thread="10"><p><span data-slot="unread" hidden><span></span><span></span></span></p></article>`;
  });

  it("show and hide the dot of a place, with its number on hover", () => {
    markSpace(1, 3, WORDS);
    expect(document.querySelector<HTMLElement>(".rail__dot")?.hidden).toBe(false);
    expect(document.querySelector<HTMLElement>(".rail__item")?.title).toBe(
      "Quai · 3 conversations",
    );
    expect(document.querySelector<HTMLElement>("[data-unread-any]")?.hidden).toBe(false);

    markSpace(1, 0, WORDS);
    expect(document.querySelector<HTMLElement>(".rail__dot")?.hidden).toBe(true);
    expect(document.querySelector<HTMLElement>(".rail__item")?.title).toBe("Quai");
    expect(document.querySelector<HTMLElement>("[data-unread-any]")?.hidden).toBe(true);
  });

  it("write the number of new messages on a row, up to ninety-nine", () => {
    markThread(10, 100, WORDS);
    const row = document.querySelector("[data-unread-thread]");
    expect(row?.querySelector("[data-slot=unread]")?.firstElementChild?.textContent).toBe("99+");
    expect(row?.textContent).toContain("more than 99 messages");
    expect(row?.hasAttribute("data-unread")).toBe(true);
  });

  it("write the number of what awaits the person wherever it stands, and say whether it is news", () => {
    document.body.innerHTML = `<a><span data-turn-count hidden><b data-turn-number>0</b></span></a>
      <i data-turn-count hidden><b data-turn-number>0</b></i>`;
    const places = () =>
      [...document.querySelectorAll<HTMLElement>("[data-turn-count]")].map((place) =>
        place.hidden ? "" : place.textContent,
      );

    expect(markTurn(0)).toBe(false);
    expect(markTurn(2)).toBe(true);
    expect(places()).toEqual(["2", "2"]);
    expect(markTurn(2)).toBe(false);
    expect(markTurn(0)).toBe(true);
    expect(places()).toEqual(["", ""]);
  });

  it("say one and several in the words of the page", () => {
    expect(said(WORDS.threads, 1, 20)).toBe("1 conversation");
    expect(said(WORDS.threads, 20, 20)).toBe("20 conversations");
    expect(said(WORDS.threads, 21, 20)).toBe("more than 20 conversations");
  });
});
