import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import QuestionsController from "./questions_controller.ts";

vi.mock("../live/index.ts", () => ({ live: () => ({ watch: () => () => {} }) }));

const PAGE = `
  <section data-controller="questions" data-questions-stream-value="thread:7" data-questions-head-value="0" data-questions-me-value="3" data-questions-failed-value="Nothing was lost.">
    <ol data-questions-target="list"></ol>
    <p data-questions-target="empty"></p>
    <form action="/threads/7/ask/" data-action="questions#ask input->questions#reword">
      <input type="hidden" name="client_id" value="first-key">
      <textarea name="body"></textarea>
      <p data-questions-target="error" hidden></p>
    </form>
    <template data-questions-target="template"></template>
  </section>`;

describe("asking", () => {
  let application: Application;
  let answer: () => Promise<Response>;
  const sent: URLSearchParams[] = [];
  const form = () => document.querySelector("form") as HTMLFormElement;
  const box = () => document.querySelector("textarea") as HTMLTextAreaElement;
  const keys = () => sent.map((words) => words.get("client_id"));
  const cut = () => Promise.reject(new TypeError("the line is cut"));
  const taken = async () => Response.json({});

  beforeEach(async () => {
    sent.length = 0;
    vi.stubGlobal("fetch", async (_url: string, options: RequestInit) => {
      const words = options.body as FormData;
      sent.push(new URLSearchParams([...words].map(([name, value]) => [name, String(value)])));
      return answer();
    });
    document.body.innerHTML = PAGE;
    application = Application.start();
    application.register("questions", QuestionsController);
    await Promise.resolve();
  });

  afterEach(() => {
    application.stop();
    document.body.innerHTML = "";
    vi.unstubAllGlobals();
  });

  function write(words: string) {
    box().value = words;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function ask(reply: () => Promise<Response>) {
    answer = reply;
    form().dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it("again, after an answer that was lost, is the same question", async () => {
    write("Question A");
    await ask(cut);
    await ask(taken);
    expect(keys()).toEqual(["first-key", "first-key"]);
    expect(box().value).toBe("");
  });

  it("in other words, after an answer that was lost, is another question", async () => {
    write("Question A");
    await ask(cut);
    write("Question B");
    await ask(taken);
    expect(sent.map((words) => words.get("body"))).toEqual(["Question A", "Question B"]);
    expect(new Set(keys()).size).toBe(2);
  });

  it("keeps what is written while the one before is on its way", async () => {
    write("Question A");
    let arrive = (_: Response) => {};
    await ask(() => new Promise((resolve) => (arrive = resolve)));
    write("Question B");
    arrive(Response.json({}));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(box().value).toBe("Question B");
    await ask(taken);
    expect(new Set(keys()).size).toBe(2);
  });
});
