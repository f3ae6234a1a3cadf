/** Calling people by name in words, as `realtime/spaces/mentions.py` reads them. */

const TOKEN = /@\[([^[\]\n]{1,120})\]\((person|guest|team|space):[1-9]\d{0,17}\)/g;
const READ_ALONE = /^[\p{L}\p{N}_][^\s@[\]()<>*_`~,;:!?"]*(?: [^\s@[\]()<>*_`~,;:!?"]+){0,5}$/u;

/** The words with each token as one would say it: "@Claire Morvan". */
export function spoken(body: string): string {
  return body.replace(TOKEN, "@$1");
}

/** The words to be changed: people by name alone where the server finds them again by it. */
export function editable(body: string): string {
  return body.replace(TOKEN, (token, label: string, kind: string) =>
    (kind === "person" || kind === "guest") && READ_ALONE.test(label) ? `@${label}` : token,
  );
}

/** Mark the reader's own mentions in a message, and let the names of colleagues lead to them. */
export function address(body: HTMLElement, me: number, peopleUrl: string): void {
  for (const mention of body.querySelectorAll<HTMLElement>("span.mention")) {
    const [kind, id] = (mention.dataset.mention ?? "").split(":");
    const isPerson = kind === "person" || kind === "guest";
    if (isPerson && Number(id) === me) mention.classList.add("mention--me");
    if (kind === "person" && peopleUrl) mention.replaceWith(linked(mention, `${peopleUrl}${id}/`));
  }
}

function linked(mention: HTMLElement, href: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.className = mention.className;
  link.dataset.mention = mention.dataset.mention;
  link.setAttribute("href", href);
  link.textContent = mention.textContent;
  return link;
}
