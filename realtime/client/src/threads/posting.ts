import { csrfToken } from "../lib/http.ts";
import { type Answer, type Draft, Refused } from "../live/index.ts";

/** Say a draft as the form would, where no socket passes. Throws Refused with the server's reason. */
export async function postDraft(draft: Draft): Promise<Answer> {
  const body = new URLSearchParams({ body: draft.body, client_id: draft.cid });
  if (draft.replyTo !== null) body.set("reply_to", String(draft.replyTo));
  for (const { token } of draft.files ?? []) body.append("tokens", token);
  const response = await fetch(`/threads/${draft.thread}/say/`, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
  });
  if (response.ok) return { is: "ok", ref: 0, ...(await response.json()) };
  if (response.status === 422) {
    const { message } = (await response.json()) as { message: string };
    throw new Refused({ code: "refused", message });
  }
  throw new Refused({ code: "interrupted", message: "" });
}
