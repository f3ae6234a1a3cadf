import { Application } from "@hotwired/stimulus";
import { expect, it } from "vitest";
import PeopleController from "./people_controller.ts";

it("moves whoever is ticked to those chosen, and begins the search anew", async () => {
  document.body.innerHTML = `
    <form data-controller="people">
      <div data-people-target="chosen"></div>
      <input data-people-target="query" value="cla">
      <div data-people-target="found" data-action="change->people#choose">
        <label><input type="checkbox" name="people" value="7">Claire</label>
        <label><input type="checkbox" name="people" value="8">Clara</label>
      </div>
    </form>`;
  Application.start().register("people", PeopleController);
  await new Promise((done) => setTimeout(done));
  document.querySelector<HTMLInputElement>("[value='7']")?.click();
  const form = new FormData(document.querySelector("form") as HTMLFormElement);
  expect(form.getAll("people")).toEqual(["7"]);
  expect(document.querySelector("[data-people-target=found]")?.children.length).toBe(0);
  expect(document.querySelector<HTMLInputElement>("[data-people-target=query]")?.value).toBe("");
});
