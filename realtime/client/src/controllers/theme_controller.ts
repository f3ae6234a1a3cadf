import { Controller } from "@hotwired/stimulus";
import { keep } from "../lib/cookie.ts";

/** Light, dark, or as the system is: a row of buttons that say which one holds. */
export default class ThemeController extends Controller<HTMLElement> {
  static targets = ["choice"];
  declare readonly choiceTargets: HTMLButtonElement[];

  connect() {
    this.show(document.documentElement.dataset.theme ?? "system");
  }

  choose({ params }: { params: { name: string } }) {
    const root = document.documentElement;
    if (params.name === "system") delete root.dataset.theme;
    else root.dataset.theme = params.name;
    keep("parvis_theme", params.name);
    this.show(params.name);
  }

  private show(name: string) {
    for (const button of this.choiceTargets) {
      button.setAttribute("aria-pressed", String(button.dataset.themeNameParam === name));
    }
  }
}
