import { Application, Controller } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { identifier, loadOnSight } from "./lazy.ts";

class Greeting extends Controller<HTMLElement> {
  connect() {
    this.element.textContent = "hello";
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("loading on sight", () => {
  let application: Application;

  beforeEach(() => {
    document.body.innerHTML = "";
    application = Application.start();
  });

  afterEach(() => {
    application.stop();
    vi.unstubAllGlobals();
  });

  it("names a controller after its file", () => {
    expect(identifier("./threads/message_list_controller.ts")).toBe("message-list");
  });

  it("begins together what is met together, without what does not come, and says when it is done", async () => {
    const told = vi.fn();
    vi.stubGlobal("reportError", told);
    let arrive: (file: { default: typeof Greeting }) => void = () => undefined;
    const slow = new Promise<{ default: typeof Greeting }>((resolve) => {
      arrive = resolve;
    });
    document.body.innerHTML =
      '<p data-controller="quick"></p><p data-controller="slow"></p><p data-controller="gone"></p>';
    loadOnSight(
      application,
      {
        "./a/quick_controller.ts": async () => ({ default: Greeting }),
        "./a/slow_controller.ts": () => slow,
        "./a/gone_controller.ts": () => Promise.reject(new Error("404")),
      },
      {},
    );
    await settle();
    expect(document.body.textContent).toBe("");
    expect(document.documentElement.dataset.awake).toBeUndefined();

    arrive({ default: Greeting });
    await settle();
    expect(document.body.textContent).toBe("hellohello");
    expect(document.documentElement.dataset.awake).toBe("");
    expect(told).toHaveBeenCalledOnce();
  });

  it("brings a controller when the page holds it, and only once", async () => {
    const file = vi.fn(async () => ({ default: Greeting }));
    loadOnSight(application, { "./a/greeting_controller.ts": file }, {});
    await settle();
    expect(file).not.toHaveBeenCalled();

    document.body.innerHTML =
      '<p data-controller="greeting"></p><p data-controller="greeting"></p>';
    await settle();
    expect(file).toHaveBeenCalledTimes(1);
    expect(document.body.textContent).toBe("hellohello");
  });

  it("brings a custom element inside what was just added", async () => {
    const file = vi.fn(async () => ({}));
    loadOnSight(application, {}, { "./elements/word-count.ts": file });
    document.body.innerHTML = "<div><word-count></word-count></div>";
    await settle();
    expect(file).toHaveBeenCalledTimes(1);
  });
});
