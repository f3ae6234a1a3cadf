import { Controller } from "@hotwired/stimulus";
import { chooseEmoji } from "../emoji/choose.ts";
import { post } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import {
  type LiveClient,
  live,
  type Person,
  type Draft as Said,
  type StreamEvent,
} from "../live/index.ts";
import type ComposerController from "./composer_controller.ts";
import type { Say } from "./composer_controller.ts";
import type {
  MessageDeleted,
  MessageEdited,
  MessagePosted,
  ReactionsChanged,
  ThreadChanged,
} from "./events.ts";
import { MessageList } from "./message_list.ts";
import { goToEnd, isAtEnd, keepPlace, scrollerOf } from "./place.ts";
import { postDraft } from "./posting.ts";
import { showPresence } from "./presence.ts";

const READ_AFTER = 700;

/** A live conversation: what others say arrives, what one says is kept until it is said. */
export default class ThreadController extends Controller<HTMLElement> {
  static targets = [
    "list",
    "empty",
    "voice",
    "arrivals",
    "template",
    "day",
    "older",
    "newer",
    "typing",
  ];
  static outlets = ["composer"];
  static values = {
    id: Number,
    stream: String,
    head: Number,
    me: Number,
    name: String,
    newer: Boolean,
    url: String,
    messagesUrl: String,
    readUrl: String,
    peopleUrl: String,
    words: Object,
  };
  declare readonly listTarget: HTMLElement;
  declare readonly emptyTarget: HTMLElement;
  declare readonly voiceTarget: HTMLElement;
  declare readonly arrivalsTarget: HTMLElement;
  declare readonly templateTarget: HTMLTemplateElement;
  declare readonly dayTarget: HTMLTemplateElement;
  declare readonly olderTarget: HTMLElement;
  declare readonly newerTarget: HTMLElement;
  declare readonly typingTarget: HTMLElement;
  declare readonly hasTypingTarget: boolean;
  declare readonly composerOutlet: ComposerController;
  declare readonly hasComposerOutlet: boolean;
  declare readonly idValue: number;
  declare readonly streamValue: string;
  declare readonly headValue: number;
  declare readonly meValue: number;
  declare readonly nameValue: string;
  declare newerValue: boolean;
  declare readonly urlValue: string;
  declare readonly messagesUrlValue: string;
  declare readonly readUrlValue: string;
  declare readonly peopleUrlValue: string;
  declare readonly wordsValue: Record<string, string>;

  private client!: LiveClient;
  private messages!: MessageList;
  private scroller!: HTMLElement;
  private readSeq = 0;
  private stops: (() => void)[] = [];
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  connect() {
    this.client = live(this.meValue);
    this.client.post = postDraft;
    this.messages = new MessageList(this.listTarget, {
      template: this.templateTarget,
      day: this.dayTarget,
      me: this.meValue,
      peopleUrl: this.peopleUrlValue,
      former: this.wordsValue.former ?? "",
      takenBack: this.wordsValue.takenBack ?? "",
    });
    this.scroller = scrollerOf(this.element);
    this.readSeq = this.messages.lastSeq();
    this.land();
    this.stops = [
      this.client.watch(this.streamValue, this.headValue, this),
      this.client.outbox.listen((draft) => this.drafted(draft)),
    ];
    this.client.outbox.waiting(this.idValue).then((drafts) => {
      for (const draft of drafts) this.drafted(draft);
    });
    document.addEventListener("visibilitychange", this.seen);
    document.addEventListener("scroll", this.seen, { capture: true, passive: true });
    this.element.dataset.live = "";
  }

  disconnect() {
    for (const stop of this.stops) stop();
    document.removeEventListener("visibilitychange", this.seen);
    document.removeEventListener("scroll", this.seen, { capture: true });
  }

  // --- what is told ---

  event({ kind, payload }: StreamEvent) {
    const told = payload as unknown;
    if (kind === "message.posted") this.posted(told as MessagePosted);
    else if (kind === "message.edited") this.messages.edit(told as MessageEdited);
    else if (kind === "message.deleted") this.messages.remove((told as MessageDeleted).id);
    else if (kind === "reactions.changed") {
      const { id, reactions } = told as ReactionsChanged;
      this.messages.react(id, reactions);
    } else if (kind === "thread.changed") this.renamed(told as ThreadChanged);
  }

  reset() {
    location.assign(this.urlValue);
  }

  gone() {
    if (this.hasComposerOutlet) this.composerOutlet.close(this.wordsValue.gone ?? "");
  }

  here(people: Person[], more: number) {
    showPresence(this.streamValue, people, more, this.meValue);
  }

  typing(people: Person[]) {
    if (!this.hasTypingTarget) return;
    const names = people.map((person) => person.name);
    const list = new Intl.ListFormat(document.documentElement.lang).format(names);
    const words = names.length === 1 ? this.wordsValue.writes : this.wordsValue.write;
    this.typingTarget.textContent = names.length ? (words ?? "").replace("%s", list) : "";
  }

  private posted(message: MessagePosted) {
    if (this.newerValue) {
      this.arrivalsTarget.hidden = message.author.id === this.meValue;
      return;
    }
    const atEnd = isAtEnd(this.scroller);
    const row = this.messages.post(message);
    if (!row) return;
    this.emptyTarget.hidden = true;
    row.classList.add("message--arrived");
    if (message.author.id === this.meValue || atEnd) goToEnd(this.scroller);
    else this.arrivalsTarget.hidden = false;
    if (message.author.id !== this.meValue) this.announce(message, row);
    this.seen();
  }

  private announce(message: MessagePosted, row: HTMLElement) {
    const words = row.querySelector<HTMLElement>("[data-slot=body]")?.textContent?.trim() ?? "";
    const line = document.createElement("p");
    line.textContent = `${message.author.name || this.wordsValue.former}: ${words.slice(0, 200)}`;
    this.voiceTarget.replaceChildren(line);
  }

  private renamed({ title }: ThreadChanged) {
    for (const place of document.querySelectorAll("[data-thread-title]")) place.textContent = title;
  }

  // --- what one says ---

  async say({ detail }: CustomEvent<Say>) {
    await this.client.say(this.idValue, detail.words, detail.replyTo);
    goToEnd(this.scroller);
  }

  tellTyping() {
    this.client.typing(this.streamValue);
  }

  /** What becomes of words on their way, drawn where they will stand. */
  private drafted(draft: Said) {
    if (draft.thread !== this.idValue) return;
    if (this.newerValue) {
      if (draft.state === "sent") location.assign(this.urlValue);
      return;
    }
    if (draft.state !== "sent" && !this.messages.row(draft.cid))
      this.messages.pend(this.asMessage(draft));
    this.emptyTarget.hidden = true;
    if (draft.state === "failed") {
      const acts = [this.act("retry", draft.cid), this.act("discard", draft.cid)];
      this.messages.state(draft.cid, "failed", draft.error || (this.wordsValue.failed ?? ""), acts);
    } else {
      const words = draft.state === "sent" ? "" : (this.wordsValue.sending ?? "");
      this.messages.state(draft.cid, draft.state, words);
    }
  }

  private act(name: "retry" | "discard", cid: string): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = this.wordsValue[name] ?? "";
    button.addEventListener("click", () => this[name](cid));
    return button;
  }

  private retry(cid: string) {
    void this.client.outbox.retry(cid);
  }

  /** The words go back into the composer rather than away. */
  private discard(cid: string) {
    const row = this.messages.row(cid);
    if (row?.dataset.source && this.hasComposerOutlet)
      this.composerOutlet.giveBack(row.dataset.source);
    row?.remove();
    void this.client.outbox.discard(cid);
  }

  private asMessage(draft: Said): MessagePosted {
    const text = document.createElement("p");
    text.textContent = draft.body;
    text.className = "message__raw";
    const answered = draft.replyTo === null ? null : this.messages.row(draft.replyTo);
    return {
      id: 0,
      seq: 0,
      cid: draft.cid,
      author: { id: this.meValue, name: this.nameValue, photo: "", is_guest: false },
      html: text.outerHTML,
      body: draft.body,
      reply_to: answered && draft.replyTo ? { id: draft.replyTo, ...glance(answered) } : null,
      posted_at: draft.writtenAt,
    };
  }

  // --- what one does to a message ---

  reply(event: Event) {
    const row = rowOf(event);
    if (!row || !this.hasComposerOutlet) return;
    event.preventDefault();
    const { author, excerpt } = glance(row);
    this.composerOutlet.answer(row.dataset.id ?? "", `${author}: ${excerpt}`);
  }

  quote(event: Event) {
    const row = rowOf(event);
    if (!row || !this.hasComposerOutlet) return;
    event.preventDefault();
    const selection = getSelection();
    const chosen =
      selection?.anchorNode && row.contains(selection.anchorNode)
        ? selection.toString().trim()
        : "";
    this.composerOutlet.quote(chosen || (row.dataset.source ?? ""));
  }

  editLast(event: Event) {
    const mine = this.messages.rows().findLast((row) => row.querySelector("[data-slot=edit-act]"));
    if (!mine) return;
    event.preventDefault();
    void this.openEditor(mine);
  }

  edit(event: Event) {
    const row = rowOf(event);
    if (!row) return;
    event.preventDefault();
    void this.openEditor(row);
  }

  private async openEditor(row: HTMLElement) {
    const { editInPlace } = await import("./editor.ts");
    editInPlace(row, { save: this.wordsValue.save ?? "", cancel: this.wordsValue.cancel ?? "" });
  }

  async pickSign(event: Event) {
    const row = rowOf(event);
    const emoji = row && (await chooseEmoji(event.currentTarget as Element));
    if (row && emoji) await this.leave(row, emoji);
  }

  sign(event: SubmitEvent) {
    const row = rowOf(event);
    const button = (event.target as HTMLFormElement).querySelector("button");
    if (!row || !button) return;
    event.preventDefault();
    void this.leave(row, button.value);
  }

  private async leave(row: HTMLElement, emoji: string) {
    const answer = await post(
      `/messages/${row.dataset.id}/react/`,
      new URLSearchParams({ emoji }),
    ).catch(() => null);
    if (!answer?.ok) toast(this.wordsValue.notNow ?? "", "error");
  }

  // --- reading ---

  async older(event: Event) {
    event.preventDefault();
    const html = await this.stretch(event.currentTarget as HTMLAnchorElement);
    if (html === null) return;
    this.olderTarget.remove();
    keepPlace(this.scroller, () => this.messages.merge(html, "above"));
    if (this.element.querySelectorAll("[data-thread-target=newer]").length > 1)
      this.newerTarget.remove();
  }

  async newer(event: Event) {
    event.preventDefault();
    const html = await this.stretch(event.currentTarget as HTMLAnchorElement);
    if (html === null) return;
    this.newerTarget.remove();
    this.messages.merge(html, "below");
    for (const more of this.listTarget.querySelectorAll(
      "[data-thread-target=older]:not(:first-child)",
    ))
      more.remove();
    if (!this.listTarget.querySelector("[data-thread-target=newer]"))
      location.assign(this.urlValue);
  }

  private async stretch(link: HTMLAnchorElement): Promise<string | null> {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } }).catch(
      () => null,
    );
    if (answer?.ok) return answer.text();
    toast(this.wordsValue.notNow ?? "", "error");
    return null;
  }

  toEnd() {
    if (this.newerValue) location.assign(this.urlValue);
    this.arrivalsTarget.hidden = true;
    goToEnd(this.scroller);
  }

  private land() {
    const unread = this.listTarget.querySelector("[data-unread-line]");
    if (location.hash.startsWith("#m-"))
      document.querySelector(location.hash)?.scrollIntoView({ block: "center" });
    else if (unread && this.scroller !== document.documentElement)
      this.scroller.scrollTop = (unread as HTMLElement).offsetTop;
    else if (unread) unread.scrollIntoView({ block: "center" });
    else if (this.element.closest("main") || this.scroller !== document.documentElement)
      goToEnd(this.scroller);
  }

  /** What is in sight has been read; told to the server a moment later, and to nobody else. */
  private readonly seen = () => {
    if (isAtEnd(this.scroller)) this.arrivalsTarget.hidden = true;
    const last = this.messages
      .rows()
      .filter((row) => row.dataset.id)
      .at(-1);
    const seq = Number(last?.dataset.seq ?? 0);
    if (document.hidden || this.newerValue || !isAtEnd(this.scroller) || seq <= this.readSeq)
      return;
    clearTimeout(this.timers.read);
    this.timers.read = setTimeout(() => {
      this.readSeq = seq;
      post(this.readUrlValue, new URLSearchParams({ seq: String(seq) })).catch(() => {
        this.readSeq = 0;
      });
    }, READ_AFTER);
  };
}

function rowOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>("li[data-id]");
}

function glance(row: HTMLElement): { author: string; excerpt: string } {
  const author = row.querySelector("[data-slot=author]")?.textContent?.trim() ?? "";
  const words = row.querySelector("[data-slot=body]")?.textContent?.trim() ?? "";
  return { author, excerpt: words.slice(0, 100) };
}
