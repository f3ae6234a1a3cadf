import type { EditorView } from "prosemirror-view";
import { afterEach, describe, expect, it } from "vitest";
import { undo } from "y-prosemirror";
import { bold } from "./commands.ts";
import { backspace, behind, enter, p, Room } from "./room.ts";
import { press, run, type } from "./testing.ts";

let room: Room;
afterEach(() => room.close());

interface Case {
  title: string;
  content: object[];
  /** What one does, and what another does at the same moment. */
  one: (view: EditorView) => void;
  other: (view: EditorView) => void;
  becomes: string;
}

const types = (words: string, at: string) => (view: EditorView) => {
  behind(view, at);
  type(view, words);
};
const takesAway = (at: string, times: number) => (view: EditorView) => {
  behind(view, at);
  backspace(view, times);
};
const list = (...items: string[]) => ({
  type: "bullet_list",
  content: items.map((words) => ({ type: "list_item", content: [p(words)] })),
});

const CASES: Case[] = [
  {
    title: "a letter is typed before one like it, and that is taken away",
    content: [p("xabz")],
    one: types("b", "xa"),
    other: takesAway("xab", 1),
    becomes: "p(xabz)",
  },
  {
    title: "a letter is typed before one like it, and something between the two",
    content: [p("abz")],
    one: types("b", "a"),
    other: types("-", "ab"),
    becomes: "p(abb-z)",
  },
  {
    title: "a letter is typed before one like it, and the text is split there",
    content: [p("one two")],
    one: types("t", "one "),
    other: (view) => {
      behind(view, "one ");
      enter(view);
    },
    becomes: "p(one t) p(two)",
  },
  {
    title: "the first of two like letters is taken away, and something is typed between them",
    content: [p("abbz")],
    one: takesAway("ab", 1),
    other: types("-", "ab"),
    becomes: "p(a-bz)",
  },
  {
    title: "a word is taken away before one that begins and ends like it",
    content: [p("on tri. tri. on")],
    one: takesAway("on tri.", 5),
    other: types("!", "on tri. tri"),
    becomes: "p(on tri!. on)",
  },
  {
    title: "a sign of two halves, before one that shares the first",
    content: [p("a🌲z")],
    one: types("🌱", "a"),
    other: takesAway("a🌲", 2),
    becomes: "p(a🌱z)",
  },
  {
    title: "behind something that is no letter",
    content: [p("b")],
    one: (view) => {
      behind(view, "b");
      press(view, "Enter", { shiftKey: true });
      type(view, "bb");
    },
    other: types("-", "b"),
    becomes: "p(b-hard_break()bb)",
  },
  {
    title: "bold, before one like it that is not",
    content: [p("abz")],
    one: (view) => {
      behind(view, "a");
      run(view, bold);
      type(view, "b");
    },
    other: types("-", "ab"),
    becomes: "p(a<bold>b</>b-z)",
  },
  {
    title: "in a list, of which another changes another part",
    content: [list("abz", "two")],
    one: types("b", "a"),
    other: types("!", "two"),
    becomes: "ul(li(p(abbz))li(p(two!)))",
  },
];

describe("letters are changed where the caret is", () => {
  it.each(CASES)("$title", ({ content, one, other, becomes }) => {
    room = new Room(2, content);
    one(room.view(1));
    other(room.view(0));
    expect(room.text()).toBe(becomes);
  });

  it("a change of another beside does not bring back what was there before", () => {
    room = new Room(2, [list("abz", "two")]);
    for (const letter of "bbb") {
      types(letter, "a")(room.view(0));
      types("!", "two")(room.view(1));
      room.settle();
    }
    expect(room.text()).toBe("ul(li(p(abbbbz))li(p(two!!!)))");
  });

  it("is undone where it was done", () => {
    room = new Room(2, [p("abz")]);
    types("b", "a")(room.view(0));
    types("-", "ab")(room.view(1));
    room.settle();
    undo(room.view(0).state);
    expect(room.text()).toBe("p(ab-z)");
  });
});
