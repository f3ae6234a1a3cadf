import { Controller } from "@hotwired/stimulus";

/** Files that are brought: says of each where it was in its folder, which a form leaves out. */
export default class BringPagesController extends Controller<HTMLFormElement> {
  static targets = ["input"];
  declare readonly inputTargets: HTMLInputElement[];

  name() {
    for (const old of this.element.querySelectorAll('input[name="paths"]')) old.remove();
    for (const file of this.inputTargets.flatMap((input) => [...(input.files ?? [])])) {
      const path = document.createElement("input");
      path.type = "hidden";
      path.name = "paths";
      path.value = file.webkitRelativePath || file.name;
      this.element.append(path);
    }
  }
}
