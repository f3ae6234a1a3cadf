import type { Application, ControllerConstructor } from "@hotwired/stimulus";

type ControllerFiles = Record<string, () => Promise<{ default: ControllerConstructor }>>;
type ElementFiles = Record<string, () => Promise<unknown>>;

/** "./threads/message_list_controller.ts" is the controller "message-list". */
export function identifier(path: string): string {
  return fileName(path)
    .replace(/_controller$/, "")
    .replaceAll("_", "-");
}

/**
 * Load each controller and custom element the first time the page holds it.
 *
 * Controllers that are met together begin together: half a conversation would take words that nobody sends.
 * `<html data-awake>` says that nothing is on its way.
 */
export function loadOnSight(
  application: Application,
  controllerFiles: ControllerFiles,
  elementFiles: ElementFiles,
): void {
  const controllers = new Map(entries(controllerFiles, identifier));
  const elements = new Map(entries(elementFiles, fileName));

  let onTheWay = 0;
  const tell = () => document.documentElement.toggleAttribute("data-awake", onTheWay === 0);

  const look = async (root: Element) => {
    const coming: Promise<[string, ControllerConstructor]>[] = [];
    for (const element of [root, ...root.querySelectorAll("*")]) {
      take(elements, element.localName)?.();
      for (const name of element.getAttribute("data-controller")?.split(/\s+/) ?? []) {
        const file = take(controllers, name);
        if (file) coming.push(file().then((module) => [name, module.default]));
      }
    }
    onTheWay += coming.length;
    tell();
    if (!coming.length) return; // as for nearly everything that a live page adds
    for (const controller of await Promise.allSettled(coming)) {
      if (controller.status === "fulfilled") application.register(...controller.value);
      else reportError(controller.reason);
    }
    onTheWay -= coming.length;
    tell();
  };

  void look(document.documentElement);
  new MutationObserver((records) => {
    for (const node of records.flatMap((record) => [...record.addedNodes])) {
      if (node instanceof Element) void look(node);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}

function fileName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.ts$/, "");
}

function entries<File>(files: Record<string, File>, name: (path: string) => string) {
  return Object.entries(files).map(([path, file]): [string, File] => [name(path), file]);
}

/** What is there, and only once. */
function take<File>(files: Map<string, File>, name: string): File | undefined {
  const file = files.get(name);
  files.delete(name);
  return file;
}
