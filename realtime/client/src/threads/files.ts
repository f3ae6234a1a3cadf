import { setIcon } from "../lib/icon.ts";
import type { FileShown } from "./events.ts";

/** Draw files into the list of a row, from the picture and the file that its mold holds. */
export function drawFiles(list: HTMLElement, files: FileShown[], units: string[]): void {
  const picture = list.querySelector(".files__picture");
  const other = list.querySelector(".files__file");
  const drawn = files.map((file) => {
    const item = (file.preview ? picture : other)?.cloneNode(true) as HTMLElement;
    item.querySelector("a")?.setAttribute("href", file.url);
    if (file.preview) drawPicture(item, file);
    else drawOther(item, file, units);
    return item;
  });
  list.replaceChildren(...drawn);
  list.hidden = files.length === 0;
}

function drawPicture(item: HTMLElement, file: FileShown): void {
  const image = item.querySelector("img");
  image?.setAttribute("src", file.preview);
  image?.setAttribute("alt", file.name);
  image?.setAttribute("width", String(file.width));
  image?.setAttribute("height", String(file.height));
}

function drawOther(item: HTMLElement, file: FileShown, units: string[]): void {
  setIcon(item, file.icon);
  const name = item.querySelector(".file__name");
  const about = item.querySelector(".file__about");
  if (name) name.textContent = file.name;
  if (about) about.textContent = bytes(file.size, units);
}

/** A size as people say it: "820 B", "34 KB", "2.1 MB"; as the server says it. */
export function bytes(size: number, [b, kb, mb]: string[]): string {
  if (size < 1000) return `${size} ${b}`;
  if (size < 1_000_000) return `${Math.floor((size + 500) / 1000)} ${kb}`;
  const value = Math.floor((size + 50_000) / 100_000) / 10;
  const shown = value.toLocaleString(document.documentElement.lang || "en", {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: false,
  });
  return `${shown} ${mb}`;
}
