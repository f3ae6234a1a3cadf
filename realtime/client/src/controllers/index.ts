import type { Definition } from "@hotwired/stimulus";
import AutosizeController from "./autosize_controller.ts";
import BannerController from "./banner_controller.ts";
import CopyController from "./copy_controller.ts";
import DialogController from "./dialog_controller.ts";
import EmbedController from "./embed_controller.ts";
import KeysController from "./keys_controller.ts";
import MenuController from "./menu_controller.ts";
import PaletteController from "./palette_controller.ts";
import RailController from "./rail_controller.ts";
import RevealController from "./reveal_controller.ts";
import SheetController from "./sheet_controller.ts";
import ThemeController from "./theme_controller.ts";
import ToastsController from "./toasts_controller.ts";
import UnsavedController from "./unsaved_controller.ts";

/** The controllers of the frame: small, and on every page. */
export const eagerControllers: Definition[] = [
  { identifier: "autosize", controllerConstructor: AutosizeController },
  { identifier: "banner", controllerConstructor: BannerController },
  { identifier: "copy", controllerConstructor: CopyController },
  { identifier: "dialog", controllerConstructor: DialogController },
  { identifier: "embed", controllerConstructor: EmbedController },
  { identifier: "keys", controllerConstructor: KeysController },
  { identifier: "menu", controllerConstructor: MenuController },
  { identifier: "palette", controllerConstructor: PaletteController },
  { identifier: "rail", controllerConstructor: RailController },
  { identifier: "reveal", controllerConstructor: RevealController },
  { identifier: "sheet", controllerConstructor: SheetController },
  { identifier: "theme", controllerConstructor: ThemeController },
  { identifier: "toasts", controllerConstructor: ToastsController },
  { identifier: "unsaved", controllerConstructor: UnsavedController },
];
