export type ToastKind = "info" | "success" | "error";

/** Say something in passing, politely; the toasts controller shows it. */
export function toast(words: string, kind: ToastKind = "info"): void {
  window.dispatchEvent(new CustomEvent("toast", { detail: { words, kind } }));
}
