import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { TextSelection } from "prosemirror-state";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressIn, isSafe, linkOf, meant } from "./links.ts";
import { cleaned } from "./pasting.ts";
import { closeEditors, editor, shape } from "./testing.ts";

const p = (text = "") => ({
  type: "paragraph",
  ...(text && { content: [{ type: "text", text }] }),
});

function pasted(html: string): string {
  const view = editor([p()]);
  view.pasteHTML(html, new Event("paste") as ClipboardEvent);
  view.state.doc.check();
  return shape(view);
}

afterEach(closeEditors);

const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri"} --></style></head><body lang=FR><!--StartFragment-->
<p class=MsoTitle>Le plan<o:p></o:p></p><h1>Contexte<o:p></o:p></h1>
<p class=MsoNormal>Un <b style='mso-bidi-font-weight:normal'>mot</b> et <i>un autre</i>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Premier<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>o<span>&nbsp; </span></span><!--[endif]-->Dedans<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>·</span><!--[endif]-->Second<o:p></o:p></p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal><b>Qui</b></p></td><td><p>Heures</p></td></tr><tr><td colspan=2><p>Ana</p></td></tr></table>
<!--EndFragment--></body></html>`;
const DOCS = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span style="font-weight:700;">Titre</span></h2><p dir="ltr"><span style="font-weight:400;">Un </span><span style="font-weight:700;">gras</span><span style="font-style:italic;"> penché</span></p><ul><li dir="ltr" aria-level="1"><p dir="ltr"><span>un</span></p></li><ul><li dir="ltr" aria-level="2"><p><span>dedans</span></p></li></ul></ul></b><br class="Apple-interchange-newline">`;
const OFFICE = `<!DOCTYPE html><html><head><meta name="generator" content="LibreOffice 24.2"/><style>p { line-height: 115% }</style></head><body><h5 class="western">Petit</h5><p style="margin-bottom: 0cm"><font face="Liberation Serif"><b>Gras</b> et <font color="#c9211e">rouge</font></font></p><ol><li><p>un</p></li><li><p>deux</p></li></ol><p><br/></p></body></html>`;
const WEB = `<div class="post"><h1>Nouvelles</h1><p>Voir <a href="https://example.org/a" onclick="steal()">ici</a> et <a href="javascript:alert(1)">là</a>.</p><img src="https://ailleurs.example/pixel.gif"><blockquote><p>Dit</p></blockquote><pre><code class="language-js">let a = 1;\n  b</code></pre><p>a<br>b</p><hr><form><input name="x"><button>Envoyer</button></form></div>`;

describe("what is pasted", () => {
  it("from Word keeps titles, lists in lists, marks and tables", () => {
    const made = pasted(WORD);
    expect(made).toContain("h2(Le plan) h2(Contexte) p(Un <bold>mot</> et <italic>un autre</>.)");
    expect(made).toContain("ul(li(p(Premier)ul(li(p(Dedans))))li(p(Second)))");
    expect(made).toContain("table_row(table_cell(p(<bold>Qui</>))table_cell(p(Heures)))");
    expect(made).toContain("table_row(table_cell(p(Ana))table_cell(p()))");
    expect(made).not.toMatch(/·|Mso|Symbol|supportLists/);
  });

  it("from Google Docs is not all bold, and a heading is a heading without it", () => {
    expect(pasted(DOCS)).toBe(
      "h2(Titre) p(Un <bold>gras</><italic> penché</>) ul(li(p(un)ul(li(p(dedans)))))",
    );
  });

  it("from LibreOffice has no fonts and colors", () => {
    expect(pasted(OFFICE)).toMatch(
      /^h4\(Petit\) p\(<bold>Gras<\/> et rouge\) ol\(li\(p\(un\)\)li\(p\(deux\)\)\)( p\(\))?$/,
    );
  });

  it("from the web keeps words, links that lead somewhere, code and quotations", () => {
    const made = pasted(WEB);
    expect(made).toContain("h2(Nouvelles) p(Voir <link>ici</> et là.)");
    expect(made).toContain("blockquote(Dit)");
    expect(made).toContain("code_block(let a = 1;\n  b)");
    expect(made).toContain("p(ahard_break()b) horizontal_rule()");
    expect(made).not.toMatch(/Envoyer|image|pixel/);
  });

  it("of our own pages keeps pictures, files, callouts and links by their number", () => {
    const made = editor([p()]);
    made.pasteHTML(
      `<figure data-image="3" data-alt="A valve"></figure><p data-file="4"></p><aside class="callout" data-kind="tip" data-title="T"><div class="callout__text"><p>Mind</p></div></aside><p>See <a href="#" data-page="7">it</a></p><nav data-pages=""><p data-page="8"></p></nav><div data-cited=""><p>We agreed</p><p data-message="9"></p></div><figure data-embed="https://v.example/1"></figure>`,
      new Event("paste") as ClipboardEvent,
    );
    made.state.doc.check();
    expect(shape(made)).toBe(
      "image() file() callout(p(Mind)) p(See <link>it</>) page_list(page_item()) cited(p(We agreed)cited_message()) embed()",
    );
    const [image, , callout] = made.state.doc.children;
    expect(image?.attrs).toMatchObject({ image: 3, alt: "A valve", block: null });
    expect(callout?.attrs).toMatchObject({ kind: "tip", title: "T" });
  });

  it("over words makes a link of them when it is an address", () => {
    const view = editor([p("the site")]);
    const { state } = view;
    view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, 5, 9)));
    const board = { getData: () => "https://example.org/x", types: ["text/plain"], files: [] };
    const event = Object.assign(new Event("paste"), {
      clipboardData: board,
    }) as unknown as ClipboardEvent;
    const taken = view.someProp("handlePaste", (handle) =>
      handle(view, event, state.doc.slice(0, 0)),
    );
    expect(taken).toBe(true);
    expect(shape(view)).toBe("p(the <link>site</>)");
  });

  it("has no letters that no text has", () => {
    const view = editor([p()]);
    view.pasteText("a\u0000b\ud83c", new Event("paste") as ClipboardEvent);
    expect(view.state.doc.textContent).toBe("ab");
  });
});

const HOSTILE = [
  `<img src=x onerror=alert(1)>`,
  `<svg onload=alert(1)><script>alert(1)</script></svg>`,
  `<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
  `<a href="java\nscript:alert(1)">x</a>`,
  `<a href=" javascript:alert(1)">x</a>`,
  `<a href="JaVaScRiPt:alert(1)">x</a>`,
  `<a href="data:text/html,<script>alert(1)</script>">x</a>`,
  `<a href="vbscript:msgbox(1)">x</a>`,
  `<a href="//evil.example/x">x</a>`,
  `<a href="\\\\evil.example\\x">x</a>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
  `<form action="https://evil.example"><input autofocus onfocus=alert(1)></form>`,
  `<style>@import "https://evil.example/x.css"</style><p style="background:url(https://evil.example)">x</p>`,
  `<object data="https://evil.example"></object><embed src="https://evil.example">`,
  `<p data-file="1 onclick=alert(1)">x</p><figure data-image="-1"></figure><figure data-image="1e3"></figure>`,
  `<figure data-embed="javascript:alert(1)"></figure>`,
  `<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
  `<template><script>alert(1)</script></template>`,
];

describe("hostile clipboards", () => {
  it.each(HOSTILE)("%s", (html) => {
    const view = editor([p()]);
    view.pasteHTML(html, new Event("paste") as ClipboardEvent);
    view.state.doc.check();
    const { dom } = view;
    expect(
      dom.querySelector("script, iframe, object, embed, svg, style, form, input, math"),
    ).toBeNull();
    for (const element of dom.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^style$|^srcdoc$/);
        if (name === "href" || name === "src")
          expect(value === "" || value === "#" || isSafe(value), value).toBe(true);
      }
    }
    view.state.doc.descendants((node) => {
      for (const mark of node.marks)
        if ("href" in mark.attrs) expect(isSafe(mark.attrs.href)).toBe(true);
      expect(["image", "file", "embed"]).not.toContain(node.type.name);
    });
  });

  it("do nothing while they are cleaned: the document they are read in is not shown", () => {
    let ran = false;
    Object.assign(globalThis, { hostile: () => (ran = true) });
    cleaned(`<img src="x" onerror="hostile()"><script>hostile()</script>`);
    expect(ran).toBe(false);
  });
});

describe("addresses", () => {
  it.each([
    ["example.org", "https://example.org"],
    ["example.org/a?b=1", "https://example.org/a?b=1"],
    ["ada@example.org", "mailto:ada@example.org"],
    ["https://example.org", "https://example.org"],
    ["/spaces/1/", "/spaces/1/"],
    ["#place", "#place"],
    ["tel:+33123456789", "tel:+33123456789"],
    ["a few words", ""],
    ["javascript:alert(1)", ""],
    ["//example.org", ""],
    ["", ""],
  ])("%s means %s", (typed, address) => expect(meant(typed)).toBe(address));

  it("are told from words on a clipboard", () => {
    expect(addressIn(" https://example.org/x ")).toBe("https://example.org/x");
    expect(addressIn("see https://example.org/x")).toBe("");
    expect(addressIn("example.org")).toBe("");
  });

  it("of a clipboard's link are taken only when they are safe", () => {
    const link = document.createElement("a");
    link.href = "ftp://example.org";
    expect(linkOf(link)).toBeNull();
    link.dataset.page = "7";
    expect(linkOf(link)).toEqual({ page: 7 });
  });
});

const CORPUS: { html: string[]; markdown: string[] } = JSON.parse(
  readFileSync(resolve(process.cwd(), "../../tests/cms/xss.json"), "utf8"),
);
const SAFE = /^(?:https?:\/\/|mailto:|tel:|\/(?!\/)|#)/;

/** What in drawn words could run, or leads where it should not. */
function harm(drawn: Element): string[] {
  const found: string[] = [];
  for (const element of drawn.querySelectorAll("*")) {
    if (
      /^(?:script|iframe|object|embed|base|meta|link|style|form|math|template)$/.test(
        element.localName,
      )
    ) {
      found.push(element.localName);
    }
    for (const { name, value } of element.attributes) {
      if (/^on|^srcdoc$|^formaction$/.test(name)) found.push(`${element.localName} ${name}`);
      if (/^(?:href|src|xlink:href|action)$/.test(name) && !SAFE.test(value)) found.push(value);
    }
  }
  return found;
}

describe("what tries to run", () => {
  it.each(CORPUS.html)("is words when it is pasted: %s", (html) => {
    const alert = vi.spyOn(window, "alert").mockImplementation(() => {});
    const view = editor([p("before")]);

    view.pasteHTML(html, new Event("paste") as ClipboardEvent);

    view.state.doc.check();
    view.state.doc.descendants((node) => {
      for (const mark of node.marks) {
        if (mark.type.name === "link") expect(mark.attrs.href ?? "/").toMatch(SAFE);
      }
    });
    expect(harm(view.dom)).toEqual([]);
    expect(alert).not.toHaveBeenCalled();
  });

  it.each([...CORPUS.html, ...CORPUS.markdown])(
    "is words when it is pasted as words: %s",
    (text) => {
      const view = editor([p("before")]);

      view.pasteText(text, new Event("paste") as ClipboardEvent);

      view.state.doc.check();
      expect(harm(view.dom)).toEqual([]);
    },
  );
});
