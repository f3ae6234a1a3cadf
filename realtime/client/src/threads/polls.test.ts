import { beforeEach, describe, expect, it } from "vitest";
import type { Author, MessagePosted, PollShown } from "./events.ts";
import { changePoll, drawPoll, showHelpful } from "./polls.ts";

const MOLD = `
<section data-slot="poll" data-kind="">
  <p><span data-slot="kind-sense">Sense</span><span data-slot="kind-choice">One</span><span data-slot="kind-multiple">Several</span><span data-slot="closed" hidden>Closed</span></p>
  <table><tbody>
    <tr data-option="0"><th><form action="/messages/0/vote/"><input type="hidden" name="option" value="0"><button class="poll__choice" name="chosen" value="1" aria-pressed="false"></button></form></th>
    <td class="poll__many"><progress max="1" value="0"></progress><span>0</span></td><td class="poll__who"></td></tr>
  </tbody></table>
  <form data-slot="poll-close" action="/messages/0/poll/close/"><button>Close</button></form>
</section>`;
const WORDS = { agree: "I agree", guest: "%s (guest)", former: "Former member" };
const ada: Author = { id: 7, name: "Ada", photo: "", is_guest: false };
const eve: Author = { id: 8, name: "Eve", photo: "", is_guest: true };
const option = (id: number, people: Author[], more = {}) => ({
  id,
  code: "",
  label: `Option ${id}`,
  people,
  ...more,
});
const poll = (more: Partial<PollShown> = {}): PollShown => ({
  kind: "choice",
  is_multiple: false,
  closed: false,
  options: [option(1, [ada, eve]), option(2, [])],
  ...more,
});

let mold: HTMLTemplateElement;
const drawn = (shown: PollShown, author = ada, me = 7) =>
  drawPoll(mold, { id: 5, author } as MessagePosted, shown, me, WORDS);
const choices = (section: HTMLElement) => [
  ...section.querySelectorAll<HTMLButtonElement>(".poll__choice"),
];

beforeEach(() => {
  mold = document.createElement("template");
  mold.innerHTML = MOLD.trim();
});

describe("a poll", () => {
  it("shows each option with how many and who", () => {
    const section = drawn(poll());
    expect(choices(section).map((choice) => choice.textContent)).toEqual(["Option 1", "Option 2"]);
    expect(section.querySelector(".poll__who")?.textContent).toBe("Ada, Eve (guest)");
    expect(section.querySelector("progress")?.outerHTML).toContain('max="2" value="2"');
    expect(choices(section).map((choice) => choice.value)).toEqual(["0", "1"]);
    expect(section.querySelector("form")?.getAttribute("action")).toBe("/messages/5/vote/");
  });

  it("names the answers of a sense check in the reader's words", () => {
    const section = drawn(
      poll({ kind: "sense", options: [option(1, [], { code: "agree", label: "" })] }),
    );
    expect(choices(section)[0]?.textContent).toBe("I agree");
    expect(section.textContent).toContain("Sense");
    expect(section.textContent).not.toContain("Several");
  });

  it("follows the votes", () => {
    const section = drawn(poll());
    changePoll(
      section,
      {
        id: 5,
        closed: false,
        options: [
          { id: 1, people: [eve] },
          { id: 2, people: [ada] },
        ],
      },
      7,
      WORDS,
    );
    expect(choices(section).map((choice) => choice.getAttribute("aria-pressed"))).toEqual([
      "false",
      "true",
    ]);
    expect(
      [...section.querySelectorAll(".poll__many span")].map((many) => many.textContent),
    ).toEqual(["1", "1"]);
  });

  it("takes no more answers once it is closed", () => {
    const section = drawn(poll());
    changePoll(section, { id: 5, closed: true, options: [] }, 7, WORDS);
    expect(choices(section).every((choice) => choice.disabled)).toBe(true);
    expect(section.querySelector("[data-slot=poll-close]")).toBeNull();
    expect(section.querySelector("[data-slot=closed]")?.hasAttribute("hidden")).toBe(false);
    expect(choices(drawn(poll({ closed: true }))).every((choice) => choice.disabled)).toBe(true);
  });

  it("is closed by whoever asked, or by those who run the space", () => {
    expect(drawn(poll(), ada, 7).querySelector("[data-slot=poll-close]")).not.toBeNull();
    expect(drawn(poll(), ada, 9).querySelector("[data-slot=poll-close]")).toBeNull();
    mold.content.querySelector("[data-slot=poll-close]")?.setAttribute("data-runs", "");
    expect(drawn(poll(), ada, 9).querySelector("[data-slot=poll-close]")).not.toBeNull();
  });
});

describe("a mark of help", () => {
  it("shows by name whom a message helped, and lets the reader take theirs back", () => {
    const row = document.createElement("li");
    row.innerHTML =
      '<p data-slot="helpful" hidden>Helped <b data-slot="helped"></b></p><form data-slot="helpful-act"><button value="1"></button></form>';
    showHelpful(row, [eve, ada], 7, WORDS);
    expect(row.querySelector("p")?.outerHTML).toContain("Eve (guest), Ada");
    expect(row.querySelector("p")?.hidden).toBe(false);
    expect(row.querySelector("button")?.value).toBe("0");
    showHelpful(row, [], 7, WORDS);
    expect(row.querySelector("p")?.hidden).toBe(true);
    expect(row.querySelector("button")?.value).toBe("1");
  });
});
