/** The token that Django asks of every POST; empty on a page without one. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/**
 * POST a form to our own server. Rejects when the network does; look at `ok` for the rest.
 * With `keepalive` it goes on while the page is left.
 */
export function post(
  url: string,
  body: FormData | URLSearchParams,
  keepalive = false,
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body,
    keepalive,
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
  });
}
