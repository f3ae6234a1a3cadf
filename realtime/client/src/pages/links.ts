/** Where a link leads: a page or a document by its number, or an address. */
export type Link = { page: number } | { document: number } | { href: string };

const SCHEMES = ["http:", "https:", "mailto:", "tel:"];
const MOST = 2000;
const PLACE = /^[#/](?!\/)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what an address may not have
const UNFIT = /[\u0000-\u0020\\]/;

/** Whether the server takes this address: `/path`, `#place`, or http, https, mailto, tel. */
export function isSafe(address: string): boolean {
  if (address.length > MOST || UNFIT.test(address)) return false;
  if (PLACE.test(address)) return true;
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(address)?.[0].toLowerCase();
  return scheme !== undefined && SCHEMES.includes(scheme) && URL.canParse(address);
}

/** Whether this is the path of something here. */
export const isOurs = (address: string): boolean => /^\/(?!\/)/.test(address);

/** The path of an address of this site, that of a message for its place in a conversation; "" for any other. */
export function pathOfOurs(address: string): string {
  const words = address.trim();
  const whole = words.startsWith(`${location.origin}/`)
    ? words.slice(location.origin.length)
    : words;
  if (!isOurs(whole) || !isSafe(whole)) return "";
  const [path = "", place = ""] = whole.split("#");
  const message = /^m-([1-9]\d{0,14})$/.exec(place);
  return message ? `/messages/${message[1]}/` : path;
}

/** The address that somebody means who typed `typed`, "" for none: "example.org" is https, "a@b.fr" a letter. */
export function meant(typed: string): string {
  const words = typed.trim();
  if (isSafe(words)) return words;
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(words)) return made(`mailto:${words}`);
  return /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([/?#:]\S*)?$/u.test(words)
    ? made(`https://${words}`)
    : "";
}

/** The address that a pasted text is, "" where it is words. */
export function addressIn(text: string): string {
  const words = text.trim();
  return /^(https?:\/\/|mailto:|tel:)\S+$/i.test(words) && isSafe(words) ? words : "";
}

/** The link of an `<a>` from a clipboard, null where it leads nowhere that we let anybody go. */
export function linkOf(element: HTMLElement): Link | null {
  const { page, document } = element.dataset;
  if (/^[1-9]\d{0,14}$/.test(page ?? "")) return { page: Number(page) };
  if (/^[1-9]\d{0,14}$/.test(document ?? "")) return { document: Number(document) };
  const href = element.getAttribute("href")?.trim() ?? "";
  return isSafe(href) ? { href } : null;
}

function made(address: string): string {
  return isSafe(address) ? address : "";
}
