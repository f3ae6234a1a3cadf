import type { Author } from "./events.ts";

const HUES = 12;

/** Draw a face into an avatar made by the server: a photo, or initials on a color of their own. */
export function drawFace(face: Element, author: Author): void {
  const classes = [...face.classList].filter((name) => !/^avatar--(\d+|former)$/.test(name));
  face.className = [...classes, `avatar--${author.id === null ? "former" : author.id % HUES}`].join(
    " ",
  );
  if (author.photo) {
    const photo = document.createElement("img");
    photo.src = author.photo;
    photo.alt = "";
    photo.loading = "lazy";
    face.replaceChildren(photo);
  } else {
    face.textContent = initials(author.name);
  }
}

/** Two letters at most: "Anne-Laure Le Goff" gives "AG". */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const first = words[0];
  const last = words.at(-1);
  const kept = first === last ? [first] : [first, last];
  return kept
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
