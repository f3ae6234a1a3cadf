import { beforeEach, expect, it } from "vitest";
import { hidePresence, showPresence } from "./presence.ts";

const ada = { id: 7, name: "Ada" };
const bo = { id: 8, name: "Bo" };

beforeEach(() => {
  document.body.innerHTML = `
    <section data-presence="thread:1" hidden>
      <div data-slot="people" hidden></div>
      <p data-slot="alone">Nobody else</p>
    </section>`;
});

const part = (name: string) => document.querySelector(name) as HTMLElement;

it("shows who else is there, and says when that is nobody", () => {
  showPresence("thread:1", [ada, bo], 0, ada.id);
  expect(part("section").hidden).toBe(false);
  expect(part("[data-slot=people]").textContent).toContain("Bo");
  expect(part("[data-slot=people]").textContent).not.toContain("Ada");
  expect(part("[data-slot=alone]").hidden).toBe(true);

  showPresence("thread:1", [ada], 0, ada.id);
  expect(part("[data-slot=people]").hidden).toBe(true);
  expect(part("[data-slot=alone]").hidden).toBe(false);
});

it("says nothing while it is not known, and keeps nobody of before", () => {
  showPresence("thread:1", [ada, bo], 0, ada.id);
  hidePresence("thread:1");
  expect(part("section").hidden).toBe(true);
  expect(part("section").textContent).not.toContain("Bo");
});
