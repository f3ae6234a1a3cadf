import "@styles/main.css";
import "@github/relative-time-element";
import "./lib/htmx.ts";
import { Application } from "@hotwired/stimulus";
import { eagerControllers } from "./controllers/index.ts";
import { tellServer } from "./lib/cookie.ts";
import { loadOnSight } from "./lib/lazy.ts";

tellServer("parvis_script", "1"); // what is read is told from here, so that the server need not guess it

const application = Application.start();
application.load(eagerControllers);

// A controller or an element of another folder arrives when the page holds it:
// `threads/composer_controller.ts` for data-controller="composer",
// `elements/word-count.ts` for <word-count>.
loadOnSight(
  application,
  import.meta.glob<{ default: never }>(["./*/*_controller.ts", "!./controllers/*"]),
  import.meta.glob("./elements/*.ts"),
);
