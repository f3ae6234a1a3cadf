import { Fragment, type Node, Slice } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import { link } from "./commands.ts";
import { spoken } from "./letters.ts";
import { addressIn } from "./links.ts";
import { required, schema } from "./schema.ts";
import { evened } from "./tables.ts";

/** Cleans what is pasted or dropped, and makes a link of an address that is put over words. */
export function pasting(): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: cleaned,
      transformPastedText: (text) => spoken(text),
      transformPasted: (slice) => new Slice(fitting(slice.content), slice.openStart, slice.openEnd),
      handlePaste(view, event) {
        const address = addressIn(event.clipboardData?.getData("text/plain") ?? "");
        const { empty, $from, to } = view.state.selection;
        if (!address || empty || to > $from.end() || !$from.parent.inlineContent) return false;
        return link({ href: address }, address)(view.state, view.dispatch);
      },
    },
  });
}

/** HTML from elsewhere, said in the elements we have. It is read in a document where nothing runs or loads. */
export function cleaned(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  const { body } = page;
  dropUnwanted(body);
  listsOfWord(body);
  quotations(body);
  for (const element of [...body.querySelectorAll<HTMLElement>("*")]) say(element);
  for (const list of [...body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")]) {
    (list.previousElementSibling?.localName === "li"
      ? list.previousElementSibling
      : inItem(list)
    ).append(list);
  }
  return spoken(body.innerHTML);
}

const UNWANTED =
  "script, style, meta, link, title, head, template, iframe, object, embed, svg, math, canvas, form > input, select, textarea, button, noscript, o\\:p:empty, [hidden], [aria-hidden=true]:not(pre *)";

function dropUnwanted(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const remarks: globalThis.Node[] = [];
  while (walker.nextNode()) remarks.push(walker.currentNode);
  listMarks(body, remarks);
  for (const remark of remarks) remark.parentNode?.removeChild(remark);
  for (const element of body.querySelectorAll(UNWANTED)) element.remove();
}

/** Word writes a bullet as words between two remarks: `<!--[if !supportLists]-->·<!--[endif]-->`. */
function listMarks(body: HTMLElement, remarks: globalThis.Node[]): void {
  for (const remark of remarks) {
    if (!/^\[if !supportLists\]/.test(remark.nodeValue ?? "")) continue;
    const mark = body.ownerDocument.createElement("span");
    mark.dataset.listMark = "";
    remark.parentNode?.insertBefore(mark, remark);
    let next = remark.nextSibling;
    while (next && !(next.nodeType === 8 && /endif/.test(next.nodeValue ?? ""))) {
      const after: ChildNode | null = next.nextSibling;
      mark.append(next);
      next = after;
    }
  }
}

/** Paragraphs that Word calls items of a list, as a list. */
function listsOfWord(body: HTMLElement): void {
  const items = [
    ...body.querySelectorAll<HTMLElement>("p[style*='mso-list'], p[class*='MsoListParagraph']"),
  ];
  let open: { element: HTMLElement; level: number }[] = [];
  let before: Element | null = null;
  for (const item of items) {
    const told = /level(\d+)/.exec(item.getAttribute("style") ?? "");
    const mark = item.querySelector<HTMLElement>("[data-list-mark]");
    const sign =
      mark?.textContent?.trim() ??
      item.querySelector("span[style*='mso-list:Ignore']")?.textContent?.trim() ??
      "";
    if (!told && !sign) continue;
    const level = Number(told?.[1] ?? 1);
    const isNumbered = /^\(?[\p{L}\p{N}]{1,4}[.)]/u.test(sign) && sign !== "o";
    (mark ?? item.querySelector("span[style*='mso-list:Ignore']"))?.remove();
    if (item.previousElementSibling !== before) open = [];
    while (open.length && (open.at(-1)?.level ?? 0) > level) open.pop();
    const entry = body.ownerDocument.createElement("li");
    if ((open.at(-1)?.level ?? 0) < level) {
      const list = body.ownerDocument.createElement(isNumbered ? "ol" : "ul");
      const outer = open.at(-1)?.element.lastElementChild;
      if (outer) outer.append(list);
      else item.before(list);
      open.push({ element: list, level });
    }
    open.at(-1)?.element.append(entry);
    const paragraph = body.ownerDocument.createElement("p");
    paragraph.append(...item.childNodes);
    entry.append(paragraph);
    before = open[0]?.element ?? null;
    item.remove();
  }
}

/** A quotation of ours holds words: one of several paragraphs is several. */
function quotations(body: HTMLElement): void {
  for (const quotation of body.querySelectorAll("blockquote:not(figure[data-quotation] *)")) {
    if (!quotation.querySelector("p, div, ul, ol, blockquote")) continue;
    for (const line of quotation.querySelectorAll<HTMLElement>(":scope > p, :scope > div")) {
      rename(line, "blockquote");
    }
    unwrap(quotation);
  }
}

const BLOCKS =
  /^(p|div|h[1-6]|li|ul|ol|table|tbody|thead|tr|td|th|blockquote|pre|figure|section|article|body)$/;

/** What an element means that says it by its looks. */
function say(element: HTMLElement): void {
  const { localName: name } = element;
  const { style } = element;
  if (/^h[156]$/.test(name)) rename(element, name === "h1" ? "h2" : "h4");
  else if (name === "p" && /^Mso(Title|Heading)/.test(element.className)) rename(element, "h2");
  else if ((name === "b" || name === "strong") && isPlain(style.fontWeight)) unwrap(element);
  else if ((name === "i" || name === "em") && style.fontStyle === "normal") unwrap(element);
  else if (name === "tt" || name === "samp" || name === "kbd") rename(element, "code");
  else if (name === "cite" || name === "dfn") rename(element, "em");
  else if (!BLOCKS.test(name) && name !== "a" && name !== "code") bySight(element);
}

function isPlain(weight: string): boolean {
  return weight === "normal" || (Number(weight) < 600 && weight !== "");
}

/** A span that looks bold or italic is. */
function bySight(element: HTMLElement): void {
  const { fontWeight, fontStyle } = element.style;
  if (/^(b|strong|i|em)$/.test(element.localName)) return;
  if (/^h[1-6]$/.test(element.parentElement?.localName ?? "")) return;
  if (/^bold/.test(fontWeight) || Number(fontWeight) >= 600) wrapWithin(element, "strong");
  if (fontStyle === "italic" || fontStyle === "oblique") wrapWithin(element, "em");
}

function wrapWithin(element: HTMLElement, name: string): void {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.append(made);
}

function rename(element: HTMLElement, name: string): void {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.replaceWith(made);
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

function inItem(list: Element): Element {
  const item = list.ownerDocument.createElement("li");
  list.before(item);
  return item;
}

/** Elements that lack what they are nothing without are gone, and tables are even. */
function fitting(content: Fragment): Fragment {
  const kept: Node[] = [];
  content.forEach((node) => {
    if (required(node.type.name).some((name) => node.attrs[name] === null)) return;
    const inside = node.isText ? node : node.copy(fitting(node.content));
    if (inside.isText && spoken(inside.text ?? "") !== inside.text) {
      const words = spoken(inside.text ?? "");
      if (words) kept.push(schema.text(words, inside.marks));
    } else {
      kept.push(inside.type.name === "table" && inside.childCount ? evened(inside) : inside);
    }
  });
  return Fragment.from(kept);
}
