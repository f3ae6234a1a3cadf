import { Controller } from "@hotwired/stimulus";
import { post } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { live, type StreamEvent } from "../live/index.ts";
import type { QuestionHidden, QuestionShown } from "./events.ts";
import {
  drawQuestion,
  fillQuestion,
  hideQuestion,
  inOrder,
  isOnStage,
  press,
} from "./questions.ts";

/** The questions of a live Q&A, beside the conversation or on the screen of a room: they come, rise and are answered. */
export default class QuestionsController extends Controller<HTMLElement> {
  static targets = ["list", "template", "empty", "error"];
  static values = {
    stream: String,
    head: Number,
    me: Number,
    failed: String,
    stage: Boolean,
    host: Boolean,
  };
  declare readonly listTarget: HTMLElement;
  declare readonly templateTarget: HTMLTemplateElement;
  declare readonly emptyTarget: HTMLElement;
  declare readonly errorTarget: HTMLElement;
  declare readonly streamValue: string;
  declare readonly headValue: number;
  declare readonly meValue: number;
  declare readonly failedValue: string;
  declare readonly stageValue: boolean; // the screen of a room
  declare readonly hostValue: boolean; // reads what is hidden

  readonly quiet = true;
  private asked = new Set<number>(); // here, with a name or without; nothing else keeps it
  private isTried = false; // what the form holds was sent
  private stop = () => {};

  connect() {
    this.stop = live(this.meValue).watch(this.streamValue, this.headValue, this);
    this.element.dataset.live = "";
  }

  disconnect() {
    this.stop();
  }

  event({ kind, payload }: StreamEvent) {
    if (kind === "question.hidden") this.hide(payload as unknown as QuestionHidden);
    else if (kind === "question.withdrawn") this.remove(this.row(Number(payload.id)));
    else if (kind.startsWith("question.")) this.show(payload as unknown as QuestionShown);
  }

  reset() {
    location.reload();
  }

  gone() {
    location.reload();
  }

  private show(question: QuestionShown) {
    const known = this.row(question.id);
    if (this.stageValue && !isOnStage(question)) return this.remove(known);
    const row = known ?? drawQuestion(this.templateTarget, question, this.meValue);
    fillQuestion(row, question);
    if (!known) this.listTarget.append(row);
    this.sort();
  }

  private hide(hidden: QuestionHidden) {
    const row = this.row(hidden.id);
    if (!row || this.stageValue) return this.remove(row);
    const mayRead = this.hostValue || "own" in row.dataset || this.asked.has(hidden.id);
    hideQuestion(row, hidden, mayRead);
    this.sort();
  }

  private row(id: number): HTMLElement | null {
    return this.listTarget.querySelector<HTMLElement>(`[data-question="${id}"]`);
  }

  private remove(row: HTMLElement | null) {
    row?.remove();
    this.sort();
  }

  /** Rows move only when their order changed: who reads or writes in one keeps their place. */
  private sort() {
    const rows = [...this.listTarget.children] as HTMLElement[];
    const sorted = inOrder(rows);
    sorted.forEach((row, place) => {
      const there = this.listTarget.children[place];
      if (there !== row) this.listTarget.insertBefore(row, there ?? null);
    });
    this.emptyTarget.hidden = rows.length > 0;
  }

  async ask(event: SubmitEvent) {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    this.isTried = true;
    const answer = await post(form.action, new FormData(form)).catch(() => null);
    const told = await answer?.json().catch(() => null);
    this.errorTarget.textContent = answer?.ok ? "" : (told?.message ?? this.failedValue);
    this.errorTarget.hidden = Boolean(answer?.ok);
    if (answer?.ok && told) this.asked.add(told.id);
    if (answer?.ok && this.isTried) form.reset();
    if (answer?.ok || answer?.status === 422) this.renew(form);
  }

  /** Other words than those that were sent are another question, whatever became of these. */
  reword(event: Event) {
    if (this.isTried) this.renew(event.currentTarget as HTMLFormElement);
  }

  private renew(form: HTMLFormElement) {
    const key = form.querySelector<HTMLInputElement>("[name=client_id]");
    if (key) key.value = crypto.randomUUID();
    this.isTried = false;
  }

  async support(event: SubmitEvent) {
    const told = await this.send(event);
    const button = (event.target as HTMLElement).querySelector("button");
    if (told && button) press(button, told.supported === true);
  }

  async move(event: SubmitEvent) {
    const details = (event.target as HTMLElement).closest("details");
    if ((await this.send(event)) && details) details.open = false;
  }

  /** Send a form with the button that was pressed; what it answers, null when it was refused. */
  private async send(event: SubmitEvent): Promise<Record<string, unknown> | null> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const words = new FormData(form);
    const button = (event.submitter ?? form.querySelector("button")) as HTMLButtonElement;
    words.set(button.name, button.value);
    const answer = await post(form.action, words).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (answer?.ok) return told ?? {};
    toast(told?.message ?? this.failedValue, "error");
    return null;
  }
}
