import { showBanner } from "./banner.ts";
import { LiveClient } from "./client.ts";

export { LiveClient, type State } from "./client.ts";
export type { DraftListener } from "./outbox.ts";
export { type Answer, type Person, Refused, type StreamEvent } from "./protocol.ts";
export type { CarriedFile, Draft } from "./storage.ts";
export type { Watcher } from "./stream.ts";

let client: LiveClient | null = null;

/** This tab's one line to the server, for the signed-in `person`. */
export function live(person: number): LiveClient {
  if (!client) {
    const socketUrl = new URL("/live/socket", location.href.replace(/^http/, "ws")).href;
    client = new LiveClient({ socketUrl, pollUrl: "/live/poll", person });
    client.onState(showBanner);
  }
  return client;
}
