// The first page: how much there is, where it lands, what it costs, what is in the way.

function overview(main) {
  const { summary, effort } = packed;
  main.append(
    el("h1", {}, "Overview"),
    el("p", { class: "lead" }, ...verdict(summary, effort)),
    el("div", { class: "tiles" }, tiles(summary, effort)),
    el("div", { class: "grid two" },
      card("Where the DAGs land", stack(LEVELS.map((k) => ({ kind: k, n: summary.levels[k] || 0, href: address("dags", { level: k }) })), "DAGs by level")),
      card("What becomes of the tasks", stack(DISPOSITIONS.map((k) => ({ kind: k, n: summary.dispositions[k] || 0 })), "Tasks by disposition")),
    ),
    effortCard(effort, summary),
    el("div", { class: "grid two" }, findingsCard(summary), dearest()),
    el("div", { class: "grid two" }, wavesCard(), operatorsCard(summary)),
  );
  if (packed.left_out.length)
    main.append(
      card("What is not in this page", el("p", {}, "The page is kept below 5 MB. The figures above count everything; these lists are cut (migrate scan --format json has all of it):"),
        el("ul", { class: "plain-list" }, packed.left_out.map((l) => el("li", {}, `${l.what}: ${count(l.kept)} of ${count(l.total)}`)))),
    );
}

function verdict(summary, effort) {
  const native = (summary.levels.asset || 0) + (summary.levels.job || 0);
  const ready = (summary.dispositions.native || 0) + (summary.dispositions.contracted || 0);
  const text = [
    `${plural(summary.dags, "DAG")} with ${plural(summary.tasks, "task")} in ${plural(summary.dag_files, "file")}. `,
    `${percent(native, summary.dags)} of the DAGs become native Dagster code, the others run unchanged under a Dagster job until they follow. `,
    `${percent(ready, summary.tasks)} of the tasks need no one's hand.`,
  ];
  return effort?.hours === undefined ? text : [...text, " The estimate for all of it is ", el("strong", {}, hours(effort.hours)), "."];
}

function tiles(summary, effort) {
  const tile = (label, value, note, href) =>
    el(href ? "a" : "div", { class: "tile", href }, el("span", { class: "tile-label" }, label), el("span", { class: "tile-value" }, value), el("span", { class: "muted small" }, note));
  const worst = summary.severities.error || 0;
  return [
    tile("DAGs", count(summary.dags), summary.partial ? `${count(summary.partial)} read in part` : "all read in full", address("dags")),
    tile("Tasks", count(summary.tasks), `${count(Object.keys(summary.operators).length)} kinds of operator`, address("inventory")),
    tile("Effort", hours(effort?.hours), effort?.hours ? `about ${plural(Math.max(1, Math.round(effort.hours / 8)), "person-day")}` : "nothing to do", address("dags", { sort: "-hours" })),
    tile("Findings", count(Object.values(summary.severities).reduce((a, b) => a + b, 0)), `${plural(worst, "error")}, ${plural(summary.severities.warning || 0, "warning")}`, address("findings")),
    tile("In the way", count(summary.blocking), "reasons why a DAG is not native yet", address("findings", { blocking: "yes" })),
    tile("Waves", count(packed.waves.length), "steps of the move, by dependency", address("waves")),
  ];
}

function effortCard(effort, summary) {
  if (!effort?.model) return null;
  const items = [...(effort.by_item || [])].sort((a, b) => b.hours - a.hours);
  const largest = Math.max(1, ...items.map((i) => i.hours));
  const byLevel = table({
    caption: "Hours by level",
    columns: [
      { key: "level", label: "Level", cell: (r) => badge(r.level) },
      { key: "dags", label: "DAGs", num: true, cell: (r) => count(r.dags) },
      { key: "hours", label: "Hours", num: true, cell: (r) => hours(r.hours) },
      { key: "each", label: "Per DAG", num: true, cell: (r) => (r.dags ? hours(r.hours / r.dags) : "-") },
    ],
    rows: LEVELS.filter((l) => effort.by_level?.[l] !== undefined).map((level) => ({ level, dags: summary.levels[level] || 0, hours: hoursOf(effort.by_level[level]) })),
  });
  const byItem = table({
    caption: "Hours by kind of work",
    sort: "-hours",
    columns: [
      { key: "what", label: "Work", value: (r) => r.what, cell: (r) => r.what, wide: true },
      { key: "count", label: "Count", num: true, first: "desc", value: (r) => r.count, cell: (r) => count(r.count) },
      { key: "hours", label: "Hours", num: true, first: "desc", value: (r) => r.hours, cell: (r) => meter(r.hours, largest, hours(r.hours)) },
    ],
    rows: items,
    size: 12,
  });
  return card(
    "What it costs",
    el("div", { class: "grid effort" }, el("div", {}, byLevel.node, model(effort.model)), el("div", {}, byItem.node)),
  );
}

const hoursOf = (value) => (typeof value === "number" ? value : value?.hours);

function model({ name: title, rates, assumptions }) {
  return el(
    "details",
    { class: "model", open: true },
    el("summary", {}, `How this is reckoned: the model "${title}"`),
    el("ul", { class: "plain-list" }, (assumptions || []).map((a) => el("li", {}, a))),
    el("dl", { class: "rates" }, Object.entries(rates || {}).map(([k, v]) => el("div", {}, el("dt", {}, k.replaceAll("_", " ")), el("dd", {}, typeof v === "number" ? `${v} h` : String(v))))),
  );
}

function findingsCard(summary) {
  const codes = Object.entries(summary.findings).sort((a, b) => b[1] - a[1]);
  const worst = new Map();
  for (const f of findings) worst.set(f.code, f.severity);
  const largest = Math.max(1, ...codes.map(([, n]) => n));
  return card(
    "Findings",
    stack(SEVERITIES.map((k) => ({ kind: k, n: summary.severities[k] || 0, href: address("findings", { severity: k }) })), "Findings by severity"),
    table({
      caption: "Most frequent findings",
      sort: "-n",
      size: 8,
      columns: [
        { key: "code", label: "Code", value: (r) => r[0], cell: ([c]) => el("a", { href: address("findings", { code: c }) }, c) },
        { key: "title", label: "What", cell: ([c]) => [packed.rules[c] || "", worst.get(c) === "error" ? [" ", badge("error")] : ""], wide: true },
        { key: "n", label: "Count", num: true, first: "desc", value: (r) => r[1], cell: ([, n]) => meter(n, largest, count(n)) },
      ],
      rows: codes,
    }).node,
  );
}

function dearest() {
  const top = dags.filter((d) => d.hours).sort((a, b) => b.hours - a.hours).slice(0, 10);
  const largest = top[0]?.hours || 1;
  return card(
    "Most work",
    table({
      caption: "DAGs with the most hours",
      columns: [
        { key: "id", label: "DAG", cell: (d) => dagLink(d.id, d), wide: true },
        { key: "level", label: "Level", cell: (d) => badge(d.level) },
        { key: "hours", label: "Hours", num: true, cell: (d) => meter(d.hours, largest, hours(d.hours)) },
      ],
      rows: top,
      empty: "No DAG needs work.",
    }).node,
    el("p", {}, el("a", { href: address("dags", { sort: "-hours" }) }, "All DAGs by effort")),
  );
}

function wavesCard() {
  const largest = Math.max(1, ...packed.waves.map((w) => w.hours));
  return card(
    "Waves",
    el("p", { class: "muted" }, "What can move together. Wave 1 first: nothing that stays in Airflow waits for its DAGs."),
    table({
      caption: "Waves",
      size: 10,
      columns: [
        { key: "wave", label: "Wave", cell: (w) => el("a", { href: address("waves") }, `Wave ${w.wave}`) },
        { key: "dags", label: "DAGs", num: true, cell: (w) => count(w.count) },
        { key: "levels", label: "Levels", cell: (w) => miniStack(LEVELS, LEVELS.map((l) => w.levels?.[l] || 0)) },
        { key: "hours", label: "Hours", num: true, cell: (w) => meter(w.hours, largest, hours(w.hours)) },
      ],
      rows: packed.waves,
      empty: "There are no DAGs.",
    }).node,
  );
}

function operatorsCard(summary) {
  const rows = Object.entries(summary.operators).sort((a, b) => b[1] - a[1]);
  const largest = Math.max(1, ...rows.map(([, n]) => n));
  return card(
    "Operators",
    table({
      caption: "Tasks by operator",
      sort: "-n",
      size: 10,
      columns: [
        { key: "name", label: "Operator", value: (r) => r[0], cell: ([n]) => name(n, { class: "code" }), wide: true },
        { key: "n", label: "Tasks", num: true, first: "desc", value: (r) => r[1], cell: ([, n]) => meter(n, largest, count(n)) },
      ],
      rows,
    }).node,
  );
}
