import htmx from "htmx.org";
import { csrfToken } from "./http.ts";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

document.addEventListener("htmx:configRequest", (event) => {
  (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers["X-CSRFToken"] =
    csrfToken();
});

export default htmx;
