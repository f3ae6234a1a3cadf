// The frames of docs/coediting.md. Runs in Node too: nothing here knows of a page.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

const SYNC = 0;
const AWARENESS = 1;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

export const PROTOCOL = 1;

/** Why a connection ended. */
export const ENDS = {
  refused: 4400,
  signedOut: 4401,
  noRight: 4403,
  resync: 4409,
  gone: 4410,
  away: 4412,
  full: 4413,
  tooOld: 4426,
  tooFast: 4429,
  lifeOver: 4440,
} as const;

export interface You {
  id: number;
  name: string;
  color: number;
}

export interface Mode {
  mode: "read" | "write";
  why: string;
  words: string;
}

export type ServerFrame =
  | ({ is: "hello"; document: number; epoch: number; schema: number; you: You } & Mode)
  | { is: "synced"; seq: number }
  | { is: "ack"; n: number }
  | { is: "nack"; n: number; why: string }
  | ({ is: "mode" } & Mode)
  | { is: "saved"; revision: number | null; at: string }
  | { is: "pong" }
  | { is: "bye"; code: number; reason: string };

/** A binary frame of the server. */
export type Heard =
  | { is: "vector"; data: Uint8Array }
  | { is: "update"; data: Uint8Array }
  | { is: "awareness"; data: Uint8Array };

export const step1 = (vector: Uint8Array) => sync(STEP_1, vector);
export const step2 = (update: Uint8Array) => sync(STEP_2, update);
export const update = (change: Uint8Array) => sync(UPDATE, change);

export function awareness(states: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AWARENESS);
  encoding.writeVarUint8Array(encoder, states);
  return encoding.toUint8Array(encoder);
}

/** What a binary frame says; null for a kind that this tab does not know. */
export function read(frame: Uint8Array): Heard | null {
  const decoder = decoding.createDecoder(frame);
  const kind = decoding.readVarUint(decoder);
  if (kind === AWARENESS) return { is: "awareness", data: decoding.readVarUint8Array(decoder) };
  if (kind !== SYNC) return null;
  const step = decoding.readVarUint(decoder);
  const data = decoding.readVarUint8Array(decoder);
  if (step === STEP_1) return { is: "vector", data };
  return step === STEP_2 || step === UPDATE ? { is: "update", data } : null;
}

function sync(step: number, data: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, data);
  return encoding.toUint8Array(encoder);
}
