// Which view is shown, the keys, the theme, and printing.

const VIEWS = {
  overview: ["Overview", overview],
  dags: ["DAGs", dagList],
  findings: ["Findings", findingsPage],
  inventory: ["Inventory", inventoryPage],
  map: ["Map", mapPage],
  waves: ["Waves", wavesPage],
  dag: ["DAG", dagPage],
};
const content = document.getElementById("content");
let current = "";
let lastDags = "#dags";

function lastList() {
  return lastDags;
}

// Filters go into the address without a step in the history.
function remember(hash) {
  if (location.hash === hash) return;
  try {
    history.replaceState(null, "", hash);
  } catch {
    location.replace(hash);
  }
  current = location.hash;
  if (hash.startsWith("#dags")) lastDags = hash;
}

function read() {
  const hash = location.hash.slice(1);
  if (hash.startsWith("dag=")) return ["dag", new URLSearchParams(hash)];
  const [view, query] = hash.split("?");
  return [VIEWS[view] && view !== "dag" ? view : "overview", new URLSearchParams(query || "")];
}

function show() {
  if (location.hash === "#content") return;
  const [view, params] = read();
  current = location.hash;
  if (view === "dags") lastDags = location.hash || "#dags";
  printing = [];
  content.replaceChildren();
  VIEWS[view][1](content, params);
  const title = view === "dag" ? params.get("dag") : VIEWS[view][0];
  document.title = `${visible(title)} - migration report: ${visible(packed.root)}`;
  for (const link of document.querySelectorAll("#nav a")) {
    const here = link.dataset.view === view || (view === "dag" && link.dataset.view === "dags");
    here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
}

// A new view starts at its top, and its first thing to read is where the keyboard is.
function arrive() {
  if (location.hash === current) return;
  if (location.hash === "#content") return;
  show();
  scrollTo(0, 0);
  content.focus({ preventScroll: true });
}

const SHORTCUTS = [
  ["/", "search"],
  ["1 to 6", "the sections"],
  ["arrow keys", "from task to task in a graph; Enter opens"],
  ["Ctrl + wheel", "zoom a graph"],
  ["Esc", "close, clear the search, or go back to the list"],
  ["?", "this list"],
];

function help() {
  const dialog = document.getElementById("help");
  dialog.replaceChildren(
    el("h2", { id: "help-title" }, "Keys"),
    el("dl", { class: "facts keys-list" }, SHORTCUTS.map(([k, what]) => el("div", {}, el("dt", {}, el("kbd", {}, k)), el("dd", {}, what)))),
    el("form", { method: "dialog" }, el("button", { autofocus: true }, "Close")),
  );
  dialog.showModal();
}

function search() {
  if (!content.querySelector(".search")) {
    location.hash = "#dags";
    show();
  }
  const input = content.querySelector(".search");
  input.focus();
  input.select();
}

function escape(event) {
  const at = document.activeElement;
  if (at?.matches?.("input.search")) {
    if (at.value) {
      at.value = "";
      at.dispatchEvent(new Event("input", { bubbles: true }));
    } else at.blur();
  } else if (at?.closest?.("details[open]") && content.contains(at)) {
    const open = at.closest("details[open]");
    open.open = false;
    open.querySelector("summary").focus();
  } else if (at?.closest?.("svg.graph")) at.blur();
  else if (read()[0] === "dag") location.hash = lastDags;
  else return;
  event.preventDefault();
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("help").open) return;
  if (event.key === "Escape") return escape(event);
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName)) return;
  const sections = [...document.querySelectorAll("#nav a")];
  if (event.key === "/") event.preventDefault(), search();
  else if (event.key === "?") help();
  else if (sections[Number(event.key) - 1]) location.hash = sections[Number(event.key) - 1].getAttribute("href");
}

// Light, dark, or as the system says. A page opened from a file may not be allowed to remember it.
const THEMES = ["auto", "light", "dark"];

function stored(value) {
  try {
    if (value === undefined) return localStorage.getItem("migration-report-theme");
    localStorage.setItem("migration-report-theme", value);
  } catch {
    // nothing is lost but the choice
  }
  return null;
}

function theme(value) {
  document.documentElement.dataset.theme = value;
  document.getElementById("theme").textContent = `Theme: ${value}`;
}

function start() {
  const nav = document.getElementById("nav");
  const counts = { dags: packed.summary.dags, findings: Object.values(packed.summary.severities).reduce((a, b) => a + b, 0), waves: packed.waves.length };
  for (const [view, [title]] of Object.entries(VIEWS))
    if (view !== "dag") nav.append(el("a", { href: `#${view}`, "data-view": view }, title, counts[view] !== undefined && el("span", { class: "nav-count" }, count(counts[view]))));
  document.getElementById("root").textContent = visible(packed.root);
  const tool = packed.tool || {};
  document.getElementById("foot").append(`Written by ${tool.name || "migrate"} scan${tool.version ? " " + tool.version : ""}${packed.airflow ? `, with Airflow ${packed.airflow}` : ", from the text of the DAG files alone"}. No line of them was run. This page asks no server for anything.`);
  document.getElementById("keys").addEventListener("click", help);
  document.getElementById("skip").addEventListener("click", (event) => (event.preventDefault(), content.focus()));
  theme(THEMES.includes(stored()) ? stored() : "auto");
  document.getElementById("theme").addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
    theme(next);
    stored(next);
  });
  addEventListener("hashchange", arrive);
  addEventListener("keydown", keys);
  addEventListener("beforeprint", () => printing.forEach((does) => does(true)));
  addEventListener("afterprint", () => printing.forEach((does) => does(false)));
  show();
}

start();
