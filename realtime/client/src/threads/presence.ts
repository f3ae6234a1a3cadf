import type { Person } from "../live/index.ts";
import { drawFace } from "./faces.ts";

/** Show who else is in a conversation, wherever the page keeps a place for it. */
export function showPresence(stream: string, people: Person[], more: number, me: number): void {
  for (const place of document.querySelectorAll<HTMLElement>(
    `[data-presence="${CSS.escape(stream)}"]`,
  )) {
    const others = people.filter((person) => person.id !== me);
    const faces = others.map((person) => face(person));
    const rest = document.createElement("span");
    rest.textContent = more > 0 ? `+${more}` : "";
    place.replaceChildren(...faces, rest);
    place.hidden = faces.length === 0;
    const alone = document.querySelector<HTMLElement>(`[data-alone="${CSS.escape(stream)}"]`);
    if (alone) alone.hidden = faces.length > 0;
  }
}

function face(person: Person): HTMLElement {
  const row = document.createElement("span");
  row.className = "presence__person";
  const picture = document.createElement("span");
  picture.className = "avatar";
  picture.setAttribute("aria-hidden", "true");
  drawFace(picture, { ...person, photo: "", is_guest: false });
  row.append(picture, person.name);
  return row;
}
