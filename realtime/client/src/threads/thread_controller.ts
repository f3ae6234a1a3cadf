import { Controller } from "@hotwired/stimulus";
import { chooseEmoji } from "../emoji/choose.ts";
import { post } from "../lib/http.ts";
import { saying } from "../lib/saying.ts";
import { toast } from "../lib/toast.ts";
import {
  type LiveClient,
  live,
  type Person,
  type Draft as Said,
  type StreamEvent,
} from "../live/index.ts";
import { Arrivals } from "./arrivals.ts";
import { spoken } from "./calls.ts";
import type ComposerController from "./composer_controller.ts";
import type { Say } from "./composer_controller.ts";
import type {
  AsideChanged,
  HelpfulChanged,
  MessageArrived,
  MessageDeleted,
  MessageEdited,
  MessageHidden,
  MessagePosted,
  MessageShown,
  MessagesMoved,
  PollChanged,
  ReactionsChanged,
  StateChanged,
  SynthesisChanged,
  ThreadChanged,
  TraceLeft,
} from "./events.ts";
import { MessageList } from "./message_list.ts";
import { goToEnd, isAtEnd, keepPlace, scrollerOf } from "./place.ts";
import { postDraft } from "./posting.ts";
import { hidePresence, showPresence } from "./presence.ts";
import { Reading } from "./reading.ts";
import { SavedPlace } from "./saved_place.ts";
import { rowInSight } from "./sight.ts";
import { isAnswered, showAnswers, showAside, showState } from "./states.ts";
import { Typists } from "./typists.ts";
import { glance, Unsaid } from "./unsaid.ts";
import { Walk } from "./walk.ts";

const ARRIVED_AFTER = 50;
const HELD = 500; // messages that came while the end of the list was elsewhere
const WRITING = "input, textarea, select, [contenteditable], emoji-picker";

/** A live conversation: what others say arrives, what one says is kept until it is said. */
export default class ThreadController extends Controller<HTMLElement> {
  static targets = [
    "list",
    "empty",
    "voice",
    "arrivals",
    "line",
    "template",
    "day",
    "traces",
    "cover",
    "poll",
    "solved",
    "older",
    "newer",
    "moreOlder",
    "moreNewer",
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
    read: Number,
    readUrl: String,
    peopleUrl: String,
    words: Object,
    pollWords: Object,
  };
  declare readonly listTarget: HTMLElement;
  declare readonly emptyTarget: HTMLElement;
  declare readonly voiceTarget: HTMLElement;
  declare readonly arrivalsTarget: HTMLElement;
  declare readonly lineTarget: HTMLTemplateElement;
  declare readonly templateTarget: HTMLTemplateElement;
  declare readonly dayTarget: HTMLTemplateElement;
  declare readonly tracesTarget: HTMLTemplateElement;
  declare readonly coverTarget: HTMLTemplateElement;
  declare readonly olderTargets: HTMLElement[];
  declare readonly newerTargets: HTMLElement[];
  declare readonly moreOlderTarget: HTMLTemplateElement;
  declare readonly moreNewerTarget: HTMLTemplateElement;
  declare readonly pollTarget: HTMLTemplateElement;
  declare readonly solvedTarget: HTMLElement;
  declare readonly hasSolvedTarget: boolean;
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
  declare readonly readValue: number;
  declare readonly hasReadValue: boolean;
  declare readonly readUrlValue: string;
  declare readonly peopleUrlValue: string;
  declare readonly wordsValue: Record<string, string>;
  declare readonly pollWordsValue: Record<string, string>;

  private client!: LiveClient;
  private messages!: MessageList;
  private scroller!: HTMLElement;
  private walk: Walk | null = null;
  private place!: SavedPlace;
  private readonly typists = new Typists((people) => this.showTypists(people));
  private held: MessagePosted[] = [];
  private unsaid!: Unsaid;
  private reading!: Reading;
  private arrivals!: Arrivals;
  private toAdopt: number[] = [];
  private stops: (() => void)[] = [];
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  connect() {
    this.client = live(this.meValue);
    this.client.post = postDraft;
    this.messages = new MessageList(this.listTarget, {
      template: this.templateTarget,
      day: this.dayTarget,
      traces: this.tracesTarget,
      cover: this.coverTarget,
      poll: this.pollTarget,
      pollWords: this.pollWordsValue,
      me: this.meValue,
      peopleUrl: this.peopleUrlValue,
      former: this.wordsValue.former ?? "",
      takenBack: this.wordsValue.takenBack ?? "",
      units: (this.wordsValue.units ?? []) as unknown as string[],
      rescue: (words) => this.rescue(words),
    });
    this.scroller = scrollerOf(this.element);
    this.place = new SavedPlace(this.meValue, this.idValue);
    this.arrivals = new Arrivals({
      list: this.listTarget,
      scroller: this.scroller,
      line: this.lineTarget,
      button: this.arrivalsTarget,
    });
    this.unsaid = this.unsaidHere();
    this.reading = this.startReading();
    void this.land();
    this.startWalking();
    this.seen();
    this.stops = [
      this.client.watch(this.streamValue, this.headValue, this),
      this.client.onState((state) => state === "live" && this.walk?.wake()),
      this.client.outbox.listen((draft, answer) => {
        this.drafted(draft);
        if (draft.thread === this.idValue) this.warn(answer?.unheard);
      }),
    ];
    this.client.outbox.waiting(this.idValue).then((drafts) => {
      for (const draft of drafts) this.drafted(draft);
    });
    document.addEventListener("visibilitychange", this.looked);
    document.addEventListener("scroll", this.seen, { capture: true, passive: true });
    document.addEventListener("keydown", this.keyed);
    addEventListener("pagehide", this.leaving);
    this.element.dataset.live = "";
  }

  disconnect() {
    for (const stop of this.stops) stop();
    document.removeEventListener("visibilitychange", this.looked);
    document.removeEventListener("scroll", this.seen, { capture: true });
    document.removeEventListener("keydown", this.keyed);
    removeEventListener("pagehide", this.leaving);
    this.leaving();
    this.walk?.stop();
    this.walk = null;
  }

  // --- what is told ---

  event({ kind, payload, seq }: StreamEvent) {
    const told = payload as unknown;
    if (kind === "message.posted") this.posted(told as MessagePosted);
    else if (kind === "message.edited") this.messages.edit(told as MessageEdited);
    else if (kind === "message.deleted") this.messages.remove((told as MessageDeleted).id);
    else if (kind === "messages.moved") this.left(told as MessagesMoved);
    else if (kind === "message.arrived") this.arrived(told as MessageArrived, seq);
    else if (kind === "thread.merged") this.merged();
    else if (kind === "message.hidden") this.hidden(told as MessageHidden);
    else if (kind === "message.shown") this.shown(told as MessageShown);
    else if (kind === "reactions.changed") {
      const { id, reactions } = told as ReactionsChanged;
      this.messages.react(id, reactions);
    } else if (kind === "poll.changed") this.messages.vote(told as PollChanged);
    else if (kind === "helpful.changed") this.messages.help(told as HelpfulChanged);
    else if (kind === "thread.changed") this.changed(told as ThreadChanged);
    else if (kind === "trace.left") this.traced(told as TraceLeft, seq);
    else if (kind === "synthesis.changed") this.messages.keep(told as SynthesisChanged);
    else if (kind === "state.changed") showState(this.element, told as StateChanged);
    else if (kind === "aside.changed") this.setAside(told as AsideChanged);
    if (kind === "message.deleted" && this.hasComposerOutlet)
      this.composerOutlet.drop((told as MessageDeleted).id);
    if (["message.deleted", "message.hidden", "message.shown"].includes(kind))
      this.dispatch("words", { detail: { id: (told as { id: number }).id } }); // they may be cited beside
    if (this.hasSolvedTarget)
      this.solvedTarget.hidden = !isAnswered(this.messages.rows(), this.meValue);
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
    this.typists.name(people);
  }

  unknown() {
    hidePresence(this.streamValue);
    this.typists.name([]);
  }

  private showTypists(people: Person[]) {
    if (!this.hasTypingTarget) return;
    const names = people.map((person) => person.name);
    const list = new Intl.ListFormat(document.documentElement.lang).format(names);
    const words = names.length === 1 ? this.wordsValue.writes : this.wordsValue.write;
    this.typingTarget.textContent = names.length ? (words ?? "").replace("%s", list) : "";
  }

  private posted(message: MessagePosted) {
    this.typists.forget(message.author.id);
    if (this.newerValue) {
      this.held = [...this.held, message].slice(-HELD);
      this.arrivalsTarget.hidden = message.author.id === this.meValue;
      return;
    }
    const atEnd = isAtEnd(this.scroller);
    const row = this.messages.post(message);
    if (!row) return;
    this.emptyTarget.hidden = true;
    row.classList.add("message--arrived");
    if (message.author.id !== this.meValue) {
      this.arrivals.come(row, atEnd);
      this.announce(message, row);
    } else if (atEnd) this.arrivals.follow();
    this.seen();
  }

  private traced(trace: TraceLeft, seq: number) {
    if (this.newerValue) return;
    const atEnd = isAtEnd(this.scroller);
    this.messages.trace(trace, seq);
    if (atEnd) this.arrivals.follow();
    this.emptyTarget.hidden = true;
  }

  /** Everybody sees a cover; the author's own row, with the words and what can be asked, is the server's to draw. */
  private hidden(message: MessageHidden) {
    const isMine = this.messages.row(message.id)?.dataset.author === String(this.meValue);
    this.messages.hide(message);
    if (isMine) void this.redraw(message.id);
  }

  private left(moved: MessagesMoved) {
    keepPlace(this.scroller, () => this.messages.leave(moved));
    if (this.hasComposerOutlet) for (const id of moved.ids) this.composerOutlet.drop(id);
    this.emptyTarget.hidden = this.messages.rows().length > 0;
  }

  /** Messages that came from elsewhere are fetched together, a moment after the last of them was told. */
  private arrived({ id, answers }: MessageArrived, seq: number) {
    for (const answer of answers) void this.redraw(answer);
    if (this.newerValue) {
      this.arrivalsTarget.hidden = false;
      return;
    }
    if (this.messages.row(id)) return;
    this.toAdopt.push(seq);
    clearTimeout(this.timers.arrivals);
    this.timers.arrivals = setTimeout(() => void this.adopt(), ARRIVED_AFTER);
  }

  private async adopt() {
    const [first, last] = [Math.min(...this.toAdopt), Math.max(...this.toAdopt)];
    this.toAdopt = [];
    const atEnd = isAtEnd(this.scroller);
    for (let after = first - 1; after < last; ) {
      const html = await this.fetched(`${this.messagesUrlValue}?after=${after}`);
      const before = after;
      if (html !== null) this.messages.adopt(html);
      after = html === null ? last : lastSeqOf(html);
      if (after <= before) break;
    }
    this.emptyTarget.hidden = true;
    const row = this.messages.saidRows().find((one) => Number(one.dataset.seq) >= first);
    if (row) this.arrivals.come(row, atEnd);
    this.seen();
  }

  private merged() {
    if (this.hasComposerOutlet) this.composerOutlet.close(this.wordsValue.merged ?? "");
  }

  /** The words are back at once; what else hangs on the message is the server's to draw. */
  private shown(message: MessageShown) {
    this.messages.show(message);
    void this.redraw(message.id);
  }

  private async redraw(id: number) {
    const html = await this.fetched(`/messages/${id}/row/`);
    if (html !== null) this.messages.replace(id, html);
  }

  private async fetched(url: string): Promise<string | null> {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    return answer?.ok ? answer.text() : null;
  }

  private setAside({ id, is_aside }: AsideChanged) {
    const row = this.messages.row(id);
    if (row) showAside(row, is_aside);
  }

  private announce(message: MessagePosted, row: HTMLElement) {
    const words = row.querySelector<HTMLElement>("[data-slot=body]")?.textContent?.trim() ?? "";
    const line = document.createElement("p");
    line.textContent = saying(
      message.author.name || (this.wordsValue.former ?? ""),
      words.slice(0, 200),
    );
    this.voiceTarget.replaceChildren(line);
  }

  private changed({ title, one_way }: ThreadChanged) {
    showAnswers(this.element, one_way);
    for (const place of document.querySelectorAll<HTMLElement>("[data-thread-title]"))
      place.textContent = title || (place.dataset.threadTitle ?? "");
  }

  // --- what one says ---

  async say(event: CustomEvent<Say>) {
    event.preventDefault();
    const { detail } = event;
    if (this.newerValue) await this.goToLast();
    await this.client.say(this.idValue, detail.words, detail.replyTo, detail.files);
    this.arrivals.seen();
    goToEnd(this.scroller);
  }

  /** What words kept on this device answer may have gone while nobody was here. */
  async composerOutletConnected(composer: ComposerController) {
    const id = composer.answers;
    if (!id || this.listTarget.querySelector(`#m-${id}:not(.message--deleted)`)) return;
    const answer = await fetch(`/messages/${id}/row/?thread=${this.idValue}`).catch(() => null);
    if (answer?.status === 404) composer.drop(id);
  }

  tellTyping() {
    this.client.typing(this.streamValue);
  }

  /** What becomes of words on their way, drawn where they will stand. */
  private drafted(draft: Said) {
    if (draft.thread !== this.idValue) return;
    if (this.newerValue) {
      if (draft.state === "sent") void this.goToLast();
      return;
    }
    this.unsaid.draw(draft);
    this.emptyTarget.hidden = true;
  }

  private unsaidHere(): Unsaid {
    return new Unsaid({
      me: { id: this.meValue, name: this.nameValue, photo: "", is_guest: false },
      messages: this.messages,
      outbox: this.client.outbox,
      words: this.wordsValue,
      giveBack: ({ body, files }) =>
        this.hasComposerOutlet && this.composerOutlet.giveBack(body, files ?? []),
    });
  }

  /** Say whom the words did not reach. */
  private warn(names: unknown) {
    if (Array.isArray(names) && names.length)
      toast((this.wordsValue.unheard ?? "").replace("%s", names.join(", ")));
  }

  // --- what one does to a message ---

  reply(event: Event) {
    const row = rowOf(event);
    if (!row || !this.hasComposerOutlet) return;
    event.preventDefault();
    const { author, excerpt } = glance(row);
    this.composerOutlet.answer(row.dataset.id ?? "", saying(author, excerpt));
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
    this.composerOutlet.quote(chosen || spoken(row.dataset.source ?? ""));
  }

  /** Whatever is written beside the conversation may take it from here. */
  cite(event: Event) {
    const row = rowOf(event);
    if (row) this.dispatch("cite", { detail: { id: Number(row.dataset.id), ...glance(row) } });
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

  /** The row of what was being changed went away: the words are where they can be said. */
  private rescue(words: string) {
    if (!this.hasComposerOutlet) return;
    this.composerOutlet.add(words);
    toast(this.wordsValue.rescued ?? "");
  }

  private async openEditor(row: HTMLElement) {
    const { editInPlace } = await import("./editor.ts");
    const { save = "", cancel = "", label = "", notNow = "", unheard = "" } = this.wordsValue;
    const counted = (this.wordsValue.counted ?? {}) as unknown as Record<string, string>;
    const { meValue: me, peopleUrlValue: peopleUrl } = this;
    editInPlace(row, { save, cancel, label, notNow, unheard, counted, me, peopleUrl });
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

  /** Send a form of a message (a vote, a mark of help) and stay here: what changed is told to everyone. */
  async act(event: SubmitEvent) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const body = new FormData(form, event.submitter);
    const answer = await post(form.action, body).catch(() => null);
    if (answer?.ok) return;
    const told = (await answer?.json().catch(() => null)) as { message?: string } | null;
    toast(told?.message || (this.wordsValue.notNow ?? ""), "error");
  }

  private async leave(row: HTMLElement, emoji: string) {
    const answer = await post(
      `/messages/${row.dataset.id}/react/`,
      new URLSearchParams({ emoji }),
    ).catch(() => null);
    if (!answer?.ok) toast(this.wordsValue.notNow ?? "", "error");
  }

  // --- reading ---

  private startReading(): Reading {
    const page = {
      thread: this.idValue,
      url: this.readUrlValue,
      messages: this.messages,
      scroller: this.scroller,
      foot: this.element.querySelector(".thread__foot"),
      isCut: () => this.newerValue,
      endSeen: () => this.arrivals.seen(),
    };
    return new Reading(page, this.hasReadValue ? this.readValue : null);
  }

  private startWalking() {
    this.walk = new Walk({
      list: this.listTarget,
      scroller: this.scroller,
      messages: this.messages,
      url: this.messagesUrlValue,
      more: { older: this.moreOlderTarget, newer: this.moreNewerTarget },
      leavesOut: (isCut) => this.leavesOut(isCut),
      failed: () => toast(this.wordsValue.notNow ?? "", "error"),
    });
    for (const link of [...this.olderTargets, ...this.newerTargets]) this.walk.watch(link);
  }

  olderTargetConnected(link: HTMLElement) {
    this.walk?.watch(link);
  }

  newerTargetConnected(link: HTMLElement) {
    this.walk?.watch(link);
  }

  older(event: Event) {
    event.preventDefault();
    void this.walk?.extend("above");
  }

  newer(event: Event) {
    event.preventDefault();
    void this.walk?.extend("below");
  }

  /** Once the list reaches the end again, what came meanwhile takes its place in it. */
  private leavesOut(isCut: boolean) {
    this.newerValue = isCut;
    this.reading.join();
    if (isCut) return;
    const held = this.held;
    this.held = [];
    for (const message of held) this.messages.post(message);
    this.seen();
  }

  toEnd() {
    void this.goToLast();
  }

  private async goToLast() {
    if (this.newerValue && !(await this.show(""))) return;
    goToEnd(this.scroller);
    this.reading.toEnd();
  }

  private async goToFirst() {
    const isCut = this.olderTargets.length > 0;
    if (isCut && !(await this.show("?from=0"))) return;
    this.messages.rows()[0]?.scrollIntoView({ block: "center" });
  }

  /** To a place that may have to be fetched; the row there comes to the top. */
  private async goToSeq(seq: number) {
    const at = () => this.messages.rows().find((row) => Number(row.dataset.seq) >= seq);
    const first = Number(this.messages.rows()[0]?.dataset.seq ?? 0);
    if ((seq < first || !at()) && !(await this.show(`?from=${seq}`))) return;
    at()?.scrollIntoView({ block: "start" });
  }

  private async show(query: string): Promise<boolean> {
    const came = Boolean(await this.walk?.show(query));
    if (came) this.reading.elsewhere();
    return came;
  }

  /** The glance at the message answered leads to it, wherever it is. */
  follow(event: MouseEvent) {
    const glance = (event.target as Element).closest<HTMLAnchorElement>("a.message__reply");
    const id = glance?.hash.match(/^#m-(\d+)$/)?.[1];
    if (!id) return;
    event.preventDefault();
    const row = this.messages.row(Number(id));
    if (!row) return this.goTo(`#m-${id}`);
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  private readonly keyed = (event: KeyboardEvent) => {
    const isHere = this.element.closest("main") || this.element.contains(document.activeElement);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const isWriting = (event.target as Element).closest?.(WRITING);
    if (!isHere || !isPlain || isWriting || document.querySelector("dialog[open]")) return;
    if (event.key === "End") void this.goToLast();
    else if (event.key === "Home") void this.goToFirst();
    else return;
    event.preventDefault();
  };

  private async land() {
    const unread = this.listTarget.querySelector("[data-unread-line]");
    const found = this.listTarget.querySelector(".message--found");
    const questions = this.element.closest("main")?.querySelector(".qa");
    if (/^#m-[0-9]+$/.test(location.hash)) this.goTo(location.hash);
    else if (questions) scrollTo({ top: 0 });
    else if (found) found.scrollIntoView({ block: "center" });
    else if (document.querySelector("main .found")) scrollTo({ top: 0 });
    else if (unread && this.scroller !== document.documentElement)
      this.scroller.scrollTop = (unread as HTMLElement).offsetTop;
    else if (unread) unread.scrollIntoView({ block: "center" });
    else if (this.element.closest("main") || this.scroller !== document.documentElement)
      await this.landWhereOneWas();
  }

  /** A message by its place in this page, or wherever it is now: further up, or in another conversation. */
  private goTo(hash: string) {
    const row = document.querySelector(hash);
    const address = `/messages/${hash.slice(3)}/`;
    if (row) row.scrollIntoView({ block: "center" });
    else if (location.pathname !== address)
      void this.fetched(`${address}row/`).then((html) => {
        if (html !== null) location.replace(address);
      });
  }

  private async landWhereOneWas() {
    goToEnd(this.scroller);
    const seq = location.search ? null : this.place.read();
    if (seq === null) return;
    await Promise.resolve(); // the walk begins in this very turn
    await this.goToSeq(seq);
  }

  /** The place is kept on this device when the page is left in the middle; at the end there is none to keep. */
  private readonly leaving = () => {
    const isAway = this.newerValue || !isAtEnd(this.scroller);
    const row = isAway ? rowInSight(this.scroller, this.messages.saidRows()) : null;
    this.place.keep(row ? Number(row.dataset.seq) : null);
    if (!document.hidden) this.reading.leave();
  };

  private readonly looked = () => {
    if (document.hidden) this.reading.leave();
    else this.seen();
  };

  private readonly seen = () => {
    if (isAtEnd(this.scroller)) this.arrivalsTarget.hidden = true;
    this.reading.soon();
  };
}

/** The place of the last row in a stretch drawn by the server, 0 for none. */
function lastSeqOf(html: string): number {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  const rows = [...parsed.content.querySelectorAll<HTMLElement>("li[data-seq]")];
  return Math.max(0, ...rows.map((row) => Number(row.dataset.seq)));
}

function rowOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>("li[data-id]");
}
