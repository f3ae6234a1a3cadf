import type { EditorView } from "prosemirror-view";
import type { Awareness } from "y-protocols/awareness";
import { initials } from "../threads/faces.ts";
import { others, type Present, placeOf } from "./cursors.ts";
import type { Desk } from "./desk.ts";
import { attempt } from "./kept.ts";

const MOST = 6;
const APART = 20_000;
const QUIET = "parvis:editor:quiet";

/** The faces of those who are here, once each however many tabs they have. */
export function showPeople(desk: Desk, awareness: Awareness): void {
  const list = desk.slot("people");
  const people = new Map(others(awareness).map(({ user }) => [user.id, user]));
  const shown = [...people.values()].slice(0, MOST);
  const faces = shown.map((user) => {
    const item = document.createElement("li");
    const face = document.createElement("span");
    face.className = `avatar avatar--small cursor--${user.color % 8}`;
    face.setAttribute("role", "img");
    face.setAttribute("aria-label", user.name);
    face.title = user.name;
    face.textContent = initials(user.name);
    item.append(face);
    return item;
  });
  const more = people.size - shown.length;
  if (more > 0) {
    const item = document.createElement("li");
    item.className = "avatars__more";
    item.textContent = `+${more}`;
    item.title = [...people.values()]
      .slice(MOST)
      .map(({ name }) => name)
      .join(", ");
    faces.push(item);
  }
  list.replaceChildren(...faces);
  list.hidden = !people.size;
}

/**
 * Says politely who writes where, at most every twenty seconds, to those who do not see the carets. Anybody can have it
 * quiet on their device.
 */
export class Announcer {
  private last = -APART;
  private readonly moved = new Map<number, { at: number; place: string }>();

  constructor(
    private readonly desk: Desk,
    private readonly view: EditorView,
    private readonly awareness: Awareness,
  ) {}

  get isQuiet(): boolean {
    return attempt(() => localStorage.getItem(QUIET)) === "yes";
  }

  /** Whether it is quiet from now on. */
  toggle(): boolean {
    const isQuiet = !this.isQuiet;
    attempt(() => (isQuiet ? localStorage.setItem(QUIET, "yes") : localStorage.removeItem(QUIET)));
    this.desk.slot("said").textContent = "";
    return isQuiet;
  }

  /** The text changed elsewhere: the writer is whoever's caret moved with it. */
  heard(now = Date.now()): void {
    const writer = this.writer(now);
    if (!writer || this.isQuiet || now - this.last < APART) return;
    this.last = now;
    const at = placeOf(this.view, writer.cursor?.head);
    const heading = at === null ? "" : headingAbove(this.view, at);
    const { name } = writer.user;
    this.desk.slot("said").textContent = heading
      ? this.desk.say("writing-in", { name, heading })
      : this.desk.say("writing", { name });
  }

  private writer(now: number): Present | null {
    let latest: Present | null = null;
    for (const one of others(this.awareness)) {
      const place = JSON.stringify(one.cursor);
      const before = this.moved.get(one.client);
      if (before?.place !== place) this.moved.set(one.client, { at: now, place });
      const mine = this.moved.get(one.client)?.at ?? 0;
      const best = latest ? (this.moved.get(latest.client)?.at ?? 0) : -1;
      if (one.cursor && mine > best) latest = one;
    }
    return latest;
  }
}

/** The heading under which a place stands. */
function headingAbove(view: EditorView, at: number): string {
  let heading = "";
  view.state.doc.nodesBetween(0, at, (node) => {
    if (node.type.name === "heading") heading = node.textContent.slice(0, 80);
    return false;
  });
  return heading;
}
