import type { Person } from "../live/index.ts";
import { drawFace } from "./faces.ts";

/** Show who else is in a conversation, wherever the page keeps a place for it. */
export function showPresence(stream: string, people: Person[], more: number, me: number): void {
  for (const place of places(stream)) {
    const others = people.filter((person) => person.id !== me);
    const faces = others.map((person) => face(person));
    const rest = document.createElement("span");
    rest.textContent = more > 0 ? `+${more}` : "";
    fill(place, [...faces, rest], faces.length === 0);
    place.hidden = false;
  }
}

/** Say nothing of who is there: it is not known now. */
export function hidePresence(stream: string): void {
  for (const place of places(stream)) {
    fill(place, [], true);
    place.hidden = true;
  }
}

function places(stream: string): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>(`[data-presence="${stream}"]`);
}

function fill(place: HTMLElement, faces: HTMLElement[], isAlone: boolean): void {
  const people = place.querySelector<HTMLElement>("[data-slot=people]");
  people?.replaceChildren(...faces);
  if (people) people.hidden = isAlone;
  const alone = place.querySelector<HTMLElement>("[data-slot=alone]");
  if (alone) alone.hidden = !isAlone;
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
