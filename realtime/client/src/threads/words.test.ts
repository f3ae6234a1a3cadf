import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ownLinks } from "./cards.ts";
import { isLong } from "./words.ts";
import WordsController from "./words_controller.ts";

const MOLDS = `
<template data-mold="copy"><button data-said="Copied." class="code__copy"></button></template>
<template data-mold="more"><button class="message__more" aria-expanded="false"></button></template>
<template data-mold="card"><a class="link-card" href="#"><svg><use href="/i.svg#link"></use></svg><b class="link-card__title"></b><i class="link-card__place"></i><i class="link-card__line"></i></a></template>`;

const settle = (wait = 0) => new Promise((resolve) => setTimeout(resolve, wait));

/** Everything is in sight in these tests. */
class Sight {
  constructor(private readonly told: (entries: { isIntersecting: boolean }[]) => void) {}
  observe() {
    this.told([{ isIntersecting: true }]);
  }
  disconnect() {}
}

let application: Application;
const answer = vi.fn();

beforeEach(() => {
  vi.stubGlobal("IntersectionObserver", Sight);
  vi.stubGlobal("fetch", answer);
  answer.mockReset();
  document.body.innerHTML = MOLDS;
  application = Application.start();
  application.register("words", WordsController);
});

afterEach(() => {
  application.stop();
  vi.unstubAllGlobals();
});

async function show(html: string, more = ""): Promise<HTMLElement> {
  document.body.insertAdjacentHTML(
    "beforeend",
    `<ol><li><div class="message__body ${more}" data-controller="words">${html}</div></li></ol>`,
  );
  await settle();
  return document.querySelector(".message__body") as HTMLElement;
}

describe("the words of a message", () => {
  it("copy their code", async () => {
    const writeText = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    const words = await show("<pre><code>a = 1</code></pre>");
    words.querySelector<HTMLElement>(".code__copy")?.click();
    expect(writeText).toHaveBeenCalledWith("a = 1");
  });

  it("are dressed again when they are edited, once", async () => {
    const words = await show("<p>a</p>");
    words.innerHTML = "<pre>b</pre>";
    await settle();
    words.append(document.createElement("hr"));
    await settle();
    expect(words.querySelectorAll(".code__copy")).toHaveLength(1);
  });

  it("unfold and fold when they are long", async () => {
    const words = await show("<p>long</p>", "message__body--long");
    const button = words.nextElementSibling as HTMLElement;
    button.scrollIntoView = () => {};
    (words.closest("li") as HTMLElement).scrollIntoView = () => {};
    button.click();
    expect([words.hasAttribute("data-open"), button.getAttribute("aria-expanded")]).toEqual([
      true,
      "true",
    ]);
    button.click();
    expect(words.hasAttribute("data-open")).toBe(false);
  });

  it("are long by characters or by lines, as the server counts them", () => {
    expect(isLong("😀".repeat(1800))).toBe(false);
    expect(isLong("a".repeat(1801))).toBe(true);
    expect(isLong("\n".repeat(23))).toBe(false);
    expect(isLong("\n".repeat(24))).toBe(true);
  });
});

describe("cards of links", () => {
  it("are asked of our own server, together, and only for what is ours", async () => {
    answer.mockResolvedValue({
      ok: true,
      json: async () => ({
        cards: { "/threads/1/": { icon: "x", title: "Navette", place: "Quai", line: "" } },
      }),
    });
    const words = await show(
      '<a href="/threads/1/">a</a><a href="/threads/2/">b</a><a href="https://elsewhere.example/threads/3/">c</a>',
    );
    await settle(90);
    expect(answer.mock.calls.map(([address]) => address)).toEqual([
      "/cards/?path=%2Fthreads%2F1%2F&path=%2Fthreads%2F2%2F",
    ]);
    const cards = words.nextElementSibling;
    expect(cards?.textContent).toBe("NavetteQuai");
    expect(cards?.querySelectorAll(".link-card")).toHaveLength(1);
  });

  it("leave out quotations, mentions and what is no screen, and are three at most", () => {
    const words = document.createElement("div");
    words.innerHTML = `<blockquote><a href="/threads/1/">q</a></blockquote><a class="mention" href="/people/4/">m</a>
      <a href="/account/logout/">x</a><a href="/threads/5/#m-9">9</a><a href="/messages/9/">9</a>
      <a href="/pages/a/">1</a><a href="/teams/b/">2</a><a href="/spaces/c/">3</a>`;
    expect(ownLinks(words)).toEqual(["/messages/9/", "/pages/a/", "/teams/b/"]);
  });
});
