// The list of DAGs.

const dagText = (dag) =>
  (dag.search ??= [dag.id, dag.file, dag.schedule, ...dag.tags, ...dag.owners].join("\n").toLowerCase());

const tally = (values) => {
  const found = new Map();
  for (const value of values) found.set(value, (found.get(value) || 0) + 1);
  return [...found].sort((a, b) => compare(a[0], b[0])).map(([v, n]) => [String(v), `${visible(v)} (${count(n)})`]);
};

function dagList(main, params) {
  const fields = [
    { key: "q", label: "Search", kind: "search", hint: "id, file, schedule, tag, owner" },
    { key: "level", label: "Level", kind: "select", options: tally(dags.map((d) => d.level)) },
    { key: "severity", label: "Has", kind: "select", options: SEVERITIES.map((s) => [s, s === "info" ? s : `${s}s`]) },
    { key: "tag", label: "Tag", kind: "select", options: tally(dags.flatMap((d) => d.tags)).slice(0, 300) },
    { key: "owner", label: "Owner", kind: "select", options: tally(dags.flatMap((d) => d.owners)).slice(0, 300) },
    { key: "wave", label: "Wave", kind: "select", options: tally(dags.map((d) => d.wave).filter((w) => w !== undefined)) },
    { key: "partial", label: "Read in part", kind: "check" },
  ];
  const total = el("p", { class: "counted", role: "status" });
  const largest = Math.max(1, ...dags.map((d) => d.hours || 0));
  const list = table({
    caption: "DAGs",
    numbered: "DAGs",
    rows: [],
    sort: params.get("sort") || "id",
    onsort: (order) => bar.sorted(order),
    empty: "No DAG matches these filters.",
    columns: [
      { key: "id", label: "DAG", wide: true, value: (d) => d.id, cell: (d) => [dagLink(d.id, d), d.partial && [" ", el("span", { class: "badge b-partial", title: "Its text alone does not say all of its tasks" }, "in part")], el("span", { class: "sub-line" }, name(d.file))] },
      { key: "level", label: "Level", value: (d) => LEVELS.indexOf(d.level), cell: (d) => badge(d.level) },
      { key: "schedule", label: "Schedule", value: (d) => d.schedule || null, cell: (d) => (d.schedule ? name(d.schedule, { class: "code short" }) : el("span", { class: "muted" }, "none")) },
      { key: "tasks", label: "Tasks", num: true, first: "desc", value: (d) => d.tasks || 0, cell: (d) => el("span", { class: "tasks" }, count(d.tasks), miniStack(DISPOSITIONS, d.dispositions)) },
      { key: "found", label: "Findings", first: "desc", value: (d) => d.found[0] * 1e8 + d.found[1] * 1e4 + d.found[2], cell: (d) => severityCounts(d.found) },
      { key: "hours", label: "Hours", num: true, first: "desc", value: (d) => d.hours ?? null, cell: (d) => meter(d.hours || 0, largest, hours(d.hours)) },
      { key: "wave", label: "Wave", num: true, value: (d) => d.wave ?? null, cell: (d) => d.wave ?? el("span", { class: "muted" }, "-") },
    ],
  });
  const apply = (f) => {
    const wanted = words(f.q);
    const at = SEVERITIES.indexOf(f.severity);
    const rows = dags.filter(
      (d) =>
        (!f.level || d.level === f.level) &&
        (at < 0 || d.found[at]) &&
        (!f.tag || d.tags.includes(f.tag)) &&
        (!f.owner || d.owners.includes(f.owner)) &&
        (!f.wave || String(d.wave) === f.wave) &&
        (!f.partial || d.partial) &&
        matches(dagText(d), wanted),
    );
    const sum = rows.reduce((all, d) => all + (d.hours || 0), 0);
    total.textContent = `${count(rows.length)} of ${plural(dags.length, "DAG")}, ${hours(sum)}`;
    list.set(rows);
  };
  const bar = filters("dags", params, fields, apply);
  main.append(el("h1", {}, "DAGs"), ...missing("DAGs"), bar.bar, total, list.node);
  apply(bar.state());
}
