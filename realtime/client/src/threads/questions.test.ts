import { describe, expect, it } from "vitest";
import type { QuestionShown } from "./events.ts";
import {
  drawQuestion,
  fillQuestion,
  hideQuestion,
  inOrder,
  isOnStage,
  press,
} from "./questions.ts";

const MOLD = `<li data-question="0" data-state="asked" data-supports="0" data-at=""><form action="/live-questions/0/support/"><button value="yes" aria-pressed="false"><b data-slot="supports">0</b></button></form><p data-slot="body"></p><span data-slot="author">Me</span><span data-slot="nobody">Without a name</span><span data-slot="reworded" hidden>reworded</span><p data-slot="reason" hidden></p><div data-slot="own"><details><textarea data-slot="words"></textarea></details></div><a data-slot="report" href="/live-questions/0/report/">Report</a></li>`;

function question(more: Partial<QuestionShown>): QuestionShown {
  return {
    id: 4,
    body: "When?",
    author: { id: 7, name: "Ada", photo: "", is_guest: false },
    state: "asked",
    reason: "",
    supports: 2,
    asked_at: "2026-03-02T09:00:00+00:00",
    edited_at: null,
    ...more,
  };
}

function row(more: Partial<QuestionShown>): HTMLElement {
  const mold = document.createElement("template");
  mold.innerHTML = MOLD;
  const drawn = drawQuestion(mold, question(more), 7);
  fillQuestion(drawn, question(more));
  return drawn;
}

describe("a question", () => {
  it("is drawn with its number, its words and who asked", () => {
    const drawn = row({});
    expect(drawn.querySelector("form")?.getAttribute("action")).toBe("/live-questions/4/support/");
    expect(drawn.querySelector("[data-slot=supports]")?.textContent).toBe("2");
    expect(drawn.textContent).toContain("Ada");
    expect(drawn.textContent).not.toContain("Without a name");
  });

  it("asked without a name shows nobody", () => {
    const drawn = row({ author: null });
    expect(drawn.querySelector("[data-slot=author]")).toBeNull();
    expect(drawn.textContent).toContain("Without a name");
  });

  it("set aside shows why", () => {
    const reason = row({ state: "set_aside", reason: "Asked twice." });
    expect(reason.querySelector<HTMLElement>("[data-slot=reason]")?.hidden).toBe(false);
  });

  it("hidden leaves its words to those who may read them, and is whole when it is shown again", () => {
    const [mine, other] = [row({}), row({ author: null })];
    hideQuestion(mine, { id: 4, reason: "It hurts." }, true);
    hideQuestion(other, { id: 4, reason: "It hurts." }, false);
    expect([mine.dataset.state, other.dataset.state]).toEqual(["hidden", "hidden"]);
    expect(mine.textContent).toContain("When?");
    expect(other.textContent).not.toContain("When?");
    expect(other.textContent).toContain("It hurts.");
    fillQuestion(other, question({ author: null }));
    expect(other.dataset.state).toBe("asked");
    expect(other.textContent).toContain("When?");
    expect(other.textContent).not.toContain("It hurts.");
  });

  it("is changed by who asked it and reported by others", () => {
    const [mine, other] = [row({}), row({ author: null })];
    const has = (drawn: HTMLElement, name: string) =>
      drawn.querySelector(`[data-slot=${name}]`) !== null;
    expect(["own", "report"].map((name) => has(mine, name))).toEqual([true, false]);
    expect(["own", "report"].map((name) => has(other, name))).toEqual([false, true]);
    expect(other.querySelector("a")?.getAttribute("href")).toBe("/live-questions/4/report/");
    expect([mine, other].map((drawn) => "own" in drawn.dataset)).toEqual([true, false]);
  });

  it("reworded says so, and leaves what its author is writing", () => {
    const drawn = row({});
    const box = drawn.querySelector("textarea") as HTMLTextAreaElement;
    expect(box.value).toBe("When?");
    (drawn.querySelector("details") as HTMLDetailsElement).open = true;
    box.value = "When, and wh";
    fillQuestion(drawn, question({ body: "Who?", edited_at: "2026-03-02T09:01:00+00:00" }));
    expect(box.value).toBe("When, and wh");
    expect(drawn.querySelector<HTMLElement>("[data-slot=reworded]")?.hidden).toBe(false);
    expect(drawn.querySelector("[data-slot=body]")?.textContent).toBe("Who?");
  });

  it("is read by the room once it is chosen", () => {
    const states = ["asked", "shortlisted", "answering", "answered", "set_aside"];
    expect(states.filter((state) => isOnStage(question({ state })))).toEqual([
      "shortlisted",
      "answering",
    ]);
  });

  it("stands by state, then by support, then by time", () => {
    const later = "2026-03-02T09:05:00+00:00";
    const rows = [
      row({ id: 1, state: "answered", supports: 90 }),
      row({ id: 2, supports: 1 }),
      row({ id: 3, supports: 5, asked_at: later }),
      row({ id: 4, supports: 5 }),
      row({ id: 5, state: "shortlisted", supports: 0 }),
      row({ id: 6, state: "answering", supports: 0 }),
      row({ id: 7, state: "set_aside", supports: 99 }),
      row({ id: 8, supports: 99 }),
    ];
    hideQuestion(rows[7] as HTMLElement, { id: 8, reason: "It hurts." }, true);
    expect(inOrder(rows).map((r) => r.dataset.question)).toEqual([
      "6",
      "5",
      "4",
      "3",
      "2",
      "1",
      "7",
      "8",
    ]);
  });

  it("keeps what one wants oneself when others come", () => {
    const drawn = row({});
    const button = drawn.querySelector("button") as HTMLButtonElement;
    press(button, true);
    fillQuestion(drawn, question({ supports: 9 }));
    expect(button.value).toBe("no");
    expect(button.getAttribute("aria-pressed")).toBe("true");
  });
});
