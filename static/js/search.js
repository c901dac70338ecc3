// The search page: says that a search is under way, and treats the filters of a narrow screen as a drawer.
// Without this file links and forms do the same, only more quietly.
"use strict";

(() => {
  const layout = document.querySelector(".search-layout");
  const drawer = document.getElementById("filters");

  const busy = (on) => {
    document.documentElement.classList.toggle("is-searching", on);
    layout?.setAttribute("aria-busy", String(on));
  };
  const leads = (link) => link.origin === location.origin && link.pathname === location.pathname && link.search !== location.search;

  document.addEventListener("submit", () => busy(true));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("main a[href]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    if (link && plain && leads(link)) busy(true);
  });
  // Coming back by the history shows the page as it was left.
  window.addEventListener("pageshow", () => busy(false));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drawer && location.hash === "#filters") location.hash = "#results";
  });
  window.addEventListener("hashchange", () => {
    if (location.hash === "#filters") drawer?.focus({ preventScroll: true });
    else if (location.hash === "#results") document.querySelector(".search-to-filters")?.focus({ preventScroll: true });
  });
})();
