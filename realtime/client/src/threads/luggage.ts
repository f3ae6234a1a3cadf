import { post } from "../lib/http.ts";
import { saying } from "../lib/saying.ts";
import type { CarriedFile } from "../live/index.ts";
import { bytes } from "./files.ts";
import { bring, NotBrought } from "./uploading.ts";

interface Words {
  units: string[];
  most: number;
  largest: number;
  tooLarge: string;
  tooMany: string;
  offline: string;
  failed: string;
  waiting: string;
  stuck: string;
  remove: string;
  drop: string;
}

/** A file chosen for a message: on its way, arrived, stuck, or refused: that one does not go with it. */
interface Piece {
  chip: HTMLElement;
  file: File | null;
  carried: CarriedFile | null;
  state: "moving" | "there" | "offline" | "stuck" | "refused";
  abort: AbortController;
}

/**
 * The files of a message that is being written: each a chip with its progress, to try again or remove. One that was
 * refused says why until it is removed, and keeps nothing from going.
 */
export class Luggage {
  readonly words: Words;
  private pieces: Piece[] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly mold: HTMLTemplateElement,
    private readonly changed: () => void,
  ) {
    this.words = JSON.parse(list.dataset.words ?? "{}") as Words;
    const drawn = [...list.querySelectorAll<HTMLElement>("[data-file]")];
    list.replaceChildren();
    this.restore(drawn.map((item) => JSON.parse(item.dataset.file ?? "") as CarriedFile));
    addEventListener("online", this.online);
  }

  /** Nothing is on its way and nothing is stuck. */
  get isReady(): boolean {
    return this.wanted.every((piece) => piece.state === "there");
  }

  get isMoving(): boolean {
    return this.pieces.some((piece) => piece.state === "moving");
  }

  private get wanted(): Piece[] {
    return this.pieces.filter((piece) => piece.state !== "refused");
  }

  /** The files that arrived, in the order they were chosen. */
  get carried(): CarriedFile[] {
    return this.pieces.flatMap((piece) => piece.carried ?? []);
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const isTooMuch = this.wanted.length >= this.words.most;
      const isTooLarge = file.size > this.words.largest;
      const piece = this.piece(file.name, file.size, file, null);
      if (isTooMuch) this.refuse(piece, this.words.tooMany);
      else if (isTooLarge) this.refuse(piece, this.words.tooLarge);
      else void this.send(piece);
    }
    this.tell();
  }

  /** Files that the server has already, of a draft that was kept or given back. */
  restore(files: CarriedFile[]): void {
    for (const carried of files) {
      const known = this.carried.some(({ token }) => token === carried.token);
      if (!known) this.show(this.piece(carried.name, carried.size, null, carried));
    }
    this.tell();
  }

  /** The message took them; why others were refused can still be read. */
  empty(): void {
    for (const piece of this.wanted) this.forget(piece);
    this.tell();
  }

  /** The screen goes. */
  close(): void {
    removeEventListener("online", this.online);
    for (const piece of this.pieces) piece.abort.abort();
  }

  private readonly online = () => {
    for (const piece of this.pieces) if (piece.state === "offline") void this.send(piece);
  };

  private piece(name: string, size: number, file: File | null, carried: CarriedFile | null): Piece {
    const chip = this.mold.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const piece: Piece = {
      chip,
      file,
      carried,
      state: carried ? "there" : "moving",
      abort: new AbortController(),
    };
    part(chip, ".upload__name").textContent = name;
    chip.dataset.about = bytes(size, this.words.units);
    const remove = part(chip, "[data-act=remove]");
    remove.setAttribute("aria-label", this.words.remove.replace("%s", name));
    remove.addEventListener("click", () => this.remove(piece));
    part(chip, "[data-act=retry]").addEventListener("click", () => void this.send(piece));
    if (file?.type.startsWith("image/")) picture(chip, URL.createObjectURL(file));
    else if (carried?.preview) picture(chip, carried.preview);
    this.pieces.push(piece);
    this.list.append(chip);
    return piece;
  }

  private async send(piece: Piece): Promise<void> {
    if (!piece.file) return;
    piece.state = "moving";
    this.show(piece);
    this.tell();
    const meter = part<HTMLProgressElement>(piece.chip, "progress");
    const told = (progress: number) => {
      meter.value = progress;
    };
    try {
      const { bring: address = "" } = this.list.dataset;
      piece.carried = await bring(address, piece.file, told, piece.abort.signal);
      piece.state = "there";
      this.show(piece);
    } catch (error) {
      this.stopped(piece, error);
    }
    this.tell();
  }

  private stopped(piece: Piece, error: unknown): void {
    const why = error instanceof NotBrought ? error.why : "failed";
    if (why === "refused") {
      this.refuse(piece, (error as Error).message);
      return;
    }
    piece.state = why === "offline" ? "offline" : "stuck";
    this.show(piece, why === "offline" ? this.words.offline : this.words.failed);
  }

  /** Name and reason are said in one breath, at once: several can be refused together. */
  private refuse(piece: Piece, reason: string): void {
    const name = part(piece.chip, ".upload__name");
    piece.state = "refused";
    name.hidden = true;
    part(piece.chip, ".upload__about").setAttribute("role", "alert");
    this.show(piece, saying(name.textContent, reason));
  }

  private show(piece: Piece, problem = ""): void {
    const { chip } = piece;
    chip.dataset.state = piece.state;
    part(chip, ".upload__about").textContent = problem || (chip.dataset.about ?? "");
    part(chip, "progress").hidden = piece.state !== "moving";
    part(chip, "[data-act=retry]").hidden = !problem || piece.state === "refused";
  }

  private remove(piece: Piece): void {
    piece.abort.abort();
    if (piece.carried)
      post(`/files/attachments/${piece.carried.token}/drop/`, new URLSearchParams()).catch(
        () => undefined, // what stays behind is purged after a day
      );
    this.forget(piece);
    this.tell();
  }

  private forget(piece: Piece): void {
    piece.chip.remove();
    this.pieces = this.pieces.filter((other) => other !== piece);
  }

  private tell(): void {
    this.list.hidden = this.pieces.length === 0;
    this.changed();
  }
}

function part<Kind extends HTMLElement = HTMLElement>(chip: HTMLElement, selector: string): Kind {
  return chip.querySelector<Kind>(selector) as Kind;
}

function picture(chip: HTMLElement, address: string): void {
  const image = document.createElement("img");
  image.src = address;
  image.alt = "";
  part(chip, ".upload__sign").replaceChildren(image);
}
