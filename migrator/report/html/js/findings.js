// Findings: a list with filters; each opens to its help and the lines around it.

const findingText = (f) => (f.search ??= [f.code, f.message, f.file, f.dagId, f.task].join("\n").toLowerCase());

function findingRow(f, { dag = true } = {}) {
  const head = el(
    "summary",
    {},
    el("span", { class: "f-badges" }, badge(f.severity), el("span", { class: "f-code" }, f.code)),
    el("span", { class: "f-message", dir: "auto" }, sentence(f.message)),
    f.blocking && el("span", { class: "badge b-blocking", title: "A reason why its DAG is not native yet" }, "in the way"),
  );
  const where = el("p", { class: "f-where" }, place(f.file, f.line), dag && f.dagId !== null && el("span", {}, "DAG ", dagLink(f.dagId, f.dag || undefined)), f.task && el("span", {}, "task ", name(f.task, { class: "code" })));
  const item = el("details", { class: "finding" }, head);
  item.addEventListener("toggle", () => {
    if (!item.open || item.opened) return;
    item.opened = true;
    item.append(el("div", { class: "f-body" }, packed.rules[f.code] && el("p", { class: "f-title" }, packed.rules[f.code]), f.help && el("p", { dir: "auto" }, sentence(f.help)), code(f.file, f.line) || el("p", { class: "muted small" }, "The lines around it are not in this page."), el("p", { class: "muted small" }, "Accept it on its line with ", el("code", {}, `# migrate: ignore[${f.code}] reason`))));
  });
  return el("li", {}, item, where);
}

function findingList(all, options = {}) {
  const size = 25;
  let shown = all;
  let limit = size;
  const list = el("ul", { class: "findings" });
  const more = el("div", { class: "pager" });
  const draw = (start) => {
    list.replaceChildren(...shown.slice(start, start + limit).map((f) => findingRow(f, options)));
    if (!shown.length) list.append(el("li", { class: "none muted" }, "No findings."));
    more.replaceChildren(...pager(shown.length, start, limit, "findings", (to) => (draw(to), list.scrollIntoView({ block: "nearest" }))));
  };
  printing.push((on) => {
    limit = on ? MOST_PRINTED : size;
    draw(0);
  });
  draw(0);
  const box = el("div", {}, list, more);
  box.show = (rows) => ((shown = rows), draw(0));
  return box;
}

const ORDERS = {
  severity: (a, b) => a.rank - b.rank || compare(a.code, b.code) || a.index - b.index,
  code: (a, b) => compare(a.code, b.code) || a.index - b.index,
  place: (a, b) => compare(a.file, b.file) || a.line - b.line,
  dag: (a, b) => compare(a.dagId, b.dagId) || a.rank - b.rank || a.line - b.line,
};

function findingsPage(main, params) {
  const fields = [
    { key: "q", label: "Search", kind: "search", hint: "message, code, file, DAG, task" },
    { key: "severity", label: "Severity", kind: "select", options: SEVERITIES.map((s) => [s, `${s} (${count(packed.summary.severities[s])})`]) },
    { key: "code", label: "Code", kind: "select", options: tally(findings.map((f) => f.code)).map(([c, label]) => [c, `${label} ${packed.rules[c] || ""}`.slice(0, 70)]) },
    { key: "sort", label: "Order", kind: "select", options: [["code", "code"], ["place", "file and line"], ["dag", "DAG"]] },
    { key: "blocking", label: "In the way", kind: "check" },
  ];
  const total = el("p", { class: "counted", role: "status" });
  const about = el("p", { class: "muted" });
  const list = findingList([]);
  const only = { dag: params.get("dagid"), file: params.get("file") };
  const apply = (f) => {
    const wanted = words(f.q);
    const rows = findings.filter(
      (x) =>
        (!f.severity || x.severity === f.severity) &&
        (!f.code || x.code === f.code) &&
        (!f.blocking || x.blocking) &&
        (!only.dag || x.dagId === only.dag) &&
        (!only.file || x.file === only.file) &&
        matches(findingText(x), wanted),
    );
    rows.sort(ORDERS[f.sort] || ORDERS.severity);
    const inDags = new Set(rows.map((x) => x.dagId).filter((x) => x !== null)).size;
    total.textContent = `${count(rows.length)} of ${plural(findings.length, "finding")}, in ${plural(inDags, "DAG")}`;
    about.replaceChildren(...(f.code && rows.length ? [`${f.code}: `, ...sentence(`${packed.rules[f.code] || ""}. ${rows[0].help}`)] : []));
    list.show(rows);
  };
  const bar = filters("findings", params, fields, apply);
  bar.bar.querySelectorAll("select")[2].options[0].textContent = "severity";
  const narrowed = Object.entries(only).filter(([, v]) => v).map(([k, v]) => el("p", {}, `Only ${k} `, name(v, { class: "code" }), " ", el("a", { href: address("findings") }, "Show all")));
  main.append(el("h1", {}, "Findings"), ...missing("findings", "excerpts of code"), bar.bar, ...narrowed, total, about, list);
  apply(bar.state());
}
