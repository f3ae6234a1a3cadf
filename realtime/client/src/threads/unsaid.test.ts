import { describe, expect, it, vi } from "vitest";
import type { Draft } from "../live/index.ts";
import { type Desk, Unsaid } from "./unsaid.ts";

const draft: Draft = {
  cid: "c1",
  person: 7,
  thread: 12,
  body: "Call @[Ada Moreau](person:3)",
  replyTo: 5,
  writtenAt: "2026-03-01T12:00:00Z",
  state: "pending",
  error: "",
};

function desk(rows: Record<string, string> = {}) {
  const row = (id: number | string) => {
    if (!(id in rows)) return null;
    const made = document.createElement("li");
    made.innerHTML = rows[id] ?? "";
    return made;
  };
  const messages = { row: vi.fn(row), pend: vi.fn(), state: vi.fn() };
  const outbox = { retry: vi.fn(async () => {}), discard: vi.fn(async () => draft) };
  const giveBack = vi.fn();
  const me = { id: 7, name: "Bo", photo: "", is_guest: false };
  const words = { sending: "Sending", failed: "Not sent", retry: "Again", discard: "Take back" };
  const made = { me, messages, outbox, words, giveBack };
  return { ...made, unsaid: new Unsaid(made as unknown as Desk) };
}

describe("words that are not said yet", () => {
  it("stand as their author's, under what they answer", () => {
    const answered = "<b data-slot=author>Cy</b><div data-slot=body>What time?</div>";
    const { unsaid, messages } = desk({ 5: answered });
    unsaid.draw(draft);
    const [shown] = messages.pend.mock.calls[0] ?? [];
    expect(shown.html).toBe('<p class="message__raw">Call @Ada Moreau</p>');
    expect(shown.reply_to).toEqual({ id: 5, author: "Cy", excerpt: "What time?" });
    expect(messages.state).toHaveBeenCalledWith("c1", "pending", "Sending");
  });

  it("are drawn once, and say nothing more when they are said", () => {
    const { unsaid, messages } = desk({ c1: "" });
    unsaid.draw(draft);
    unsaid.draw({ ...draft, state: "sent" });
    expect(messages.pend).not.toHaveBeenCalled();
    expect(messages.state).toHaveBeenLastCalledWith("c1", "sent", "");
  });

  it("are sent again or given back when they are stuck", async () => {
    const { unsaid, messages, outbox, giveBack } = desk();
    unsaid.draw({ ...draft, state: "failed", error: "Closed." });
    const [, , why, [again, back]] = messages.state.mock.calls[0] ?? [];
    expect([why, again.textContent, back.textContent]).toEqual(["Closed.", "Again", "Take back"]);
    again.click();
    expect(outbox.retry).toHaveBeenCalledWith("c1");
    back.click();
    await vi.waitFor(() => expect(giveBack).toHaveBeenCalledWith(draft));
  });
});
