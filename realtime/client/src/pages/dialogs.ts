import type { EditorView } from "prosemirror-view";
import { embed, link, linkRange } from "./commands.ts";
import type { Desk } from "./desk.ts";
import type { Line } from "./field_list.ts";
import { FindDialog, PATIENCE } from "./find_dialog.ts";
import { isSafe, type Link, meant, pathOfOurs } from "./links.ts";
import type { Card } from "./shown.ts";

/** Asks where a link leads: an address, a page or a document found by its words. */
export class LinkDialog extends FindDialog {
  constructor(desk: Desk, view: EditorView) {
    super(desk, view, "link", "link-unknown");
  }

  override open(): void {
    if (!this.view.editable) return;
    const { link: now } = linkRange(this.view.state);
    this.field.value = now && "href" in now ? now.href : "";
    this.desk.slot("link-remove").hidden = !now;
    this.list.show([]);
    this.note("");
    this.dialog.showModal();
    this.field.select();
    if (now && !("href" in now)) void this.showTarget(now);
  }

  /** The title of the page or document that the link leads to now. */
  private async showTarget(now: { page: number } | { document: number }): Promise<void> {
    const told = await ("page" in now
      ? this.desk.shown.ask("pages", now.page)
      : this.desk.shown.ask("documents", now.document)
    ).catch(() => null);
    this.note(told ? this.desk.say("link-now", { title: told.title }) : this.desk.say("unseen"));
  }

  protected override typed(): void {
    clearTimeout(this.timer);
    const words = this.field.value.trim();
    this.list.show(this.addresses(words));
    this.note("");
    if (words && !isSafe(words)) this.timer = setTimeout(() => void this.search(words), PATIENCE);
  }

  protected override async search(words: string): Promise<void> {
    const found = await this.desk.finder.find(words);
    if (!found || words !== this.field.value.trim()) return;
    const lines = found.slice(0, 12).map((one) => ({
      icon: one.kind === "page" ? "file-text" : "paperclip",
      name: one.title,
      about: one.where,
      choose: () => {
        this.desk.shown.learn(one.kind === "page" ? "pages" : "documents", one.id, one);
        this.set(one.kind === "page" ? { page: one.id } : { document: one.id }, one.title);
      },
    }));
    const all = [...this.addresses(words), ...lines];
    this.list.show(all);
    this.note(all.length ? "" : this.desk.say("nothing-found"));
  }

  private addresses(words: string): Line[] {
    const href = meant(words);
    if (!href) return [];
    const about = this.desk.say("address");
    return [{ icon: "globe", name: href, about, choose: () => this.set({ href }, words) }];
  }

  private set(to: Link | null, name: string): void {
    this.dialog.close();
    link(to, name)(this.view.state, this.view.dispatch);
    this.view.focus();
  }

  protected override act(name: string | undefined): void {
    if (name === "remove") this.set(null, "");
    else super.act(name);
  }
}

/** Asks for a conversation, a poll or anything else that has a card here: by its words, or by its address. */
export class CardDialog extends FindDialog {
  constructor(desk: Desk, view: EditorView) {
    super(desk, view, "card", "nothing-found");
  }

  protected override async search(): Promise<void> {
    const words = this.field.value.trim();
    const found = await this.desk.finder.cards(pathOfOurs(words) || words);
    if (words !== this.field.value.trim() || !this.dialog.open) return;
    if (!found) {
      this.note(this.desk.say("not-found-now"));
      return;
    }
    this.list.show(found.map((card) => this.line(card)));
    this.note(found.length ? "" : this.desk.say("nothing-found"));
  }

  private line(card: Card): Line {
    return {
      icon: card.icon,
      name: card.title,
      about: [card.place, card.line].filter(Boolean).join(" · "),
      choose: () => {
        this.desk.shown.learn("cards", card.address, card);
        this.dialog.close();
        embed(card.address, "")(this.view.state, this.view.dispatch);
        this.view.focus();
      },
    };
  }
}

/** Asks for the address of something that is shown from another site. */
export class EmbedDialog {
  private readonly dialog: HTMLDialogElement;
  private readonly form: HTMLFormElement;

  constructor(
    private readonly desk: Desk,
    private readonly view: EditorView,
  ) {
    this.dialog = desk.slot<HTMLDialogElement>("embed-dialog");
    this.form = desk.slot<HTMLFormElement>("embed-form");
    this.form.addEventListener("submit", (event) => this.sent(event));
    this.dialog.addEventListener("click", (event) => {
      const act = (event.target as Element).closest<HTMLElement>("[data-act]")?.dataset.act;
      if (act === "close" || event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => this.view.focus());
  }

  open(): void {
    this.form.reset();
    this.desk.slot("embed-note").textContent = "";
    this.dialog.showModal();
  }

  private sent(event: Event): void {
    event.preventDefault();
    const told = new FormData(this.form);
    const typed = String(told.get("url") ?? "");
    const own = typed.trim().startsWith(location.origin) ? pathOfOurs(typed) : "";
    const url = own || meant(typed);
    if (!own && !/^https?:\/\//i.test(url)) {
      this.desk.slot("embed-note").textContent = this.desk.say("embed-unknown");
      return;
    }
    this.dialog.close();
    embed(url, String(told.get("title") ?? "").trim())(this.view.state, this.view.dispatch);
    this.view.focus();
  }
}
