import { Application } from "@hotwired/stimulus";
import { afterEach, expect, test } from "vitest";
import BringPagesController from "./bring_pages_controller.ts";

function chosen(input: HTMLInputElement, files: [string, string][]) {
  const made = files.map(([name, path]) => {
    const file = new File(["x"], name);
    Object.defineProperty(file, "webkitRelativePath", { value: path });
    return file;
  });
  Object.defineProperty(input, "files", { value: made });
}

afterEach(() => document.body.replaceChildren());

test("each file is named by its place in its folder, once, in the order of the form", async () => {
  document.body.innerHTML = `<form data-controller="bring-pages" data-action="submit->bring-pages#name">
    <input type="file" name="files" data-bring-pages-target="input"><input type="file" name="folder" data-bring-pages-target="input"></form>`;
  const [files, folder] = [...document.querySelectorAll("input")];
  chosen(files as HTMLInputElement, [["a.md", ""]]);
  chosen(folder as HTMLInputElement, [["peson.md", "guides/peson.md"]]);
  const application = Application.start();
  application.register("bring-pages", BringPagesController);
  await Promise.resolve();

  const form = document.querySelector("form") as HTMLFormElement;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.requestSubmit();
  form.requestSubmit();

  expect(new FormData(form).getAll("paths")).toEqual(["a.md", "guides/peson.md"]);
  application.stop();
});
