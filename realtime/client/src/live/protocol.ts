// The frames of docs/protocol.md, as this client reads and writes them.

export const PROTOCOL = 1;
export const SIGNED_OUT = 4401;
export const TOO_OLD = 4426;
export const TOO_MANY = 4429;

export interface Person {
  id: number;
  name: string;
}

export interface StreamEvent {
  stream: string;
  seq: number;
  kind: string;
  at: string;
  payload: Record<string, unknown>;
}

export interface Answer {
  is: "ok";
  ref: number;
  [field: string]: unknown;
}

export interface Failure {
  is: "error";
  ref: number | null;
  code: string;
  message: string;
  retry_after?: number;
}

export type ServerFrame =
  | { is: "welcome"; protocol: number; person: Person; heartbeat: number }
  | ({ is: "event" } & StreamEvent)
  | Answer
  | Failure
  | { is: "heads"; heads: Record<string, number> }
  | { is: "here"; stream: string; people: Person[]; more: number }
  | { is: "typing"; stream: string; people: Person[] }
  | { is: "reset"; stream: string; head: number }
  | { is: "gone"; stream: string }
  | { is: "reload" };

/** A refusal, with the server's stable `code` and its message in the person's language. */
export class Refused extends Error {
  readonly code: string;
  readonly retryAfter: number;

  constructor(failure: Pick<Failure, "code" | "message"> & { retry_after?: number }) {
    super(failure.message);
    this.code = failure.code;
    this.retryAfter = failure.retry_after ?? 0;
  }

  /** Whether the same words may pass later without any change. */
  get mayPass(): boolean {
    return ["busy", "unavailable", "slow_down", "internal", "interrupted"].includes(this.code);
  }
}
