import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Watcher } from "../live/index.ts";

const watched = new Map<string, { watcher: Watcher; after: number }>();
const stop = vi.fn();

vi.mock("../live/index.ts", () => ({
  live: () => ({
    watch: (name: string, after: number, watcher: Watcher) => {
      watched.set(name, { watcher, after });
      return stop;
    },
  }),
}));

const { default: InboxController } = await import("./inbox_controller.ts");

let application: Application;

beforeEach(async () => {
  document.documentElement.lang = "en";
  document.body.innerHTML = `
    <a data-inbox-count hidden><span data-inbox-number>0</span></a>
    <b data-inbox-count hidden><span data-inbox-number>0</span></b>
    <div id="voice" data-controller="inbox" data-inbox-me-value="7" data-inbox-head-value="4" data-inbox-count-value="0"
         data-inbox-url-value="/inbox/count/" data-inbox-words-value='{"one":"One for you","other":"%s for you"}'></div>`;
  application = Application.start();
  application.register("inbox", InboxController);
  await vi.waitFor(() => expect(watched.has("inbox:7")).toBe(true));
});

afterEach(() => {
  application.stop();
  document.body.innerHTML = "";
  watched.clear();
  vi.unstubAllGlobals();
});

const tell = (unread: number) =>
  watched.get("inbox:7")?.watcher.event({
    stream: "inbox:7",
    seq: 5,
    kind: "inbox.changed",
    at: "",
    payload: { unread },
  });

const shown = () =>
  [...document.querySelectorAll<HTMLElement>("[data-inbox-count]")].map((place) =>
    place.hidden ? "" : place.textContent,
  );

it("follows from where the page stands, unseen", () => {
  expect(watched.get("inbox:7")?.after).toBe(4);
  expect(watched.get("inbox:7")?.watcher.quiet).toBe(true);
});

it("writes the number wherever it stands, and hides it when nothing waits", () => {
  tell(3);
  expect(shown()).toEqual(["3", "3"]);
  tell(0);
  expect(shown()).toEqual(["", ""]);
});

it("says what came in, and nothing when something was read", () => {
  const voice = document.getElementById("voice");
  tell(1);
  expect(voice?.textContent).toBe("One for you");
  tell(2);
  expect(voice?.textContent).toBe("2 for you");
  tell(1);
  expect(voice?.textContent).toBe("2 for you");
});

it("lets the list know", () => {
  const heard = vi.fn();
  window.addEventListener("inbox:changed", heard, { once: true });
  tell(1);
  expect(heard).toHaveBeenCalledOnce();
});

it("asks when what it missed is no longer kept", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response('{"unread": 9}')),
  );
  watched.get("inbox:7")?.watcher.reset?.(40);
  await vi.waitFor(() => expect(shown()).toEqual(["9", "9"]));
});
