import {
  InputRule,
  inputRules,
  textblockTypeInputRule,
  wrappingInputRule,
} from "prosemirror-inputrules";
import type { MarkType, NodeType } from "prosemirror-model";
import { Selection } from "prosemirror-state";
import { schema } from "./schema.ts";

const { nodes, marks } = schema;
const type = (name: string) => nodes[name] as NodeType;

/** What Markdown writers type: `## `, `- `, `1. `, `> `, three backticks, `---`, `**b**`, `*i*`, `` `c` ``. */
export const markdown = () =>
  inputRules({
    rules: [
      textblockTypeInputRule(/^(#{1,4})\s$/, type("heading"), ([, signs = ""]) => ({
        level: Math.max(2, signs.length),
      })),
      wrappingInputRule(/^\s*[-+*]\s$/, type("bullet_list")),
      wrappingInputRule(/^\s*1[.)]\s$/, type("ordered_list")),
      textblockTypeInputRule(/^>\s$/, type("blockquote")),
      textblockTypeInputRule(
        /^```([a-z0-9+#-]{0,30})[\s]$/i,
        type("code_block"),
        ([, language]) => ({
          language: language || null,
        }),
      ),
      rule,
      ...marked(/\*\*([^\s*](?:[^*]*[^\s*])?)\*\*$/, marks.bold as MarkType),
      ...marked(/(?<![*\p{L}\p{N}])\*([^\s*](?:[^*]*[^\s*])?)\*$/u, marks.italic as MarkType),
      ...marked(/(?<![_\p{L}\p{N}])_([^\s_](?:[^_]*[^\s_])?)_$/u, marks.italic as MarkType),
      ...marked(/`([^`\s](?:[^`]*[^`\s])?)`$/, marks.code as MarkType),
    ],
  });

/** Three hyphens alone on a line of the text are a rule across it. */
const rule = new InputRule(/^(---|___|\*\*\*)$/, (state, _match, start) => {
  const $start = state.doc.resolve(start);
  if ($start.depth !== 1 || $start.parent.type !== nodes.paragraph) return null;
  const made = [type("horizontal_rule").create(), type("paragraph").create()];
  const from = $start.before();
  const tr = state.tr.replaceWith(from, $start.after(), made);
  return tr.setSelection(Selection.near(tr.doc.resolve(from + 2)));
});

function marked(pattern: RegExp, mark: MarkType): InputRule[] {
  const act = new InputRule(pattern, (state, match, start, end) => {
    const [whole = "", words = ""] = match;
    const $start = state.doc.resolve(start);
    if (!$start.parent.type.allowsMarkType(mark)) return null;
    if (state.doc.rangeHasMark(start, end, marks.code as MarkType)) return null;
    const before = $start.parent.textBetween(0, $start.parentOffset);
    if (mark !== marks.code && (before.match(/`/g)?.length ?? 0) % 2) return null; // code begins there
    const { tr } = state;
    const opening = start + whole.indexOf(words);
    if (opening + words.length < end) tr.delete(opening + words.length, end);
    tr.delete(start, opening);
    tr.addMark(start, start + words.length, mark.create());
    return tr.removeStoredMark(mark);
  });
  return [act];
}
