import { expect, it } from "vitest";
import { Pace } from "./pace.ts";

it("lets a burst pass at once, then one after the other", () => {
  let now = 1_000;
  const pace = new Pace(3, 100, () => now);
  expect([pace.turn(), pace.turn(), pace.turn(), pace.turn(), pace.turn()]).toEqual([
    0, 0, 0, 100, 200,
  ]);
  now += 1_000;
  expect(pace.turn()).toBe(0);
});
