// What the DAGs need from outside.

const KINDS = {
  connections: ["Connections", "become resources"],
  default_connections: ["Default connections", "not named in a DAG: what an operator or a hook uses of itself"],
  variables: ["Variables", "become configuration or environment variables"],
  environment: ["Environment variables", "must be set for Dagster as well"],
  pools: ["Pools", "become concurrency limits"],
  packages: ["Packages", "top-level imports of the DAG files"],
  files: ["Files", "read beside the DAGs"],
  templates: ["Templates", "what Jinja texts ask for, by kind"],
};

function inventoryPage(main, params) {
  const query = params.get("q") || "";
  const box = el("div", {});
  const apply = (f) => box.replaceChildren(...inventoryCards(words(f.q)));
  const bar = filters("inventory", params, [{ key: "q", label: "Search", kind: "search", hint: "a name" }], apply);
  main.append(
    el("h1", {}, "Inventory"),
    el("p", { class: "muted" }, "Names that the DAGs ask for. No values: the scan reads none."),
    ...missing(...Object.keys(packed.inventory).map((k) => `${k} in the inventory`)),
    bar.bar,
    box,
  );
  apply({ q: query });
}

function inventoryCards(wanted) {
  printing = [];
  const [cards, empty] = [[], []];
  for (const [kind, rows] of Object.entries(packed.inventory)) {
    if (kind === "datasets") continue;
    const [title, note] = KINDS[kind] || [kind.replaceAll("_", " "), ""];
    const found = rows.filter(([n]) => matches(String(n).toLowerCase(), wanted));
    if (!found.length) empty.push(title.toLowerCase());
    else cards.push(card(`${title} (${count(found.length)})`, el("p", { class: "muted" }, note), nameTable(title, found, kind === "templates" ? "Uses" : "DAGs")));
  }
  const sets = (packed.inventory.datasets || []).filter((d) => matches(d[0].toLowerCase(), wanted));
  if (!sets.length) empty.push("datasets");
  return [
    el("div", { class: "grid two" }, cards),
    sets.length > 0 && card(`Datasets (${count(sets.length)})`, el("p", { class: "muted" }, "become assets that others depend on"), datasetTable(sets)),
    empty.length > 0 && el("p", { class: "muted" }, `${wanted.length ? "Nothing of that name" : "None seen"}: ${empty.join(", ")}.`),
  ].filter(Boolean);
}

function nameTable(title, rows, label) {
  const largest = Math.max(...rows.map((r) => r[1]));
  return table({
    caption: title,
    sort: "-n",
    size: 10,
    numbered: "names",
    columns: [
      { key: "name", label: "Name", wide: true, value: (r) => r[0], cell: ([n]) => name(n, { class: "code" }) },
      { key: "n", label, num: true, first: "desc", value: (r) => r[1], cell: ([, n]) => meter(n, largest, count(n)) },
    ],
    rows,
  }).node;
}

function datasetTable(rows) {
  const ends = (list) => (list.length ? list.map((end, i) => [i ? ", " : "", dagLink(idOf(end))]) : el("span", { class: "muted" }, "nobody"));
  return table({
    caption: "Datasets",
    size: 25,
    numbered: "datasets",
    columns: [
      { key: "uri", label: "Dataset", wide: true, value: (d) => d[0], cell: (d) => name(d[0], { class: "code" }) },
      { key: "producers", label: "Written by", first: "desc", value: (d) => d[1].length, cell: (d) => ends(d[1]) },
      { key: "consumers", label: "Starts", first: "desc", value: (d) => d[2].length, cell: (d) => ends(d[2]) },
    ],
    rows,
  }).node;
}
