import { TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { redo, undo } from "y-prosemirror";
import * as act from "./commands.ts";
import { backspace, behind, enter, join, p, Room } from "./room.ts";
import { press, run, shape, type } from "./testing.ts";

let room: Room;
afterEach(() => room.close());

interface Case {
  title: string;
  content: object[];
  /** Where the second person types, what they typed that had arrived, and what had not. */
  at: string;
  known: string;
  unknown: string;
  /** What the first does meanwhile. */
  does: (view: EditorView) => void;
  /** With " on" typed behind, and one letter taken away again. */
  becomes: string;
}

const split = (words: string) => (view: EditorView) => {
  behind(view, words);
  enter(view);
};

const CASES: Case[] = [
  {
    title: "a paragraph is split before a word that is on its way",
    content: [p("One two")],
    at: "One two",
    known: " th",
    unknown: "ree",
    does: split("One"),
    becomes: "p(One) p( two three o)",
  },
  {
    title: "whoever split it wrote on in the new paragraph, and both arrive together",
    content: [p("One. end.")],
    at: "One.",
    known: "t",
    unknown: "wo",
    does: (view) => {
      split("One.")(view);
      behind(view, "end.");
      type(view, "!");
    },
    becomes: "p(One.) p(two o end.!)",
  },
  {
    title: "nothing of the word had arrived",
    content: [p("One two")],
    at: "One two",
    known: "",
    unknown: " three",
    does: split("One"),
    becomes: "p(One) p( two three o)",
  },
  {
    title: "the word is among others, and letters are like one another",
    content: [p("aaa bbb aaa")],
    at: "bbb",
    known: " a",
    unknown: "aa",
    does: split("aaa b"),
    becomes: "p(aaa b) p(bb aaa o aaa)",
  },
  {
    title: "it is split where somebody types: that stays before",
    content: [p("One-two")],
    at: "One",
    known: "",
    unknown: " more",
    does: split("One"),
    becomes: "p(One more o) p(-two)",
  },
  {
    title: "a tail of one letter",
    content: [p("One.")],
    at: "One.",
    known: "",
    unknown: "..",
    does: split("One"),
    becomes: "p(One) p(... o)",
  },
  {
    title: "two paragraphs become one",
    content: [p("One"), p("two")],
    at: "two",
    known: " th",
    unknown: "ree",
    does: (view) => join(view, "two"),
    becomes: "p(Onetwo three o)",
  },
  {
    title: "two paragraphs become one, and something is typed in the middle of the second",
    content: [p("One"), p("two four")],
    at: "two",
    known: "",
    unknown: " three",
    does: (view) => join(view, "two"),
    becomes: "p(Onetwo three o four)",
  },
  {
    title: "two paragraphs become one, and something is typed where the second begins",
    content: [p("One"), p("two")],
    at: "",
    known: "",
    unknown: "and ",
    does: (view) => join(view, "two"),
    becomes: "p(Oneand  otwo)",
  },
  {
    title: "two paragraphs become one, and something is typed where the first ends",
    content: [p("One"), p("two")],
    at: "One",
    known: "",
    unknown: " more",
    does: (view) => join(view, "two"),
    becomes: "p(One more otwo)",
  },
  {
    title: "a list is made around",
    content: [p("One two")],
    at: "One",
    known: " an",
    unknown: "d",
    does: (view) => run(view, act.list("bullet_list")),
    becomes: "ul(li(p(One and o two)))",
  },
  {
    title: "a list is taken apart",
    content: [{ type: "bullet_list", content: [{ type: "list_item", content: [p("One two")] }] }],
    at: "One",
    known: "",
    unknown: " and",
    does: (view) => {
      behind(view, "two");
      run(view, act.lift);
    },
    becomes: "p(One and o two)",
  },
  {
    title: "words become a heading",
    content: [p("One two")],
    at: "One two",
    known: " th",
    unknown: "ree",
    does: (view) => run(view, act.heading(2)),
    becomes: "h2(One two three o)",
  },
  {
    title: "a point of a list is split",
    content: [{ type: "bullet_list", content: [{ type: "list_item", content: [p("One two")] }] }],
    at: "One two",
    known: "",
    unknown: " three",
    does: split("One"),
    becomes: "ul(li(p(One))li(p( two three o)))",
  },
  {
    title: "a line is broken",
    content: [p("One two")],
    at: "One two",
    known: "",
    unknown: " three",
    does: (view) => {
      behind(view, "One");
      press(view, "Enter", { shiftKey: true });
    },
    becomes: "p(Onehard_break() two three o)",
  },
  {
    title: "marks go along, and letters of two halves",
    content: [p("One ", "bold")],
    at: "One bold",
    known: "er",
    unknown: " 🌱🌲",
    does: split("One"),
    becomes: "p(One) p( <bold>bolder 🌱🌲 o</>)",
  },
  {
    title: "a block that has no marks gets none",
    content: [p("One ", "bold")],
    at: "One bold",
    known: "",
    unknown: "er",
    does: (view) => run(view, act.codeBlock),
    becomes: "code_block(One bolder o)",
  },
  {
    title: "it was split twice before anything arrived",
    content: [p("One two three four")],
    at: "One two three",
    known: "",
    unknown: " and",
    does: (view) => {
      split("One")(view);
      split(" two")(view);
    },
    becomes: "p(One) p( two) p( three and o four)",
  },
  {
    title: "the tail was taken away: what was typed stays where it was",
    content: [p("One two")],
    at: "One two",
    known: "",
    unknown: " three",
    does: (view) => {
      behind(view, "One two");
      backspace(view, 4);
    },
    becomes: "p(One three o)",
  },
  {
    title: "the tail was taken away and something alike typed elsewhere",
    content: [p("One two"), p("x")],
    at: "One two",
    known: "",
    unknown: " three",
    does: (view) => {
      behind(view, "One two");
      backspace(view, 4);
      behind(view, "x");
      type(view, " too");
    },
    becomes: "p(One three o) p(x too)",
  },
];

/** Plays a case; the first person's client id is the lower, or the higher one. */
function play(
  { content, at, known, unknown, does }: Case,
  mover: number,
  order: "first" | "last",
  isMended = true,
): string {
  room = new Room(3, content, isMended);
  const [one, other] = [room.view(mover), room.view(1)];
  behind(other, at);
  type(other, known);
  room.settle();
  type(other, unknown);
  does(one);
  for (const who of order === "first" ? [mover, 1] : [1, mover]) room.send(who);
  room.hear(1);
  type(other, " on");
  backspace(other);
  return room.text();
}

describe("what is typed goes where the words around it go", () => {
  it.each(
    CASES.flatMap((one) =>
      [0, 2].flatMap((mover) =>
        (["first", "last"] as const).map((order) => [one.title, mover, order, one] as const),
      ),
    ),
  )("%s (by %i, told %s)", (_title, mover, order, one) => {
    expect(play(one, mover, order)).toBe(one.becomes);
  });

  it("without this, words are torn and lost", () => {
    const torn = CASES.filter((one) => {
      const text = play(one, 0, "first", false);
      room.close();
      return text !== one.becomes;
    });
    expect(torn.length).toBeGreaterThan(CASES.length / 2);
  });
});

describe("where more come together", () => {
  it("two others type in the tail, one behind the other's word", () => {
    for (const [a, b] of [
      [1, 2],
      [2, 1],
    ] as const) {
      room = new Room(3, [p("One two")]);
      behind(room.view(a), "One two");
      type(room.view(a), " thr");
      room.settle();
      type(room.view(a), "ee.");
      room.send(a);
      room.hear(b);
      behind(room.view(b), "three.");
      type(room.view(b), " four.");
      split("One")(room.view(0));
      room.send(0);
      room.send(b);
      room.hear(b);
      type(room.view(b), " five");
      room.hear(a);
      expect(room.text()).toBe("p(One) p( two three. four. five)");
      room.close();
    }
  });

  it("what is taken away meanwhile does not come back", () => {
    room = new Room(2, [p("One two")]);
    const [one, other] = [room.view(0), room.view(1)];
    behind(other, "One two");
    type(other, " three");
    room.settle();
    backspace(other, 3);
    split("One")(one);
    room.send(0);
    room.hear(1);
    backspace(other, 3);
    type(other, "!");
    expect(room.text()).toBe("p(One) p( two!)");
  });

  it("two split it at once, each elsewhere", () => {
    for (const [a, b] of [
      [0, 1],
      [1, 0],
    ] as const) {
      room = new Room(2, [p("One two three")]);
      split("One")(room.view(a));
      split("One two")(room.view(b));
      const paragraphs = room.text().match(/p\([^)]*\)/g) ?? []; // in either order
      expect(paragraphs.sort()).toEqual(["p( three)", "p( two)", "p(One)"]);
      room.close();
    }
  });

  it("a selection goes along, and what is typed takes its place", () => {
    room = new Room(2, [p("One two three four")]);
    const other = room.view(1);
    behind(other, "One two three");
    const { head } = other.state.selection;
    other.dispatch(
      other.state.tr.setSelection(TextSelection.create(other.state.doc, head - 5, head)),
    );
    split("One")(room.view(0));
    room.send(0);
    room.hear(1);
    type(other, "3");
    expect(room.text()).toBe("p(One) p( two 3 four)");
  });

  it("undoing takes away what was typed, where it is now, and nothing of others", () => {
    room = new Room(2, [p("One two")]);
    const [one, other] = [room.view(0), room.view(1)];
    behind(other, "One two");
    type(other, " three");
    split("One")(one);
    room.send(0);
    room.hear(1);
    room.settle();
    behind(one, "three");
    type(one, " four");
    room.settle();
    undo(other.state);
    expect(room.text()).toBe("p(One) p( two four)");
    redo(other.state);
    expect(room.text()).toBe("p(One) p( two three four)");
  });

  it.each(["One", "One two", "One two th"])(
    "what was undone and done again goes with a split behind %s",
    (place) => {
      room = new Room(2, [p("One two")]);
      const [one, other] = [room.view(0), room.view(1)];
      behind(other, "One two");
      type(other, " three");
      room.settle();
      undo(other.state);
      redo(other.state);
      room.settle();
      split(place)(one);
      const text = "One two three";
      expect(room.text()).toBe(`p(${place}) p(${text.slice(place.length)})`);
    },
  );

  it("who only reads changes nothing", () => {
    room = new Room(2, [p("One two")]);
    const other = room.view(1);
    behind(other, "One two");
    type(other, " three");
    other.setProps({ editable: () => false });
    split("One")(room.view(0));
    room.send(0);
    room.hear(1);
    expect(shape(other)).toBe("p(One three) p( two)");
  });
});

/** A repeatable choice. */
function chances(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** The caret behind a word that is whole. */
function behindSomeWord(view: EditorView, below: (most: number) => number): void {
  const places: number[] = [];
  view.state.doc.descendants((node, pos) => {
    if (!node.isTextblock) return;
    for (const { index, 0: word } of node.textContent.matchAll(/\w+[.!?]/g)) {
      places.push(pos + 1 + index + word.length);
    }
  });
  const at = places[below(places.length)] ?? 1;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)));
}

/** To the beginning of a paragraph but the first, and Backspace. */
function joinSome(view: EditorView, below: (most: number) => number): void {
  const places: number[] = [];
  view.state.doc.descendants((node, pos) => {
    if (node.isTextblock) places.push(pos + 1);
  });
  if (places.length < 2) return;
  const at = places[1 + below(places.length - 1)] as number;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)));
  backspace(view);
}

/** A word of letters that all words have. */
function likeOthers(who: number, others: string[], below: (most: number) => number): string {
  let word = "";
  do {
    word = `${"abc"[who]}${10 + below(90)}${["lot.", "tri.", "sol."][below(3)]}`;
  } while (others.includes(word));
  return word;
}

/** A word of somebody's own letters, none twice: where words go is found by their letters. */
function newWord(who: number, others: string[], below: (most: number) => number): string {
  const letters = ["abcdefgh", "ijklmnop", "qrstuvwx"][who] ?? "";
  const some = () => letters[below(letters.length)] as string;
  let word = "";
  do {
    word = some().toUpperCase();
    while (word.length < 6) {
      const letter = some();
      if (!word.includes(letter)) word += letter;
    }
    word += ".!?"[who];
  } while (others.includes(word));
  return word;
}

type Deed = "words" | "split" | "join" | "regret" | "list" | "undo" | "undo all";

/** A key that somebody presses; whether it must wait. */
type Key = () => unknown;

interface How {
  strokes?: number;
  /** Whether two moves may be under way at once. */
  isAtOnce?: boolean;
  isMended?: boolean;
  word?: typeof newWord;
}

/** People write by chance, key by key, and what they do travels for as long as chance wants; the words that stay. */
function write(
  seed: number,
  deeds: readonly Deed[],
  { strokes = STROKES, isAtOnce = false, isMended = true, word: give = newWord }: How = {},
): string[] {
  const below = chances(seed);
  const stays = ["ybegin.", "yend."];
  room = new Room(3, [p("ybegin. yend.")], isMended);
  const todo = room.views.map(() => [] as Key[]);
  const begin = (who: number, view: EditorView, keys: Key[]) => {
    const deed = deeds[below(deeds.length)];
    let word = "";
    keys.push(() => {
      behindSomeWord(view, below);
      word = give(who, stays, below);
      if (deed !== "regret") stays.push(word);
    });
    for (let n = 0; n < 7; n++) keys.push(() => type(view, word[n] ?? ""));
    if (deed === "regret") for (let n = 0; n < 7; n++) keys.push(() => backspace(view));
    const move = (does: () => void) =>
      keys.push(() => {
        const mustWait = !isAtOnce && room.isMoveOnItsWay;
        if (!mustWait) room.move(does);
        return mustWait;
      });
    if (deed === "undo") keys.push(() => void undo(view.state));
    if (deed === "undo all") keys.push(() => undo(view.state)); // until there is nothing left
    if (deed === "undo") keys.push(() => void redo(view.state));
    if (deed === "undo all") keys.push(() => redo(view.state));
    if (deed === "split") move(() => enter(view));
    if (deed === "join") move(() => joinSome(view, below));
    if (deed === "list") move(() => run(view, act.list("bullet_list")));
  };
  for (let n = 0; n < strokes || todo.some((keys) => keys.length); n++) {
    vi.setSystemTime(n * MILLISECONDS);
    for (const [who, view] of room.views.entries()) {
      const keys = todo[who] ?? [];
      if (!keys.length && n < strokes) begin(who, view, keys);
      if (below(3) && keys[0]?.() !== true) keys.shift();
      if (below(4) === 0) room.send(who);
      if (below(4) === 0) room.hear(who, 1 + below(3));
    }
  }
  return stays;
}
/** What the text has more and less of than the words that stay, letter by letter, and which of these are not whole. */
function compared(stays: string[]): { torn: string[]; more: string; less: string } {
  room.text();
  const { doc } = room.view(0).state;
  const text = doc.textBetween(0, doc.content.size, " ");
  const counts = new Map<string, number>();
  const count = (words: string, by: number) => {
    for (const letter of words.replace(/ /g, "")) {
      counts.set(letter, (counts.get(letter) ?? 0) + by);
    }
  };
  count(text, 1);
  count(stays.join(""), -1);
  const all = [...counts];
  return {
    torn: stays.filter((word) => !text.includes(word)),
    more: all.map(([letter, n]) => letter.repeat(Math.max(0, n))).join(""),
    less: all.map(([letter, n]) => letter.repeat(Math.max(0, -n))).join(""),
  };
}

const EXACTLY = { torn: [], more: "", less: "" };
const STROKES = 100;
const MILLISECONDS = 40; // between two keys, for what forgets and what counts as one step

describe("three write by chance", { timeout: 60_000 }, () => {
  const seeds = [1, 2, 3, 4];
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it.each(
    seeds.flatMap((seed) =>
      (["split", "join", "list"] as const).map((deed) => [deed, seed] as const),
    ),
  )(
    "and %s, one after the other: every word is whole, no letter lost or doubled (%i)",
    (deed, seed) => {
      const stays = write(seed, ["words", "split", deed]);
      expect(compared(stays)).toEqual(EXACTLY);
    },
  );

  it.each(seeds)("and take words away: the others are whole (%i)", (seed) => {
    const { torn, less } = compared(write(seed, ["words", "split", "regret"]));
    expect({ torn, less }).toEqual({ torn: [], less: "" });
  });

  it.each([...seeds, 34, 52, 100, 129])(
    "and split at once: no letter is lost, some are twice there (%i)",
    (seed) => {
      const { less } = compared(write(seed, ["words", "split"], { isAtOnce: true }));
      expect(less).toBe("");
    },
  );

  it.each([...seeds, 10, 13, 18])("and undo, and do again: no letter is lost (%i)", (seed) => {
    const { less } = compared(write(seed, ["words", "split", "undo"]));
    expect(less).toBe("");
  });

  it.each([15, 27])("and undo, and do again: nothing is twice there (%i)", (seed) => {
    const stays = write(seed, ["words", "split", "undo"], { strokes: 2 });
    expect(compared(stays)).toEqual(EXACTLY);
  });

  it("words like one another: one that was typed after a split does not go for one taken away", () => {
    const stays = write(134, ["words", "split"], { word: likeOthers });
    expect(compared(stays).less).toBe("");
  });

  it("words like one another: what was known when it was split goes as a whole", () => {
    const how = { word: likeOthers, strokes: 15 };
    const stays = write(184, ["words", "split", "regret"], how);
    expect(compared(stays).less).toBe("");
  });

  it.each([211, 237, 488])(
    "and undo all they did, and do it again: it comes to rest (%i)",
    (seed) => {
      write(seed, ["words", "split", "undo all"], { strokes: 40 });
      expect(() => room.text()).not.toThrow();
    },
  );

  it("without this, words are torn", () => {
    const stays = write(1, ["words", "split"], { isMended: false });
    expect(compared(stays).torn).not.toEqual([]);
  });
});
