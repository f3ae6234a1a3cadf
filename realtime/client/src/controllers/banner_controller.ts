import { Controller } from "@hotwired/stimulus";

/** Closes what the house has to say without leaving the page; where that fails, the form goes its own way. */
export default class BannerController extends Controller<HTMLElement> {
  async close(event: SubmitEvent) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    try {
      const body = new FormData(form);
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
      this.element.remove();
      document.getElementById("main")?.focus({ preventScroll: true });
    } catch {
      form.submit();
    }
  }
}
