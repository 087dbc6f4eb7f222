// A table that sorts, and shows a page of its rows at a time: thousands of rows stay quick.

const PAGE = 100;
const MOST_PRINTED = 1000;
const collator = new Intl.Collator("en", { numeric: true });
let printing = []; // what the current view does before and after it is printed

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
}

// columns: {key, label, cell(row), value(row), num, first: "desc", wide}; sort: "key" or "-key".
// A brief table has only its first page on paper.
function table({ columns, rows, sort, onsort, caption, empty = "Nothing matches.", size = PAGE, numbered = "rows", brief }) {
  let [shown, at, order, limit] = [rows, 0, sort || "", size];
  const body = el("tbody", { role: "rowgroup" });
  const head = el("tr", { role: "row" });
  const more = el("div", { class: "pager" });
  const node = el(
    "div",
    { class: "table-box" },
    el("table", { role: "table" }, el("caption", { class: "sr" }, caption), el("thead", { role: "rowgroup" }, head), body),
    more,
  );
  const headers = columns.map((column) => {
    const th = el("th", { scope: "col", role: "columnheader", class: column.num ? "num" : null });
    if (!column.value) th.append(column.label);
    else th.append(el("button", { type: "button", class: "sort", onclick: () => sortBy(column) }, column.label, el("span", { class: "arrow", "aria-hidden": "true" })));
    head.append(th);
    return th;
  });

  function sortBy(column) {
    const first = column.first === "desc" ? `-${column.key}` : column.key;
    const second = column.first === "desc" ? column.key : `-${column.key}`;
    order = order === first ? second : first;
    onsort?.(order);
    arrange();
    draw(0);
  }

  function arrange() {
    const key = order.replace(/^-/, "");
    columns.forEach((column, i) => {
      if (column.value) headers[i].setAttribute("aria-sort", column.key !== key ? "none" : order.startsWith("-") ? "descending" : "ascending");
    });
    const by = columns.find((column) => column.key === key && column.value);
    if (!by) return;
    const sign = order.startsWith("-") ? -1 : 1;
    shown = [...shown].sort((a, b) => {
      const [x, y] = [by.value(a), by.value(b)];
      const none = x === null || x === undefined || y === null || y === undefined;
      return (none ? 1 : sign) * compare(x, y);
    });
  }

  function draw(start) {
    at = start;
    body.replaceChildren(
      ...shown.slice(at, at + limit).map((row) =>
        el("tr", { role: "row" }, columns.map((c) => el("td", { role: "cell", class: [c.num ? "num" : "", c.wide ? "wide" : ""].join(" ").trim() || null, "data-label": c.label }, c.cell(row)))),
      ),
    );
    if (!shown.length) body.append(el("tr", { role: "row" }, el("td", { role: "cell", colspan: columns.length, class: "none" }, empty)));
    more.replaceChildren(...pager(shown.length, at, limit, numbered, (to) => (draw(to), node.scrollIntoView({ block: "nearest" }))));
  }

  if (!brief)
    printing.push((on) => {
      limit = on ? MOST_PRINTED : size;
      draw(0);
    });
  const reach = (row) => draw(Math.floor(Math.max(0, shown.indexOf(row)) / limit) * limit);
  const set = (rows) => {
    shown = rows;
    arrange();
    draw(0);
  };
  set(rows);
  return { node, set, reach };
}

function pager(total, at, limit, numbered, go) {
  if (total <= limit) return [];
  const last = Math.floor((total - 1) / limit) * limit;
  const button = (label, to, off) => el("button", { type: "button", disabled: off, onclick: () => go(to) }, label);
  return [
    el("span", { class: "muted" }, `${count(at + 1)} to ${count(Math.min(total, at + limit))} of ${count(total)} ${numbered}`),
    el("span", { class: "pager-buttons" }, button("First", 0, at === 0), button("Previous", at - limit, at === 0), button("Next", at + limit, at === last), button("Last", last, at === last)),
  ];
}

// A row of filters bound to the address: `fields` are {key, label, kind: "search" | "select" | "check", options}.
function filters(view, params, fields, apply) {
  const bar = el("form", { class: "filters", role: "search", "aria-label": "Filter", onsubmit: (e) => e.preventDefault() });
  const inputs = new Map();
  const state = () => Object.fromEntries([...inputs].map(([k, i]) => [k, i.type === "checkbox" ? (i.checked ? "yes" : "") : i.value]));
  const changed = () => {
    const now = state();
    const rest = Object.fromEntries([...params].filter(([k]) => !inputs.has(k)));
    remember(address(view, { ...rest, ...now }));
    clear.hidden = !Object.values(now).some(Boolean);
    apply(now);
  };
  for (const field of fields) {
    const input = control(field, params.get(field.key) || "");
    input.addEventListener(field.kind === "search" ? "input" : "change", changed);
    inputs.set(field.key, input);
    bar.append(el("label", { class: `field f-${field.kind}` }, el("span", {}, field.label), input));
  }
  const clear = el("button", { type: "button", class: "plain clear", onclick: () => reset() }, "Clear filters");
  const reset = () => {
    for (const input of inputs.values()) input.type === "checkbox" ? (input.checked = false) : (input.value = "");
    changed();
    inputs.values().next().value.focus();
  };
  clear.hidden = !Object.values(state()).some(Boolean);
  bar.append(clear);
  return { bar, state, sorted: (order) => (params.set("sort", order), changed()) };
}

function control(field, value) {
  if (field.kind === "select") {
    const select = el("select", {}, el("option", { value: "" }, "all"), field.options.map(([v, label]) => el("option", { value: v }, label)));
    if (value && !field.options.some(([v]) => v === value)) select.append(el("option", { value }, value));
    select.value = value;
    return select;
  }
  if (field.kind === "check") {
    const box = el("input", { type: "checkbox" });
    box.checked = value === "yes";
    return box;
  }
  const input = el("input", { type: "search", class: "search", placeholder: field.hint, autocomplete: "off", spellcheck: "false", "aria-keyshortcuts": "/" });
  input.value = value;
  return input;
}

// Every word of the search must be somewhere in the text.
const words = (query) => (query || "").toLowerCase().split(/\s+/).filter(Boolean);
const matches = (text, wanted) => wanted.every((word) => text.includes(word));
