/** Let files be dropped anywhere on a conversation. Returns how to stop. */
export function takeDrops(zone: HTMLElement, take: (files: File[]) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let inside = 0;
  const show = (how: number) => {
    inside = Math.max(0, how);
    zone.toggleAttribute("data-dropping", inside > 0);
  };
  zone.addEventListener("dragenter", (event) => holdsFiles(event) && show(inside + 1), { signal });
  zone.addEventListener("dragleave", (event) => holdsFiles(event) && show(inside - 1), { signal });
  zone.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault(), {
    signal,
  });
  zone.addEventListener(
    "drop",
    (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      show(0);
      take([...(event.dataTransfer?.files ?? [])]);
    },
    { signal },
  );
  return () => stop.abort();
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** The files on a clipboard, unless words came with them: then the words were meant. */
export function pasted(event: ClipboardEvent): File[] {
  const { clipboardData: board } = event;
  return board && !board.types.includes("text/plain") ? [...board.files] : [];
}
