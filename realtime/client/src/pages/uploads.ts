import { NodeSelection, Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { bring, NotBrought } from "../threads/uploading.ts";
import { insertAt } from "./commands.ts";
import { keptPlace, placeOf } from "./cursors.ts";
import type { Desk } from "./desk.ts";
import { schema } from "./schema.ts";
import type { ShownKinds } from "./shown.ts";

/** A file on its way into the text, at a place that moves with the text. */
interface Upload {
  id: number;
  place: unknown;
  box: HTMLElement;
}

interface Brought {
  image?: ShownKinds["images"] & { id: number };
  file?: ShownKinds["files"] & { id: number };
}

const key = new PluginKey<Upload[]>("uploads");
const PICTURE = /^image\/(png|jpeg|gif|webp|avif)$/;
let made = 0;

/** Takes files that are dropped or pasted, and shows each at its place until it arrived. */
export function uploads(desk: Desk): Plugin {
  return new Plugin<Upload[]>({
    key,
    state: {
      init: () => [],
      apply: (tr, before) => (tr.getMeta(key) as Upload[] | undefined) ?? before,
    },
    props: {
      decorations(state) {
        const all = key.getState(state) ?? [];
        if (!all.length) return null;
        const boxes = all.flatMap(({ id, place, box }) => {
          const at = placeOf({ state }, place);
          return at === null ? [] : [Decoration.widget(at, box, { key: `upload:${id}`, side: 1 })];
        });
        return DecorationSet.create(state.doc, boxes);
      },
      handlePaste(view, event) {
        const board = event.clipboardData;
        const files = board && !board.types.includes("text/plain") ? [...board.files] : [];
        return take(view, desk, files, view.state.selection.from);
      },
      handleDrop(view, event, _slice, isMoved) {
        if (isMoved) return false;
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        return take(view, desk, [...(event.dataTransfer?.files ?? [])], at?.pos ?? 0);
      },
    },
  });
}

/** Brings files into the text at `at`; whether there were any. */
export function take(view: EditorView, desk: Desk, files: File[], at: number): boolean {
  if (!view.editable) return false;
  for (const file of files) void carry(view, desk, file, at);
  return files.length > 0;
}

async function carry(view: EditorView, desk: Desk, file: File, at: number): Promise<void> {
  made += 1;
  const stop = new AbortController();
  const box = desk.mold("upload");
  const upload: Upload = { id: made, place: keptPlace(view, at), box };
  const part = (name: string) => box.querySelector<HTMLElement>(`[data-part="${name}"]`);
  const say = (name: string, words: string) => {
    const found = part(name);
    if (found) found.textContent = words;
  };
  say("name", file.name);
  part("cancel")?.addEventListener("click", () => stop.abort());
  let isOver = false;
  const remove = () => {
    isOver = true;
    set(view, (all) => all.filter(({ id }) => id !== upload.id));
  };
  stop.signal.addEventListener("abort", remove);
  set(view, (all) => [...all, upload]);
  const attempt = async () => {
    const bar = box.querySelector("progress");
    box.removeAttribute("data-failed");
    say("problem", "");
    try {
      const address = PICTURE.test(file.type) ? desk.addresses.image : desk.addresses.file;
      const progress = (value: number) => bar?.setAttribute("value", String(value));
      const told = await bring<Brought>(address, file, progress, stop.signal);
      if (!isOver && !view.isDestroyed) put(view, desk, told, upload, file.name);
      remove();
    } catch (error) {
      box.dataset.failed = "";
      say("problem", problem(desk, error));
    }
  };
  part("again")?.addEventListener("click", () => void attempt());
  await attempt();
}

function problem(desk: Desk, error: unknown): string {
  if (!(error instanceof NotBrought)) return desk.say("upload-failed");
  return error.message || desk.say(error.why === "offline" ? "upload-offline" : "upload-failed");
}

function put(view: EditorView, desk: Desk, told: Brought, upload: Upload, name: string): void {
  const at = placeOf(view, upload.place) ?? view.state.doc.content.size;
  const { image, file } = told;
  if (image) desk.shown.learn("images", image.id, image);
  if (file) desk.shown.learn("files", file.id, file);
  const node = image
    ? schema.nodes.image?.create({ image: image.id, alt: image.alt || null })
    : file && schema.nodes.file?.create({ file: file.id });
  if (!node) return;
  const tr = insertAt(view.state, at, node);
  view.dispatch(tr);
  if (image) describe(view, node.type.name, image.id);
  desk.slot("said").textContent = desk.say("upload-done", { name });
}

/** Whoever just brought a picture is asked for its description first. */
function describe(view: EditorView, type: string, id: number): void {
  view.state.doc.descendants((node, pos) => {
    if (node.type.name === type && node.attrs.image === id) {
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, pos)));
    }
    return node.type.name === "doc";
  });
}

function set(view: EditorView, how: (all: Upload[]) => Upload[]): void {
  if (view.isDestroyed) return;
  view.dispatch(view.state.tr.setMeta(key, how(key.getState(view.state) ?? [])));
}

/** Whether something is still on its way. */
export function isBringing(view: EditorView): boolean {
  return (key.getState(view.state) ?? []).some(({ box }) => !("failed" in box.dataset));
}
