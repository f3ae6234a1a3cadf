import { Plugin, type Selection } from "prosemirror-state";
import { absolutePositionToRelativePosition, ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";

/** Two ends that move with the text, as y-prosemirror keeps them. */
interface KeptSelection {
  type: string;
  anchor: Y.RelativePosition | null;
  head: Y.RelativePosition | null;
}

export interface Binding {
  doc: Y.Doc;
  type: Y.XmlFragment;
  mapping: Parameters<typeof absolutePositionToRelativePosition>[2];
  beforeTransactionSelection: KeptSelection | null;
}

/** What others add at an end of a kept place stays outside of it: before where it begins, behind where it ends. */
type Side = "begins" | "ends";

function keptEnd(
  { doc, type, mapping }: Binding,
  at: number,
  side: Side,
): Y.RelativePosition | null {
  const kept = absolutePositionToRelativePosition(at, type, mapping);
  const found = kept && Y.createAbsolutePositionFromRelativePosition(kept, doc);
  return found
    ? Y.createRelativePositionFromTypeIndex(found.type, found.index, side === "begins" ? 0 : -1)
    : kept;
}

/** The two ends of a selection; a caret stays behind the letter it stands behind. */
export function keptSelection(
  binding: Binding,
  { anchor, head, empty }: Selection,
): Pick<KeptSelection, "anchor" | "head"> {
  return {
    anchor: keptEnd(binding, anchor, !empty && anchor < head ? "begins" : "ends"),
    head: keptEnd(binding, head, !empty && head < anchor ? "begins" : "ends"),
  };
}

/**
 * Holds the caret where somebody writes. Where another writes at the same place, the binding would push
 * it behind their words, and the next Backspace would take those away. It stands after `ySyncPlugin`.
 */
export function steadyCaret(): Plugin {
  return new Plugin({
    view(view) {
      const binding = ySyncPluginKey.getState(view.state).binding as Binding;
      const keep = () => {
        const { selection } = view.state;
        const type = (selection.toJSON() as { type: string }).type;
        if (type !== "text") return;
        binding.beforeTransactionSelection = { type, ...keptSelection(binding, selection) };
      };
      binding.doc.on("beforeAllTransactions", keep);
      return { destroy: () => binding.doc.off("beforeAllTransactions", keep) };
    },
  });
}
