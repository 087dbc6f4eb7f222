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
  const lifted = summary.levels.lift || 0;
  return [
    `${plural(summary.dags, "DAG")} with ${plural(summary.tasks, "task")} in ${plural(summary.dag_files, "file")}. `,
    native > 0 && `${count(native)} (${percent(native, summary.dags)}) become native Dagster code. `,
    lifted > 0 && `${count(lifted)} (${percent(lifted, summary.dags)}) run unchanged under a Dagster job until they are reworked. `,
    effort?.hours > 0 && ["All of it is estimated at ", el("strong", {}, hours(effort.hours)), between(effort), effort.landed !== undefined && [", and after ", el("strong", {}, hours(effort.landed)), " of these Dagster runs every DAG"], "."],
  ];
}

const between = (effort) => (effort.range ? ` (between ${hours(effort.range[0])} and ${hours(effort.range[1])})` : "");

function tiles(summary, effort) {
  const tile = (label, value, note, href) =>
    el(href ? "a" : "div", { class: "tile", href }, el("span", { class: "tile-label" }, label), el("span", { class: "tile-value" }, value), el("span", { class: "muted small" }, note));
  const worst = summary.severities.error || 0;
  return [
    tile("DAGs", count(summary.dags), summary.partial ? `${count(summary.partial)} read in part` : "all read in full", address("dags")),
    tile("Tasks", count(summary.tasks), `${count(Object.keys(summary.operators).length)} kinds of operator`, address("inventory")),
    tile("Effort", hours(effort?.hours), effort?.range ? `between ${hours(effort.range[0])} and ${hours(effort.range[1])}` : "of one engineer", address("dags", { sort: "-hours" })),
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
      { key: "level", label: "Level", cell: (r) => (LEVELS.includes(r.level) ? badge(r.level) : r.level) },
      { key: "dags", label: "DAGs", num: true, cell: (r) => (r.dags ? count(r.dags) : "-") },
      { key: "hours", label: "Hours", num: true, cell: (r) => hours(r.hours) },
      { key: "each", label: "Per DAG", num: true, cell: (r) => (r.dags ? hours(r.hours / r.dags) : "-") },
    ],
    rows: levelRows(effort, summary),
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
    size: 25,
  });
  return card(
    "What it costs",
    el("div", { class: "grid effort" }, el("div", {}, byLevel.node, model(effort.model)), el("div", {}, byItem.node)),
  );
}

// What is done once for the project belongs to no level.
function levelRows(effort, summary) {
  const rows = LEVELS.filter((l) => effort.by_level?.[l] !== undefined).map((level) => ({ level, dags: summary.levels[level] || 0, hours: effort.by_level[level] }));
  const rest = effort.hours - rows.reduce((sum, r) => sum + r.hours, 0);
  return rest > 0.01 ? [...rows, { level: "once for the project", hours: rest }] : rows;
}

function model({ name: title, rates, assumptions, overridden }) {
  const known = new Map(packed.rates.map((r) => [r[0], r]));
  const rows = Object.entries(rates || {}).map(([key, value]) => {
    const [, what, unit, why, spread] = known.get(key) || [key, key.replaceAll("_", " "), "", "", null];
    return { what, unit, why, spread, value, changed: overridden?.includes(key) };
  });
  return el(
    "details",
    { class: "model", open: true },
    el("summary", {}, `How this is reckoned: ${title}`),
    el("ul", { class: "plain-list small" }, (assumptions || []).map((a) => el("li", {}, sentence(a)))),
    el("details", {}, el("summary", {}, `The rates (${rows.length})`), ratesTable(rows)),
  );
}

function ratesTable(rows) {
  return table({
    caption: "Rates",
    columns: [
      { key: "what", label: "Work", wide: true, cell: (r) => [el("span", {}, r.what, r.changed && [" ", el("span", { class: "chip" }, "from the plan")]), el("span", { class: "sub-line" }, r.why)] },
      { key: "value", label: "Hours", num: true, cell: (r) => [`${r.value} h`, el("span", { class: "sub-line" }, r.unit && `per ${r.unit}`), el("span", { class: "sub-line" }, r.spread && `${+(r.value / r.spread).toFixed(2)} to ${+(r.value * r.spread).toFixed(2)}`)] },
    ],
    rows,
  }).node;
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
      brief: true,
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
      brief: true,
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
      brief: true,
      columns: [
        { key: "name", label: "Operator", value: (r) => r[0], cell: ([n]) => name(n, { class: "code" }), wide: true },
        { key: "n", label: "Tasks", num: true, first: "desc", value: (r) => r[1], cell: ([, n]) => meter(n, largest, count(n)) },
      ],
      rows,
    }).node,
  );
}
