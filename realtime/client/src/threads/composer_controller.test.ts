import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import ComposerController, { type Say } from "./composer_controller.ts";

const FORM = `
  <form data-controller="composer" data-action="composer#send" data-composer-thread-value="7" data-composer-me-value="3" data-composer-too-long-value="Too long: your words are kept here.">
    <input type="hidden" name="reply_to">
    <p data-composer-target="context"><span data-composer-target="contextWords"></span></p>
    <textarea data-composer-target="body" data-length-most-value="20000" data-action="input->composer#typed"></textarea>
    <p data-composer-target="error"></p>
    <ul data-composer-target="files"></ul>
    <template data-composer-target="chip"></template>
    <input type="file" data-composer-target="picker">
  </form>`;

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the composer", () => {
  let application: Application;
  const submitted = vi.fn((event: Event) => {
    const left = !event.defaultPrevented;
    event.preventDefault(); // the page of a test goes nowhere
    return left;
  });
  const form = () => document.querySelector("form") as HTMLFormElement;
  const box = () => document.querySelector("textarea") as HTMLTextAreaElement;

  beforeEach(async () => {
    localStorage.clear();
    document.body.innerHTML = FORM;
    application = Application.start();
    application.register("composer", ComposerController);
    document.body.addEventListener("submit", submitted);
    await settle();
    box().value = "Le quai 3 attend.";
    box().dispatchEvent(new Event("input", { bubbles: true }));
  });

  afterEach(() => {
    document.body.removeEventListener("submit", submitted);
    submitted.mockClear();
    application.stop();
  });

  it("gives the words to whoever sends them, and is empty", () => {
    const heard: Say[] = [];
    const hear = (event: Event) => {
      event.preventDefault();
      heard.push((event as CustomEvent<Say>).detail);
    };
    form().addEventListener("composer:say", hear);

    form().requestSubmit();

    expect(heard).toEqual([{ words: "Le quai 3 attend.", replyTo: null, files: [] }]);
    expect(box().value).toBe("");
    expect(submitted).toHaveReturnedWith(false);
  });

  it("lets the form go with its words where nobody sends them", () => {
    expect(localStorage.getItem("parvis:draft:3:7")).toBe("Le quai 3 attend.");
    const composer = application.getControllerForElementAndIdentifier(form(), "composer");
    (composer as ComposerController).answer("41", "Inès: Le quai 3 ?");

    form().requestSubmit();

    expect(submitted).toHaveReturnedWith(true);
    expect(box().value).toBe("Le quai 3 attend.");
    expect(Object.keys(localStorage)).toEqual([]);
  });

  it("answers again what it answered, with the words and not without them", async () => {
    const composer = () =>
      application.getControllerForElementAndIdentifier(form(), "composer") as ComposerController;
    const again = async () => {
      document.body.innerHTML = "";
      await settle();
      document.body.innerHTML = FORM;
      await settle();
    };
    composer().answer("41", "Inès: Le quai 3 ?");

    await again();
    expect(box().value).toBe("Le quai 3 attend.");
    expect(composer().answers).toBe(41);
    expect(document.querySelector("p span")?.textContent).toBe("Inès: Le quai 3 ?");

    composer().drop(41);
    await again();
    expect(box().value).toBe("Le quai 3 attend.");
    expect(composer().answers).toBeNull();

    composer().answer("41", "Inès: Le quai 3 ?");
    box().value = "";
    box().dispatchEvent(new Event("input", { bubbles: true }));
    await again();
    expect(composer().answers).toBeNull();
  });

  it("keeps all of the words that are too long to go, and says so", () => {
    const heard = vi.fn((event: Event) => event.preventDefault());
    form().addEventListener("composer:say", heard);
    box().value = "x".repeat(20_001);

    form().requestSubmit();

    expect(heard).not.toHaveBeenCalled();
    expect(box().value).toHaveLength(20_001);
    expect(document.querySelector("[data-composer-target=error]")?.textContent).toMatch(
      /^Too long/,
    );

    box().value = "x".repeat(20_000);
    form().requestSubmit();
    expect(heard).toHaveBeenCalledOnce();
  });

  it("takes words from elsewhere after those that are being written", () => {
    const composer = application.getControllerForElementAndIdentifier(form(), "composer");
    (composer as ComposerController).add("Et le quai 4.");

    expect(box().value).toBe("Le quai 3 attend.\n\nEt le quai 4.");
  });

  it("sends nothing at all where nothing is written", () => {
    box().value = " ";

    form().requestSubmit();

    expect(submitted).toHaveReturnedWith(false);
  });
});
