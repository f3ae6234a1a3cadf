import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import LengthController from "./length_controller.ts";

const FIELD = `
  <textarea data-controller="length" data-length-most-value="1000"
    data-length-near-value="%(length)s of %(most)s" data-length-over-value="Too long: %(length)s, %(most)s at most"></textarea>`;

describe("the count under a field", () => {
  let application: Application;
  const line = () => document.querySelector("[role=status]") as HTMLElement;

  async function write(words: string) {
    const field = document.querySelector("textarea") as HTMLTextAreaElement;
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 350));
  }

  beforeEach(async () => {
    document.documentElement.lang = "en";
    document.body.innerHTML = FIELD;
    application = Application.start();
    application.register("length", LengthController);
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  afterEach(async () => {
    application.stop();
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it("is silent until the words come near what the field takes", async () => {
    await write("x".repeat(899));
    expect(line().textContent).toBe("");
    await write("x".repeat(900));
    expect(line().textContent).toBe("900 of 1,000");
    expect(line().className).toBe("count");
  });

  it("says that they are too long, and is silent again once they are short", async () => {
    await write("x".repeat(1001));
    expect(line().textContent).toBe("Too long: 1,001, 1,000 at most");
    expect(line().classList.contains("count--over")).toBe(true);
    await write("short");
    expect(line().textContent).toBe("");
  });

  it("counts as the server does: an emoji is one, and a blank end is none", async () => {
    await write(`${"🙂".repeat(1000)}\n\n `);
    expect(line().textContent).toBe("1,000 of 1,000");
  });
});
