import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import LevelController from "./level_controller.ts";

const posted = vi.fn();
let application: Application;
let status = 204;

beforeEach(async () => {
  status = 204;
  posted.mockReset();
  vi.stubGlobal("fetch", async (url: string, options: RequestInit) => {
    posted(String(url), String(options.body));
    return new Response(null, { status });
  });
  document.body.innerHTML = `
    <div data-controller="level" data-level-not-now-value="Later">
      <button type="button" data-level-target="button">
        <span data-level="normal">Normal</span><span data-level="muted" hidden>Muted</span>
      </button>
      <form method="post" action="/threads/3/level/" data-action="level#choose">
        <button role="menuitemradio" aria-checked="true" name="level" value="normal">Normal</button>
        <button role="menuitemradio" aria-checked="false" name="level" value="muted">Muted</button>
      </form>
      <span role="status" data-level-target="voice"></span>
    </div>`;
  application = Application.start();
  application.register("level", LevelController);
  await Promise.resolve();
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

const choose = (value: string) =>
  document.querySelector<HTMLButtonElement>(`[value=${value}]`)?.click();
const checked = () => document.querySelector<HTMLButtonElement>("[aria-checked=true]")?.value;

it("chooses in place and says what is heard now", async () => {
  choose("muted");
  await vi.waitFor(() => expect(checked()).toBe("muted"));
  expect(posted).toHaveBeenCalledWith(expect.stringContaining("/threads/3/level/"), "level=muted");
  expect(document.querySelector("[role=status]")?.textContent).toBe("Muted");
  expect(document.activeElement?.getAttribute("data-level-target")).toBe("button");
});

it("stays as it was when the server refuses", async () => {
  status = 500;
  const heard = vi.fn();
  window.addEventListener("toast", heard, { once: true });
  choose("muted");
  await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
  expect(checked()).toBe("normal");
});
