// Everything works without this file; it adds what GOV.UK components add (details, error focus, double-click guard).
import { initAll } from "./vendor/govuk/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
