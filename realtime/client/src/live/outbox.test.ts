import { expect, it } from "vitest";
import { Outbox } from "./outbox.ts";
import type { Answer } from "./protocol.ts";
import { type Draft, MemoryStorage } from "./storage.ts";

const draft = (cid: string, writtenAt: string): Draft => ({
  cid,
  person: 7,
  thread: 1,
  body: cid,
  replyTo: null,
  writtenAt,
  state: "pending",
  error: "",
});

/** A lock as the browser's: one holder at a time, in the order they asked. */
function locks() {
  let last: Promise<void> = Promise.resolve();
  return (_name: string, act: () => Promise<void>) => {
    last = last.then(act);
    return last;
  };
}

it("sends what two tabs share once, in the order it was written", async () => {
  const storage = new MemoryStorage();
  await storage.put(draft("one", "2026-03-02T09:00:00Z"));
  await storage.put(draft("two", "2026-03-02T09:00:01Z"));
  const sent: string[] = [];
  const alone = locks();
  const tab = () =>
    new Outbox(
      storage,
      async ({ cid }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        sent.push(cid);
        return { is: "ok", ref: 1 } as Answer;
      },
      () => true,
      () => 7,
      alone,
    );

  await Promise.all([tab().flush(), tab().flush()]);

  expect(sent).toEqual(["one", "two"]);
  expect(await storage.all()).toEqual([]);
});
