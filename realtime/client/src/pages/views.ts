import type { Mark, Node } from "prosemirror-model";
import { NodeSelection, Selection } from "prosemirror-state";
import type {
  EditorView,
  MarkViewConstructor,
  NodeView,
  NodeViewConstructor,
} from "prosemirror-view";
import { setIcon } from "../lib/icon.ts";
import type { Desk } from "./desk.ts";
import { FieldList } from "./field_list.ts";
import { isOurs, isSafe, type Link } from "./links.ts";
import { longest, schema } from "./schema.ts";
import type { Id, ShownKinds } from "./shown.ts";

type Field = HTMLInputElement | HTMLSelectElement;

/**
 * An element drawn from its mold as readers see it. Fields with `data-attribute` change its attributes where they
 * stand; what it holds is in `data-content`.
 */
class ElementView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement | null;
  private readonly fields: Field[];

  constructor(
    protected node: Node,
    protected readonly view: EditorView,
    protected readonly getPos: () => number | undefined,
    protected readonly desk: Desk,
  ) {
    this.dom = desk.mold(node.type.name);
    this.contentDOM = this.dom.matches("[data-content]")
      ? this.dom
      : this.dom.querySelector<HTMLElement>("[data-content]");
    this.fields = [...this.dom.querySelectorAll<Field>("[data-attribute]")];
    for (const field of this.fields) this.bind(field);
    this.dom.addEventListener("click", (event) => this.clicked(event));
    queueMicrotask(() => this.draw());
    this.fill();
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.fill();
    this.draw();
    return true;
  }

  selectNode(): void {
    this.dom.classList.add("ProseMirror-selectednode");
  }

  deselectNode(): void {
    this.dom.classList.remove("ProseMirror-selectednode");
  }

  /** What happens in the fields and buttons is theirs. */
  stopEvent(event: Event): boolean {
    const target = event.target as Element | null;
    return (
      Boolean(target?.closest?.("[data-attribute], [data-own]")) && !event.type.startsWith("drag")
    );
  }

  ignoreMutation(mutation: { type: string; target: unknown }): boolean {
    if (mutation.type === "selection") {
      return Boolean((mutation.target as Element).closest?.("[data-attribute], [data-own]"));
    }
    return !this.contentDOM?.contains(mutation.target as globalThis.Node);
  }

  /** What depends on the attributes and is not a field. */
  protected draw(): void {}

  protected act(_name: string): void {}

  protected set(name: string, value: unknown): void {
    const pos = this.getPos();
    if (pos === undefined || !this.view.editable || this.node.attrs[name] === value) return;
    this.view.dispatch(this.view.state.tr.setNodeAttribute(pos, name, value));
  }

  protected part<Kind extends Element = HTMLElement>(name: string): Kind | null {
    return this.dom.querySelector<Kind>(`[data-part="${name}"]`);
  }

  private bind(field: Field): void {
    const name = field.dataset.attribute ?? "";
    if (field instanceof HTMLInputElement && field.type !== "checkbox") {
      field.maxLength = longest(this.node.type.name, name);
    }
    const changed = () => this.set(name, heldIn(field));
    field.addEventListener("input", changed);
    field.addEventListener("change", changed);
    field.addEventListener("keydown", (event) => this.keyed(event as KeyboardEvent));
  }

  private fill(): void {
    for (const field of this.fields) {
      const value = this.node.attrs[field.dataset.attribute ?? ""];
      lock(field, !this.view.editable);
      if (field instanceof HTMLInputElement && field.type === "checkbox")
        field.checked = value === true;
      else if (field.value !== (value ?? "")) refill(field, value ?? "");
    }
  }

  /** Enter and Escape lead from a field back to the text. */
  private keyed(event: KeyboardEvent): void {
    const pos = this.getPos();
    if (!["Enter", "Escape"].includes(event.key) || event.isComposing || pos === undefined) return;
    if (event.target instanceof HTMLSelectElement && event.key === "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    const { state } = this.view;
    const inside = this.contentDOM ? Selection.near(state.doc.resolve(pos + 1)) : null;
    this.view.dispatch(
      state.tr.setSelection(inside ?? NodeSelection.create(state.doc, pos)).scrollIntoView(),
    );
    this.view.focus();
  }

  private clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-act]");
    if (!button || !this.dom.contains(button) || !this.view.editable) return;
    event.preventDefault();
    if (button.dataset.act === "remove") this.remove();
    else this.act(button.dataset.act ?? "");
  }

  protected remove(): void {
    const pos = this.getPos();
    if (pos === undefined) return;
    const { tr } = this.view.state;
    this.view.dispatch(tr.delete(pos, pos + this.node.nodeSize));
    this.view.focus();
  }
}

function heldIn(field: Field): unknown {
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked;
  return field.value || null;
}

/** The others' words in a field that has the focus: the caret stays where it was. */
function refill(field: Field, value: string): void {
  const caret = field instanceof HTMLInputElement ? field.selectionStart : null;
  field.value = value;
  if (field instanceof HTMLInputElement && caret !== null && field === document.activeElement) {
    field.setSelectionRange(caret, caret);
  }
}

function lock(field: Field | HTMLButtonElement, locked: boolean): void {
  if (field instanceof HTMLInputElement && field.type !== "checkbox") field.readOnly = locked;
  else field.disabled = locked;
}

/** Fields and buttons in the text follow what this person may do. */
export function lockFields(root: HTMLElement, locked: boolean): void {
  for (const field of root.querySelectorAll<Field>("[data-attribute], button[data-own]")) {
    lock(field, locked);
  }
}

/** An element about something that not everybody sees. */
abstract class ThingView<Kind extends keyof ShownKinds> extends ElementView {
  protected abstract readonly kind: Kind;
  protected abstract readonly id: Id | null;
  protected abstract show(told: ShownKinds[Kind]): void;

  protected override draw(): void {
    const { id } = this;
    if (id === null) {
      this.mark("unseen");
      return;
    }
    const now = this.desk.shown.now(this.kind, id);
    if (now !== undefined) {
      this.tell(now);
      return;
    }
    this.mark("waiting");
    this.desk.shown.ask(this.kind, id).then(
      (told) => id === this.id && this.tell(told),
      () => this.mark("unseen"),
    );
  }

  private tell(told: ShownKinds[Kind] | null): void {
    this.mark(told ? "" : "unseen");
    if (told) this.show(told);
  }

  /** `waiting`, or `unseen`: it stands in the text all the same. */
  protected mark(how: string): void {
    this.dom.dataset.shown = how;
  }
}

class ImageView extends ThingView<"images"> {
  protected override readonly kind = "images";

  protected override get id(): number | null {
    return this.node.attrs.image;
  }

  protected override draw(): void {
    super.draw();
    const reminder = this.part("reminder");
    if (reminder) reminder.hidden = Boolean(this.node.attrs.alt);
    this.part<HTMLImageElement>("picture")?.setAttribute("alt", this.node.attrs.alt ?? "");
  }

  protected override show({ url, width, height }: ShownKinds["images"]): void {
    const picture = this.part<HTMLImageElement>("picture");
    if (!picture) return;
    picture.width = width;
    picture.height = height;
    if (picture.getAttribute("src") !== url) picture.src = url;
  }
}

class FileView extends ThingView<"files"> {
  protected override readonly kind = "files";

  protected override get id(): number | null {
    return this.node.attrs.file;
  }

  protected override show({ name, size, url }: ShownKinds["files"]): void {
    const link = this.part<HTMLAnchorElement>("name");
    if (link) link.textContent = name;
    if (link && isSafe(url)) link.href = url;
    const told = this.part("size");
    if (told) told.textContent = typeof size === "number" ? inBytes(size) : size;
  }
}

class PageItemView extends ThingView<"pages"> {
  protected override readonly kind = "pages";

  protected override get id(): number | null {
    return this.node.attrs.page;
  }

  protected override show({ title, url }: ShownKinds["pages"]): void {
    const link = this.part<HTMLAnchorElement>("name");
    if (link) link.textContent = title;
    if (link && isSafe(url)) link.href = url;
  }
}

class MessageView extends ThingView<"messages"> {
  protected override readonly kind = "messages";
  private isHeard = false;

  /** Drawn anew when the conversation says that its words changed. */
  protected override draw(): void {
    this.dom.dataset.message = String(this.id ?? "");
    if (!this.isHeard) this.dom.addEventListener("draw", () => this.draw());
    this.isHeard = true;
    super.draw();
  }

  protected override get id(): number | null {
    return this.node.attrs.message;
  }

  protected override show({ author, excerpt, url }: ShownKinds["messages"]): void {
    const link = this.part<HTMLAnchorElement>("name");
    if (!link) return;
    link.textContent = author;
    link.title = excerpt;
    if (isSafe(url)) link.href = url;
  }
}

/** Something of another site, or the card of what stands at an address of ours. */
class EmbedView extends ThingView<"cards"> {
  protected override readonly kind = "cards";

  protected override get id(): string | null {
    const url = this.url;
    return isOurs(url) ? url : null;
  }

  private get url(): string {
    return String(this.node.attrs.url ?? "");
  }

  protected override show({ icon, title, place, line }: ShownKinds["cards"]): void {
    const link = this.part<HTMLAnchorElement>("card");
    if (!link) return;
    link.href = this.url;
    setIcon(link, icon);
    for (const [name, words] of Object.entries({ title, place, line })) {
      const told = link.querySelector(`.link-card__${name}`);
      if (told) told.textContent = words;
    }
  }

  protected override draw(): void {
    const { url } = this;
    this.dom.dataset.ours = String(isOurs(url));
    if (isOurs(url)) {
      super.draw();
      return;
    }
    this.mark("");
    const link = this.part<HTMLAnchorElement>("address");
    if (!link) return;
    link.textContent = URL.canParse(url) ? new URL(url).host : url;
    if (isSafe(url)) link.href = url;
  }
}

class CalloutView extends ElementView {
  protected override draw(): void {
    const { kind } = this.node.attrs;
    this.dom.className = `callout editor__callout${kind === "info" ? "" : ` callout--${kind}`}`;
    for (const icon of this.dom.querySelectorAll<HTMLElement>("[data-kind]")) {
      icon.toggleAttribute("hidden", icon.dataset.kind !== kind);
    }
  }
}

class QuotationView extends ElementView {
  protected override draw(): void {
    this.dom.classList.toggle("quote--customer", this.node.attrs.customer === true);
  }
}

/** A list of pages: more are found by their title. */
class PageListView extends ElementView {
  private readonly field = this.part<HTMLInputElement>("find");
  private list: FieldList | null = null;

  protected override draw(): void {
    if (this.list || !this.field) return;
    const box = this.part("found");
    if (!box) return;
    this.list = new FieldList(this.field, box, () => this.desk.mold("found"));
    this.field.addEventListener("input", () => void this.search());
    this.field.addEventListener("blur", () => this.list?.show([]));
    this.field.readOnly = !this.view.editable;
  }

  private async search(): Promise<void> {
    const words = this.field?.value.trim() ?? "";
    const found = words ? await this.desk.finder.find(words) : [];
    if (!found || words !== this.field?.value.trim()) return;
    const pages = found.filter((one) => one.kind === "page").slice(0, 8);
    this.list?.show(
      pages.map((page) => ({
        icon: "file-text",
        name: page.title,
        about: page.where,
        choose: () => this.add(page.id, page.title, page.url),
      })),
    );
  }

  private add(page: number, title: string, url: string): void {
    const pos = this.getPos();
    const made = schema.nodes.page_item?.create({ page });
    if (pos === undefined || !made || !this.view.editable) return;
    this.desk.shown.learn("pages", page, { title, url });
    this.view.dispatch(this.view.state.tr.insert(pos + 1 + this.node.content.size, made));
    if (this.field) this.field.value = "";
    this.list?.show([]);
  }
}

/** A cell or heading follows the kind of its column. */
function numbers(node: Node, view: EditorView, getPos: () => number | undefined): NodeView {
  const dom = document.createElement(node.type.name === "table_header" ? "th" : "td");
  if (dom.localName === "th") dom.setAttribute("scope", "col");
  let own = node;
  const draw = () => {
    const pos = getPos();
    dom.classList.toggle("numbers", own.attrs.kind === "number" || isUnderNumbers(view, pos));
  };
  queueMicrotask(draw);
  return {
    dom,
    contentDOM: dom,
    update(next) {
      if (next.type !== own.type) return false;
      own = next;
      queueMicrotask(draw);
      return true;
    },
  };
}

function isUnderNumbers(view: EditorView, pos: number | undefined): boolean {
  if (pos === undefined || pos > view.state.doc.content.size) return false;
  const $pos = view.state.doc.resolve(pos);
  if ($pos.depth < 2) return false;
  const head = $pos.node(-1).firstChild?.maybeChild($pos.index());
  return head?.attrs.kind === "number";
}

/** A link leads where the reader's would; one to a page or document learns its address from the server. */
export function linkView(desk: Desk): MarkViewConstructor {
  return (mark: Mark) => {
    const dom = document.createElement("a");
    dom.rel = "noopener";
    const to = mark.attrs as Link;
    if ("href" in to) {
      if (isSafe(to.href)) dom.href = to.href;
      dom.title = to.href;
    } else {
      const [kind, id] =
        "page" in to ? (["pages", to.page] as const) : (["documents", to.document] as const);
      dom.href = "#";
      desk.shown.ask(kind, id).then(
        (told) => {
          if (told && isSafe(told.url)) dom.href = told.url;
          dom.title = told ? told.title : desk.say("unseen");
          dom.classList.toggle("editor__unseen", !told);
        },
        () => undefined,
      );
    }
    return { dom, contentDOM: dom };
  };
}

/** Whole numbers of a unit are enough to know what one is about to load. */
function inBytes(size: number): string {
  const [unit, by] =
    size < 1_000_000 ? (["kilobyte", 1_000] as const) : (["megabyte", 1_000_000] as const);
  const language = document.documentElement.lang || undefined;
  const format = { style: "unit", unit, maximumFractionDigits: size < 10 * by ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, format).format(size / by);
}

type Made = new (
  node: Node,
  view: EditorView,
  getPos: () => number | undefined,
  desk: Desk,
) => NodeView;

/** The views of all elements that are more than their words. */
export function nodeViews(desk: Desk): Record<string, NodeViewConstructor> {
  const own: Record<string, Made> = {
    callout: CalloutView,
    table: ElementView,
    code_block: ElementView,
    quotation: QuotationView,
    image: ImageView,
    file: FileView,
    embed: EmbedView,
    page_list: PageListView,
    page_item: PageItemView,
    cited: ElementView,
    cited_message: MessageView,
  };
  return {
    ...Object.fromEntries(
      Object.entries(own).map(([name, View]) => [
        name,
        (node: Node, view: EditorView, getPos: () => number | undefined) =>
          new View(node, view, getPos, desk),
      ]),
    ),
    table_header: numbers,
    table_cell: numbers,
  };
}
