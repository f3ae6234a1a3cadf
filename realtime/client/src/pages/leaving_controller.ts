import { Controller } from "@hotwired/stimulus";

import { toast } from "../lib/toast.ts";
import type { Storage } from "../live/storage.ts";

const PATIENCE = 1_500;

/**
 * The form that signs out: what this device kept of texts, places and begun words goes first, for whoever comes after.
 * Messages that are not sent yet go with it, when the person signs out once more after being told so.
 */
export default class LeavingController extends Controller<HTMLFormElement> {
  static values = { unsent: String };
  declare readonly unsentValue: string;

  private isReady = false;
  private isTold = false;

  connect() {
    this.element.addEventListener("submit", this.leave);
  }

  disconnect() {
    this.element.removeEventListener("submit", this.leave);
  }

  private readonly leave = async (event: SubmitEvent) => {
    if (this.isReady) return;
    event.preventDefault();
    const { submitter } = event;
    const { BrowserStorage } = await import("../live/storage.ts");
    const outbox = new BrowserStorage();
    const unsent = (await inTime(outbox.all())) ?? [];
    if (unsent.length > 0 && !this.isTold) {
      this.isTold = true;
      toast(this.unsentValue, "error");
      return;
    }
    await inTime(forget(outbox));
    this.isReady = true;
    this.element.requestSubmit(submitter);
  };
}

async function forget(outbox: Storage): Promise<void> {
  const [{ forgetCopies }, { forgetDrafts }, { forgetPlaces }] = await Promise.all([
    import("./kept.ts"),
    import("../threads/drafts.ts"),
    import("../threads/saved_place.ts"),
  ]);
  forgetDrafts();
  forgetPlaces();
  const unsent = await outbox.all();
  await Promise.all([forgetCopies(), ...unsent.map(({ cid }) => outbox.remove(cid))]);
}

/** What `work` gives, null when it fails or takes too long. */
function inTime<T>(work: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE));
  return Promise.race([work, late]).catch(() => null);
}
