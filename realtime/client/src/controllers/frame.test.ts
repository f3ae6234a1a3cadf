import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toast } from "../lib/toast.ts";
import { eagerControllers } from "./index.ts";

let application: Application;

/** The page, with the controllers of the frame at work on it. */
async function page(html: string) {
  document.body.innerHTML = html;
  application = Application.start();
  application.load(eagerControllers);
  await settle();
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const find = <Found extends HTMLElement>(selector: string) =>
  document.querySelector(selector) as Found;
const press = (key: string, on: Element = document.body) =>
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn();
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

afterEach(() => {
  application.stop();
  delete document.documentElement.dataset.theme;
});

describe("keys", () => {
  const list = `<div data-controller="keys" data-action="keydown@window->keys#pressed">
    <dialog data-keys-target="help"></dialog><input>
    <ul data-rows><li><a href="#1">one</a><button data-key="r">reply</button></li>
    <li><a href="#2">two</a><button data-key="r">reply</button></li></ul></div>`;

  it("j and k walk through a list, and stop at its ends", async () => {
    await page(list);
    press("j");
    expect(document.activeElement?.textContent).toBe("one");
    press("j");
    press("j");
    expect(document.activeElement?.textContent).toBe("two");
    press("k");
    expect(document.activeElement?.textContent).toBe("one");
  });

  it("j and k begin in sight, and step over what stands between the rows", async () => {
    await page(`<div data-controller="keys" data-action="keydown@window->keys#pressed">
      <ol data-rows><li><a href="#more">earlier</a></li><li>Monday</li>
      ${[1, 2, 3, 4].map((n) => `<li tabindex="-1" id="m-${n}"><a href="#${n}">${n}</a></li><li>Day ${n}</li>`).join("")}
      </ol></div>`);
    for (const [index, row] of [...document.querySelectorAll("[tabindex]")].entries())
      row.getBoundingClientRect = () => new DOMRect(0, index * 400 - 500, 100, 400);
    press("j");
    expect(document.activeElement?.id).toBe("m-3");
    press("k");
    press("k");
    press("k");
    expect(document.activeElement?.id).toBe("m-1");
    (document.activeElement as HTMLElement).blur();
    find("[data-cursor]").removeAttribute("data-cursor");
    press("k");
    expect(document.activeElement?.id).toBe("m-4");
  });

  it("a letter presses the button of the row one is in", async () => {
    await page(list);
    const pressed = vi.fn();
    for (const button of document.querySelectorAll("button")) {
      button.addEventListener("click", () => pressed(button.closest("li")?.textContent));
    }
    press("r");
    expect(pressed).not.toHaveBeenCalled();
    press("j");
    press("j");
    press("r");
    expect(pressed.mock.calls).toEqual([["tworeply"]]);
  });

  it("? shows the keys", async () => {
    await page(list);
    press("?");
    expect(find<HTMLDialogElement>("dialog").open).toBe(true);
  });

  it("means nothing to someone who writes", async () => {
    await page(list);
    press("?", find("input"));
    press("j", find("input"));
    expect(find<HTMLDialogElement>("dialog").open).toBe(false);
    expect(document.querySelector("[data-cursor]")).toBeNull();
  });
});

describe("theme", () => {
  const choices = `<div data-controller="theme">${["light", "dark", "system"]
    .map(
      (name) =>
        `<button data-theme-target="choice" data-action="theme#choose" data-theme-name-param="${name}"></button>`,
    )
    .join("")}</div>`;
  const choice = (name: string) => find(`[data-theme-name-param=${name}]`);

  it("is kept in a cookie that the server reads, and said by its button", async () => {
    await page(choices);
    choice("dark").click();
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(document.cookie).toContain("parvis_theme=dark");
    expect(choice("dark").getAttribute("aria-pressed")).toBe("true");
    expect(choice("system").getAttribute("aria-pressed")).toBe("false");
  });

  it("follows the device again", async () => {
    await page(choices);
    choice("dark").click();
    choice("system").click();
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(document.cookie).toContain("parvis_theme=system");
  });
});

describe("toasts", () => {
  const place = `<div data-controller="toasts" data-action="toast@window->toasts#show">
    <div data-toasts-target="list"></div><template data-toasts-target="template">
    <div data-toasts-target="toast"><p></p><button data-action="toasts#dismiss"></button></div></template></div>`;

  it("say words as text, never as HTML, and go when dismissed", async () => {
    await page(place);
    toast("<b>Link copied</b>", "success");
    await settle();
    expect(find("p").textContent).toBe("<b>Link copied</b>");
    find("button").click();
    expect(document.querySelector("[data-toasts-target=toast]")).toBeNull();
  });
});

describe("the palette", () => {
  const palette = `<div data-controller="palette" data-action="keydown.ctrl+k@window->palette#open">
    <dialog data-palette-target="dialog">
      <input data-palette-target="input" data-action="keydown->palette#walk">
      <div data-palette-target="results" data-action="htmx:afterSwap->palette#arrived">
        <a role="option" href="#a">a</a><a role="option" href="#b">b</a></div></dialog></div>`;
  const chosen = () => document.querySelector('[aria-selected="true"]')?.textContent;

  it("opens with Ctrl K; arrows choose, round and round; Enter goes there", async () => {
    await page(palette);
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true }));
    expect(find<HTMLDialogElement>("dialog").open).toBe(true);
    find("[data-palette-target=results]").dispatchEvent(new Event("htmx:afterSwap"));
    expect(chosen()).toBe("a");
    press("ArrowDown", find("input"));
    expect(chosen()).toBe("b");
    expect(find("input").getAttribute("aria-activedescendant")).toBe("palette-option-1");
    press("ArrowDown", find("input"));
    expect(chosen()).toBe("a");
    const went = vi.fn();
    find("[href='#b']").addEventListener("click", went);
    press("ArrowUp", find("input"));
    press("Enter", find("input"));
    expect(went).toHaveBeenCalledOnce();
  });
});

describe("words that were not saved", () => {
  it("hold the person back until they are saved", async () => {
    await page('<form data-controller="unsaved"><textarea name="body">one</textarea></form>');
    const leave = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
    expect(leave()).toBe(true);
    find<HTMLTextAreaElement>("textarea").value = "two";
    expect(leave()).toBe(false);
    find<HTMLTextAreaElement>("textarea").value = "one";
    expect(leave()).toBe(true);
  });
});

describe("a password", () => {
  it("is shown and hidden again", async () => {
    await page(
      '<div data-controller="reveal"><input type="password"><button data-reveal-target="button" data-action="reveal#toggle"></button></div>',
    );
    find("button").click();
    expect(find<HTMLInputElement>("input").type).toBe("text");
    expect(find("button").getAttribute("aria-pressed")).toBe("true");
    find("button").click();
    expect(find<HTMLInputElement>("input").type).toBe("password");
  });
});

describe("the sheet", () => {
  const sheet = `<div data-controller="sheet" data-action="keydown.esc->sheet#close click->sheet#beside">
    <main data-sheet-target="behind"></main><div role="complementary" tabindex="-1" data-sheet-target="sheet"></div>
    <button data-sheet-target="button" data-action="sheet#open" aria-expanded="false"></button></div>`;

  it("takes the focus, keeps the page behind still, and gives the focus back", async () => {
    await page(sheet);
    find("button").click();
    expect(document.activeElement).toBe(find("[data-sheet-target=sheet]"));
    expect(find("[data-sheet-target=sheet]").getAttribute("role")).toBe("dialog");
    expect(find("main").inert).toBe(true);
    press("Escape", find("[data-sheet-target=sheet]"));
    expect(find("main").inert).toBe(false);
    expect(document.activeElement).toBe(find("button"));
  });
});

describe("banner", () => {
  const banner = `<main id="main" tabindex="-1"><div data-controller="banner">The mill is closed.
    <form action="/banners/7/close/" method="post" data-action="banner#close">
    <input name="csrfmiddlewaretoken" value="t"><button>Close</button></form></div></main>`;

  it("goes at once, where one is", async () => {
    await page(banner);
    const sent = vi.fn(async () => ({ type: "opaqueredirect", ok: false }));
    vi.stubGlobal("fetch", sent);
    find<HTMLButtonElement>("button").click();
    await settle();
    expect(sent).toHaveBeenCalledWith(
      expect.stringContaining("/banners/7/close/"),
      expect.anything(),
    );
    expect(document.body.textContent).not.toContain("The mill is closed.");
    expect(document.activeElement?.id).toBe("main");
    vi.unstubAllGlobals();
  });

  it("stays, and the form goes its own way, when that fails", async () => {
    await page(banner);
    const submit = vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(() => {});
    vi.stubGlobal("fetch", async () => ({ type: "basic", ok: false, status: 503 }));
    find<HTMLButtonElement>("button").click();
    await settle();
    expect(submit).toHaveBeenCalled();
    expect(document.body.textContent).toContain("The mill is closed.");
    vi.unstubAllGlobals();
    submit.mockRestore();
  });
});
