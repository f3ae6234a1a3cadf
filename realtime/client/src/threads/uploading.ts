import { csrfToken } from "../lib/http.ts";
import type { CarriedFile } from "../live/index.ts";

/** Why a file did not arrive: `refused` with the server's own sentence, `offline` when the line broke, or `failed`. */
export class NotBrought extends Error {
  constructor(
    readonly why: "refused" | "offline" | "failed",
    message = "",
  ) {
    super(message);
  }
}

/** Bring one file to the server, telling how far it is from 0 to 1. Rejects with NotBrought. */
export function bring<Answer = CarriedFile>(
  address: string,
  file: File,
  told: (progress: number) => void,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how far an upload is
    request.open("POST", address);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Answer);
      else reject(refusal(request));
    };
    request.onerror = () => reject(new NotBrought("offline"));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

function refusal(request: XMLHttpRequest): NotBrought {
  const told = request.response as { message?: string } | null;
  return told?.message ? new NotBrought("refused", told.message) : new NotBrought("failed");
}
