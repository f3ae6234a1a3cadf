import { beforeEach, describe, expect, it } from "vitest";
import { SavedPlace } from "./saved_place.ts";

describe("the place one was at", () => {
  beforeEach(() => localStorage.clear());

  it("is found again, under one's own name alone", () => {
    new SavedPlace(7, 12).keep(340);
    expect(new SavedPlace(7, 12).read()).toBe(340);
    expect(new SavedPlace(7, 13).read()).toBeNull();
    expect(new SavedPlace(8, 12).read()).toBeNull();
  });

  it("is forgotten at the end of a conversation", () => {
    new SavedPlace(7, 12).keep(340);
    new SavedPlace(7, 12).keep(null);
    expect(new SavedPlace(7, 12).read()).toBeNull();
  });

  it("is kept for the last two hundred conversations", () => {
    for (let thread = 1; thread <= 205; thread += 1) new SavedPlace(7, thread).keep(thread);
    expect(new SavedPlace(7, 5).read()).toBeNull();
    expect(new SavedPlace(7, 6).read()).toBe(6);
  });

  it("survives a storage that holds nonsense", () => {
    localStorage.setItem("parvis:places:7", "{not json");
    expect(new SavedPlace(7, 1).read()).toBeNull();
  });
});
