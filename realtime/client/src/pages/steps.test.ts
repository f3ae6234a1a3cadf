import { TextSelection } from "prosemirror-state";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { redo, undo } from "y-prosemirror";
import * as act from "./commands.ts";
import { behind, enter, p, Room } from "./room.ts";
import { run, shape, type } from "./testing.ts";

let room: Room;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] }); // all of it happens in one moment
  room = new Room(2, [p("One."), p("Two.")]);
});
afterEach(() => {
  room.close();
  vi.useRealTimers();
});

describe("one undoing takes back", () => {
  it("what was typed in one go", () => {
    const view = room.view(0);
    behind(view, "One.");
    for (const letter of " And") type(view, letter);
    undo(view.state);
    expect(shape(view)).toBe("p(One.) p(Two.)");
    redo(view.state);
    expect(shape(view)).toBe("p(One. And) p(Two.)");
  });

  it("the last of two places", () => {
    const view = room.view(0);
    behind(view, "One.");
    type(view, " And");
    behind(view, "Two.");
    type(view, " Or");
    undo(view.state);
    expect(shape(view)).toBe("p(One. And) p(Two.)");
    undo(view.state);
    expect(shape(view)).toBe("p(One.) p(Two.)");
  });

  it("a paragraph that was begun, and not what was typed before it or in it", () => {
    const view = room.view(0);
    behind(view, "One.");
    type(view, " And");
    enter(view);
    type(view, "more");
    undo(view.state);
    expect(shape(view)).toBe("p(One. And) p() p(Two.)");
    undo(view.state);
    expect(shape(view)).toBe("p(One. And) p(Two.)");
  });

  it("a mark, and not the words it is on", () => {
    const view = room.view(0);
    behind(view, "One.");
    type(view, " And");
    const { to } = view.state.selection;
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, to - 3, to)));
    run(view, act.bold);
    undo(view.state);
    expect(shape(view)).toBe("p(One. And) p(Two.)");
  });

  it("what was typed in one go, though others wrote meanwhile", () => {
    const view = room.view(0);
    behind(view, "One.");
    type(view, " A");
    behind(room.view(1), "Two.");
    type(room.view(1), "!");
    room.settle();
    type(view, "nd");
    undo(view.state);
    expect(room.text()).toBe("p(One.) p(Two.!)");
  });
});
