import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import {
  type Command,
  EditorState,
  type Plugin,
  Selection,
  type Transaction,
} from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { redo, undo, ySyncPlugin, yUndoPlugin, yUndoPluginKey } from "y-prosemirror";
import * as Y from "yjs";
import { Calling } from "./calling.ts";
import { steadyCaret } from "./caret.ts";
import { Citing } from "./citing.ts";
import * as act from "./commands.ts";
import { LocalCopy } from "./copy.ts";
import { cursors } from "./cursors.ts";
import type { Desk } from "./desk.ts";
import { CardDialog, EmbedDialog, LinkDialog } from "./dialogs.ts";
import { exactLetters } from "./exact.ts";
import { keys } from "./keymaps.ts";
import { speakable } from "./letters.ts";
import { InsertMenu } from "./menu.ts";
import { followMoves } from "./moved.ts";
import { Passages } from "./passages.ts";
import { pasting } from "./pasting.ts";
import { Announcer, showPeople } from "./people.ts";
import { Provider, type Socket, type Status } from "./provider.ts";
import { markdown } from "./rules.ts";
import { ROOT, schema, VERSION } from "./schema.ts";
import { undoSteps } from "./steps.ts";
import * as table from "./tables.ts";
import { Toolbar } from "./toolbar.ts";
import { isBringing, take, uploads } from "./uploads.ts";
import { linkView, lockFields, nodeViews } from "./views.ts";

/** Undoing takes none of these away while somebody's words are in it. */
const HOLDERS = new Set(
  Object.values(schema.nodes)
    .filter(({ isLeaf }) => !isLeaf)
    .map(({ name }) => name),
);

export interface Options {
  document: number;
  person: number;
  url: string;
  openSocket?: (url: string) => Socket;
}

/** What every editor of this tab tells the page around it. */
export interface Told {
  status: (status: Status) => void;
  /** Another text took its place; these words of the old one were never committed. */
  anew: (unsent: string[]) => void;
}

/** One text while it is open: its copy, its line to the server, and the view of it. */
export class Editing {
  readonly provider: Provider;
  readonly view: EditorView;
  private readonly toolbar: Toolbar;
  private readonly announcer: Announcer;
  private readonly menu: InsertMenu;
  private readonly calling: Calling;
  private readonly link: LinkDialog;
  private readonly embed: EmbedDialog;
  private readonly citing: Citing;
  private readonly card: CardDialog;
  private readonly passages: Passages;
  private readonly ended = new AbortController();
  private frame = 0;
  private isShown = false;
  private wasIn = false; // whether the caret was ever put into the text

  /** Opens a text, from the copy on this device until the server has answered. */
  static async open(desk: Desk, options: Options, told: Told): Promise<Editing> {
    const doc = new Y.Doc();
    const copy = new LocalCopy(options.person, options.document);
    await copy.open(doc, VERSION);
    return new Editing(desk, doc, copy, options, told);
  }

  private constructor(
    private readonly desk: Desk,
    private readonly doc: Y.Doc,
    private readonly copy: LocalCopy,
    options: Options,
    private readonly told: Told,
  ) {
    const { url, openSocket } = options;
    const epoch = copy.epoch;
    this.provider = new Provider({
      url,
      doc,
      schema: VERSION,
      epoch,
      memory: copy,
      ...(openSocket && { openSocket }),
    });
    this.passages = new Passages(desk, () => this.provider.epoch);
    const { awareness } = this.provider;
    this.menu = new InsertMenu(
      desk.slot("insert"),
      (command) => this.run(command),
      (count) => this.say(desk.say("offered", { count: String(count) })),
    );
    this.calling = new Calling(desk.slot("people-to-call"), desk, (count) =>
      this.say(desk.say("offered", { count: String(count) })),
    );
    const refresh = () => this.refresh();
    this.view = new EditorView(desk.slot("text"), {
      state: EditorState.create({ schema, plugins: this.plugins() }),
      nodeViews: nodeViews(desk),
      markViews: { link: linkView(desk) },
      editable: () => this.mayWrite,
      attributes: () => ({
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": desk.say("label"),
        "aria-readonly": String(!this.mayWrite),
        "aria-keyshortcuts": "Alt+F10",
        class: "editor__area",
        spellcheck: "true",
      }),
      scrollMargin: { top: 64, bottom: 96, left: 0, right: 0 }, // the toolbar is above, or below on a phone
      scrollThreshold: { top: 56, bottom: 88, left: 0, right: 0 },
      handleDOMEvents: {
        click: (_view, event) => this.follow(event),
        focus: () => {
          this.wasIn = true;
        },
      },
      dispatchTransaction: function (this: unknown, tr: Transaction) {
        const view = this as EditorView; // the first come while it is being made
        view.updateState(view.state.apply(tr));
        refresh();
      },
    });
    this.link = new LinkDialog(desk, this.view);
    this.embed = new EmbedDialog(desk, this.view);
    this.citing = new Citing(desk, this.view, () => this.wasIn, this.ended.signal);
    this.card = new CardDialog(desk, this.view);
    this.toolbar = new Toolbar(desk.slot("tools"), (command, button) => this.run(command, button));
    this.announcer = new Announcer(desk, this.view, awareness);
    this.showQuiet();
    awareness.on("change", () => showPeople(desk, awareness));
    this.provider.on("status", (status) => this.changed(status));
    this.provider.on("hello", (now) => void copy.begin(doc, now, VERSION));
    this.provider.on("heard", () => setTimeout(() => this.announcer.heard()));
    this.listen();
    showPeople(desk, awareness);
    this.changed(this.provider.status);
    this.provider.connect();
  }

  /** Whether there is a text to show: of the server, or the copy of this device. */
  get isReady(): boolean {
    return this.provider.status.isSynced || this.doc.getXmlFragment(ROOT).length > 0;
  }

  get isBringing(): boolean {
    return isBringing(this.view);
  }

  /** Everything written here that is not committed, as words. */
  get unsent(): string[] {
    return this.provider.unsent();
  }

  focus(): void {
    this.view.focus();
  }

  save(): Promise<boolean> {
    return this.provider.save();
  }

  /** Throws the copy of this device away, with what the server refused. */
  async discard(): Promise<void> {
    this.close();
    await this.copy.discard();
  }

  close(): void {
    this.ended.abort();
    cancelAnimationFrame(this.frame);
    this.menu.close();
    this.calling.close();
    this.provider.close();
    this.view.destroy();
    void this.copy.close();
  }

  /** Until the server says otherwise somebody who had a copy may write in it. */
  private get mayWrite(): boolean {
    const { mode, line } = this.provider?.status ?? {};
    const isEnded = ["refused", "no-right", "gone", "anew", "reload", "closed"].includes(
      line ?? "",
    );
    return !isEnded && (mode === "write" || (mode === null && this.copy.epoch !== null));
  }

  private plugins(): Plugin[] {
    return [
      undoSteps(),
      exactLetters(),
      ySyncPlugin(this.doc.getXmlFragment(ROOT)),
      steadyCaret(),
      followMoves(),
      cursors(this.provider.awareness),
      this.passages.plugin(),
      yUndoPlugin({ protectedNodes: HOLDERS }),
      speakable(),
      this.menu.plugin(),
      this.calling.plugin(),
      markdown(),
      pasting(),
      uploads(this.desk),
      ...keys({
        "Mod-k": () => this.run("link"),
        "Mod-Alt-m": () => this.run("talk"),
        "Mod-s": () => this.run("save"),
        "Alt-F10": () => this.run("toolbar"),
        "Alt-Enter": () => this.run("fields"),
        Escape: () => this.run("leave"),
      }),
      dropCursor({ class: "editor__drop", color: false }),
      gapCursor(),
    ];
  }

  private readonly commands: Record<string, Command> = {
    bold: act.bold,
    italic: act.italic,
    code: act.code,
    paragraph: act.paragraph,
    "heading-2": act.heading(2),
    "heading-3": act.heading(3),
    "heading-4": act.heading(4),
    "bullet-list": act.list("bullet_list"),
    "ordered-list": act.list("ordered_list"),
    sink: act.sink,
    lift: act.lift,
    blockquote: act.blockquote,
    "code-block": act.codeBlock,
    quotation: act.quotation,
    rule: act.rule,
    "callout-info": act.callout("info"),
    "callout-tip": act.callout("tip"),
    "callout-warning": act.callout("warning"),
    "callout-danger": act.callout("danger"),
    "page-list": act.pageList,
    table: table.newTable(),
    "row-above": table.addRow(0),
    "row-below": table.addRow(1),
    "column-before": table.addColumn(0),
    "column-after": table.addColumn(1),
    "row-delete": table.deleteRow,
    "column-delete": table.deleteColumn,
    "table-delete": table.deleteTable,
    numbers: table.toggleNumbers,
    headings: table.toggleHeadings,
  };

  private readonly acts: Record<string, (button?: HTMLElement) => void> = {
    undo: () => undo(this.view.state),
    redo: () => redo(this.view.state),
    link: () => this.link.open(),
    embed: () => this.embed.open(),
    card: () => this.card.open(),
    talk: () => this.passages.open(),
    cite: () => this.citing.open(),
    save: () => void this.keep(),
    insert: (button) => button && this.menu.openAt(button),
    toolbar: () => this.toolbar.focus(),
    leave: () => this.view.dom.blur(),
    fields: () => this.firstField()?.focus(),
    image: () => this.desk.slot<HTMLInputElement>("image-picker").click(),
    file: () => this.desk.slot<HTMLInputElement>("file-picker").click(),
    keys: () => document.querySelector<HTMLDialogElement>("[data-keys-target=help]")?.showModal(),
    quiet: () => {
      this.announcer.toggle();
      this.showQuiet();
    },
  };

  private run(name: string, button?: HTMLElement): boolean {
    const command = this.commands[name];
    if (command) {
      if (!this.view.editable) return false;
      command(this.view.state, this.view.dispatch, this.view);
      if (button?.closest("[data-slot=tools]") !== document.activeElement) this.view.focus();
    } else {
      this.acts[name]?.(button);
    }
    return true;
  }

  private async keep(): Promise<void> {
    this.say(this.desk.say((await this.save()) ? "kept" : "not-kept"));
  }

  /** The first field of what the caret is in: a title, a caption, a description. */
  private firstField(): HTMLElement | null {
    const { $from, from } = this.view.state.selection;
    for (let { depth } = $from; depth > 0; depth--) {
      const dom = this.view.nodeDOM($from.before(depth));
      const field =
        dom instanceof HTMLElement && dom.querySelector<HTMLElement>("[data-attribute]");
      if (field) return field;
    }
    const dom = this.view.nodeDOM(from);
    return dom instanceof HTMLElement ? dom.querySelector<HTMLElement>("[data-attribute]") : null;
  }

  private listen(): void {
    const { signal } = this.ended;
    const { provider } = this;
    addEventListener("online", () => provider.wake(), { signal });
    addEventListener("offline", () => provider.lost(), { signal });
    addEventListener("pageshow", () => provider.wake(), { signal });
    addEventListener("pagehide", () => provider.flush(), { signal });
    document.addEventListener(
      "visibilitychange",
      () => (document.hidden ? provider.flush() : provider.wake()),
      { signal },
    );
    for (const name of ["image-picker", "file-picker"]) {
      const picker = this.desk.slot<HTMLInputElement>(name);
      const picked = () => {
        take(this.view, this.desk, [...(picker.files ?? [])], this.view.state.selection.from);
        picker.value = "";
        this.view.focus();
      };
      picker.addEventListener("change", picked, { signal });
    }
  }

  /** With Ctrl a link is followed; without, the caret goes into it. In a text that is only read, links are links. */
  private follow(event: MouseEvent): boolean {
    const found = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!found || found.getAttribute("href") === "#") return false;
    if (!this.view.editable) return false;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) open(found.href, "_blank", "noopener");
    return event.ctrlKey || event.metaKey;
  }

  private changed(status: Status): void {
    if (status.line === "anew") {
      const { unsent } = this;
      void this.discard().then(() => this.told.anew(unsent));
      return;
    }
    if (status.isSynced && !this.isShown) this.first();
    this.view.setProps({});
    lockFields(this.view.dom, !this.mayWrite);
    this.refresh();
    this.told.status(status);
  }

  /** The text is here: the caret is where words begin, whatever stands first. */
  private first(): void {
    this.isShown = true;
    if (this.view.hasFocus()) return;
    const { tr, doc } = this.view.state;
    this.view.dispatch(tr.setSelection(Selection.atStart(doc)).setMeta("addToHistory", false));
  }

  private showQuiet(): void {
    const button = this.desk.root.querySelector('[data-command="quiet"]');
    button?.setAttribute("aria-pressed", String(this.announcer.isQuiet));
  }

  private say(words: string): void {
    this.desk.slot("said").textContent = words;
  }

  /** The toolbar follows the caret, once a frame. */
  private refresh(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (this.view.isDestroyed) return;
      this.toolbar.show(
        (command) => this.isPressed(command),
        (command) => this.isPossible(command),
      );
      const place = table.inTable(this.view.state);
      for (const part of this.desk.root.querySelectorAll<HTMLElement>("[data-in=table]")) {
        part.hidden = !place;
      }
      const isListed = act.inList(this.view.state);
      for (const part of this.desk.root.querySelectorAll<HTMLElement>("[data-in=list]")) {
        part.hidden = !isListed;
      }
    });
  }

  private isPressed(command: string): boolean | undefined {
    const { state } = this.view;
    const { nodes } = schema;
    const level = /^heading-(\d)$/.exec(command)?.[1];
    if (level && nodes.heading) return act.isBlock(state, nodes.heading, { level: Number(level) });
    switch (command) {
      case "bold":
      case "italic":
      case "code":
        return act.hasMark(state, command);
      case "link":
        return act.linkRange(state).link !== null;
      case "blockquote":
        return nodes.blockquote && act.isBlock(state, nodes.blockquote);
      case "bullet-list":
      case "ordered-list":
        return (
          act.around(state.selection.$from, "bullet_list", "ordered_list")?.node.type.name ===
          command.replace("-", "_")
        );
      case "numbers":
        return table.isNumbers(state);
      default:
        return undefined;
    }
  }

  private isPossible(command: string): boolean {
    if (command === "quiet" || command === "keys") return true;
    if (!this.view.editable) return false;
    const { undoManager } = yUndoPluginKey.getState(this.view.state) ?? {};
    if (command === "undo") return Boolean(undoManager?.canUndo());
    if (command === "redo") return Boolean(undoManager?.canRedo());
    return this.commands[command]?.(this.view.state) ?? true;
  }
}
