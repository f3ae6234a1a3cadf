import { beforeEach, expect, test } from "vitest";
import { longDay, setMoment } from "./moment.ts";

beforeEach(() => {
  document.documentElement.lang = "fr";
  document.documentElement.setAttribute("time-zone", "Europe/Paris");
});

test("a moment is written in the language and the zone of the page", () => {
  const element = document.createElement("relative-time");
  element.title = "hier";

  setMoment(element, "2026-11-26T05:19:44.100Z");

  expect(element.getAttribute("datetime")).toBe("2026-11-26T05:19:44.100Z");
  expect(element.title).toBe("26 novembre 2026 06:19");
  expect(element.textContent).toBe("26/11/2026 06:19");
});

test("English has the day first, the month in words and 24 hours", () => {
  document.documentElement.lang = "en";
  const element = document.createElement("relative-time");

  setMoment(element, "2026-03-02T15:05:00Z");

  expect(element.title).toBe("2 March 2026, 16:05");
  expect(element.textContent).toBe("2 March 2026, 16:05");
  expect(longDay(new Date("2026-03-02T23:05:00Z"))).toBe("3 March 2026");
});

test("nothing is written where there is no place for it", () => {
  expect(() => setMoment(null, "2026-11-26T05:19:44.100Z")).not.toThrow();
});
