import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Typists } from "./typists.ts";

const bo = { id: 8, name: "Bo" };
const cy = { id: 9, name: "Cy" };
let shown: string[] = [];
let typists: Typists;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  typists = new Typists((people) => {
    shown = people.map((person) => person.name);
  });
});

afterEach(() => {
  vi.useRealTimers();
});

it("shows all who write together", () => {
  typists.name([bo, cy]);
  expect(shown).toEqual(["Bo", "Cy"]);
});

it("forgets them six seconds after they were last named", () => {
  typists.name([bo]);
  vi.advanceTimersByTime(4_000);
  typists.name([bo]);
  vi.advanceTimersByTime(5_900);
  expect(shown).toEqual(["Bo"]);
  vi.advanceTimersByTime(100);
  expect(shown).toEqual([]);
});

it("forgets who has said it, and keeps the others", () => {
  typists.name([bo, cy]);
  typists.forget(8);
  expect(shown).toEqual(["Cy"]);
  vi.advanceTimersByTime(6_000);
  expect(shown).toEqual([]);
});
