const YEAR = 60 * 60 * 24 * 365;

/** Keep a choice of appearance for a year, where the server reads it at the next page. */
export function keep(name: string, value: string): void {
  write(name, value, `; Max-Age=${YEAR}`);
}

/** Tell the server something at every page until the browser is closed. */
export function tellServer(name: string, value: string): void {
  write(name, value);
}

function write(name: string, value: string, until = ""): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet.
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax${until}${secure}`;
}
