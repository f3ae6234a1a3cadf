const LONG_TEXT = 1800;
const LONG_LINES = 24;

/** Put a message's words in their place. Long ones are folded, by the server's own rule. */
export function showWords(
  place: HTMLElement,
  { html, body }: { html: string; body: string },
): void {
  place.innerHTML = html;
  place.classList.toggle("message__body--long", isLong(body));
}

export function isLong(body: string): boolean {
  return [...body].length > LONG_TEXT || body.split("\n").length > LONG_LINES;
}

/** A copy of one of the pieces that the server drew for the script; null on a screen without them. */
export function mold<Kind extends HTMLElement>(name: string): Kind | null {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-mold="${name}"]`);
  return (template?.content.firstElementChild?.cloneNode(true) as Kind | undefined) ?? null;
}
