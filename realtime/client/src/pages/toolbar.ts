/** A row of buttons that is one stop for Tab; arrows walk along it. */
export class Toolbar {
  private readonly buttons: HTMLButtonElement[];

  constructor(bar: HTMLElement, run: (command: string, button: HTMLElement) => void) {
    this.buttons = [...bar.querySelectorAll<HTMLButtonElement>("button[data-command]")];
    bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the text keeps the focus
    bar.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[data-command]");
      if (button && !button.disabled && button.ariaDisabled !== "true") {
        run(button.dataset.command ?? "", button);
      }
    });
    bar.addEventListener("keydown", (event) => this.keyed(event) && event.preventDefault());
    this.stop(this.buttons[0]);
  }

  focus(): void {
    (this.buttons.find((button) => button.tabIndex === 0) ?? this.buttons[0])?.focus();
  }

  /** `pressed` says of a command whether it holds where the caret is; undefined for one that cannot. */
  show(
    pressed: (command: string) => boolean | undefined,
    possible: (command: string) => boolean,
  ): void {
    for (const button of this.buttons) {
      const command = button.dataset.command ?? "";
      const isPressed = pressed(command);
      if (isPressed !== undefined) button.setAttribute("aria-pressed", String(isPressed));
      button.setAttribute("aria-disabled", String(!possible(command)));
    }
  }

  private keyed(event: KeyboardEvent): boolean {
    const here = this.buttons.indexOf(document.activeElement as HTMLButtonElement);
    const shown = this.buttons.filter((button) => button.offsetParent !== null || !button.hidden);
    const last = shown.length - 1;
    const at = shown.indexOf(this.buttons[here] as HTMLButtonElement);
    const next = {
      ArrowRight: at < last ? at + 1 : 0,
      ArrowLeft: at > 0 ? at - 1 : last,
      Home: 0,
      End: last,
    }[event.key];
    const button = next === undefined ? undefined : shown[next];
    if (!button) return false;
    this.stop(button);
    button.focus();
    button.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  private stop(at: HTMLButtonElement | undefined): void {
    for (const button of this.buttons) button.tabIndex = button === at ? 0 : -1;
  }
}
