import { beforeEach, describe, expect, it } from "vitest";
import { isAnswered, showAnswers, showAside, showState } from "./states.ts";

const PAGE = `
<span data-when="open">Open</span><span data-when="solved" hidden>Solved</span>
<section data-state="open">
  <div class="accepted" hidden><b data-slot="author"></b><p data-slot="words"></p><a data-slot="jump" href="/messages/0/"></a></div>
  <ol>
    <li data-id="1" data-author="7"></li>
    <li data-id="2" data-author="8"><form data-slot="accept-act"><button value="yes" aria-pressed="false"></button></form><form data-slot="aside-act"><button value="yes" aria-pressed="false"></button></form></li>
  </ol>
  <div class="thread__foot"><div data-when="open solved"><textarea name="body"></textarea></div><p data-when="closed" hidden><span data-slot="reason"></span></p></div>
</section>`;

const thread = () => document.querySelector("section") as HTMLElement;
const rows = () => [...document.querySelectorAll<HTMLElement>("li")];
const shown = (states: string) =>
  !(document.querySelector(`[data-when="${states}"]`) as HTMLElement).hidden;

beforeEach(() => {
  document.body.innerHTML = PAGE;
});

describe("how a conversation stands", () => {
  it("shows the answer kept, on its row and under the head", () => {
    const answer = { id: 2, author: "Ada", excerpt: "Turn it off." };
    showState(thread(), { state: "solved", reason: "", answer });
    expect(shown("solved")).toBe(true);
    expect(shown("open")).toBe(false);
    expect(document.querySelector(".accepted")?.textContent).toContain("Turn it off.");
    expect(document.querySelector("[data-slot=jump]")?.getAttribute("href")).toBe("/messages/2/");
    expect(rows()[1]?.classList.contains("message--accepted")).toBe(true);
    expect(document.querySelector("[data-slot=accept-act] button")?.getAttribute("value")).toBe(
      "no",
    );
    showState(thread(), { state: "open", reason: "", answer: null });
    expect(rows()[1]?.classList.contains("message--accepted")).toBe(false);
    expect((document.querySelector(".accepted") as HTMLElement).hidden).toBe(true);
  });

  it("gives readers of an announcement the composer while everybody answers it", () => {
    const chips = '<b data-one-way="yes"></b><b data-one-way="no" hidden></b>';
    document.body.innerHTML = `${chips}<section class="thread" data-answers="some"></section>`;
    const hidden = () =>
      [...document.querySelectorAll<HTMLElement>("[data-one-way]")].map((chip) => chip.hidden);
    showAnswers(thread(), false);
    expect([thread().dataset.answers, hidden()]).toEqual(["all", [true, false]]);
    showAnswers(thread(), true);
    expect([thread().dataset.answers, hidden()]).toEqual(["some", [false, true]]);
    delete thread().dataset.answers;
    showAnswers(thread(), false);
    expect(thread().dataset.answers).toBeUndefined();
  });

  it("lets nobody sign what was said in a conversation that is over, nor who never could", () => {
    const signed = '<div><button class="reaction">👍 1</button></div>';
    const may = '<button data-slot="sign-act"></button>';
    document.body.innerHTML = `<section class="thread" data-state="open"><li data-id="1">${signed}${may}</li><li data-id="2">${signed}</li></section>`;
    const disabled = () =>
      [...document.querySelectorAll<HTMLButtonElement>(".reaction")].map((sign) => sign.disabled);
    showState(thread(), { state: "closed", reason: "Done.", answer: null });
    expect(disabled()).toEqual([true, true]);
    showState(thread(), { state: "open", reason: "", answer: null });
    expect(disabled()).toEqual([false, true]);
  });

  it("closes the composer with the reason, unless words are in it", () => {
    showState(thread(), { state: "closed", reason: "Done.", answer: null });
    expect(shown("open solved")).toBe(false);
    expect(document.querySelector("[data-slot=reason]")?.textContent).toBe("Done.");
    document.body.innerHTML = PAGE;
    (document.querySelector("textarea") as HTMLTextAreaElement).value = "not sent yet";
    showState(thread(), { state: "closed", reason: "Done.", answer: null });
    expect(shown("open solved")).toBe(true);
  });

  it("counts as answered only what somebody else says that is no aside", () => {
    expect(isAnswered(rows(), 7)).toBe(true);
    showAside(rows()[1] as HTMLElement, true);
    expect(isAnswered(rows(), 7)).toBe(false);
    showAside(rows()[1] as HTMLElement, false);
    expect(isAnswered(rows(), 8)).toBe(true);
  });
});
