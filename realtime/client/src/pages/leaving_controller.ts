import { Controller } from "@hotwired/stimulus";

const PATIENCE = 1_500;

/** The form that signs out: what this device kept of texts and begun words goes first, for whoever comes after. */
export default class LeavingController extends Controller<HTMLFormElement> {
  private isReady = false;

  connect() {
    this.element.addEventListener("submit", this.leave);
  }

  disconnect() {
    this.element.removeEventListener("submit", this.leave);
  }

  private readonly leave = async (event: SubmitEvent) => {
    if (this.isReady) return;
    event.preventDefault();
    const [{ forgetCopies }, { forgetDrafts }] = await Promise.all([
      import("./kept.ts"),
      import("../threads/drafts.ts"),
    ]);
    forgetDrafts();
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([forgetCopies(), late]).catch(() => undefined);
    this.isReady = true;
    this.element.requestSubmit(event.submitter);
  };
}
