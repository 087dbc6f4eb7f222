// One DAG: its tasks beside what they become, and all that is known of it.

function dagPage(main, params) {
  const id = params.get("dag");
  const dag = dags.find((d) => d.id === id && (!params.get("file") || d.file === params.get("file")));
  main.append(el("p", { class: "crumbs" }, el("a", { href: lastList(), id: "up" }, "All DAGs"), neighbours(dag)));
  if (!dag) {
    main.append(el("h1", {}, "No such DAG"), el("p", {}, "This page has no DAG ", name(id || "", { class: "code" }), "."), ...missing("DAGs"));
    return;
  }
  const more = detail(dag);
  main.append(
    el("h1", { class: "dag-title" }, name(dag.id), badge(dag.level)),
    el("p", { class: "muted" }, place(dag.file, dag.line), ` Level ${dag.level}: ${MEANING[dag.level]}.`),
  );
  if (!more) {
    main.append(el("p", { class: "note" }, "The tasks of this DAG are not in this page, which is kept below 5 MB: scan its folder alone, or use migrate scan --format json."), factsOf(dag, {}), findingsOf(dag));
    return;
  }
  if (dag.partial) main.append(el("p", { class: "note" }, "Read in part: ", more.partial_reason || "the text alone does not say which tasks there are", ". With --airflow-python the scan asks Airflow itself."));
  if (more.description) main.append(el("p", { dir: "auto" }, more.description));
  main.append(factsOf(dag, more), graphs(dag, more), findingsOf(dag), tasksOf(dag, more));
  main.append(el("div", { class: "grid two" }, effortOf(dag, more), linksOf(dag, more)), el("div", { class: "grid two" }, needsOf(more), more.doc && card("Documentation", el("pre", { class: "doc", dir: "auto", tabindex: "0" }, more.doc))));
}

function neighbours(dag) {
  if (!dag) return null;
  const link = (to, text) => to && el("a", { href: dagAddress(to), "aria-label": `${text} DAG: ${to.id}` }, text);
  return el("span", { class: "steps" }, link(dags[dag.index - 1], "Previous"), link(dags[dag.index + 1], "Next"));
}

function factsOf(dag, more) {
  return facts([
    ["Schedule", dag.schedule ? name(dag.schedule, { class: "code" }) : "none"],
    ["Start", more.start_date],
    ["Catch up", more.catchup === undefined || more.catchup === null ? "" : more.catchup ? "yes" : "no"],
    ["Time zone", more.timezone],
    ["Tasks", count(dag.tasks)],
    ["Effort", hours(dag.hours)],
    ["Wave", dag.wave === undefined ? "" : el("a", { href: address("waves") }, String(dag.wave))],
    ["Dagster job", more.job && name(more.job, { class: "code" })],
    ["Owners", dag.owners.length && dag.owners.map((o, i) => [i ? ", " : "", el("a", { href: address("dags", { owner: o }) }, name(o))])],
    ["Tags", dag.tags.length && dag.tags.map((t) => [el("a", { class: "tag", href: address("dags", { tag: t }) }, name(t)), " "])],
  ].filter(([, v]) => v !== 0));
}

// The last part of an id inside its group: the box says the rest.
const shortId = (task) => (task.group && task.id.startsWith(task.group + ".") ? task.id.slice(task.group.length + 1) : task.id);

function taskSaid(task, more) {
  const into = task.nodes.map((n) => `${more.nodes[n].kind} ${more.nodes[n].id}`);
  return [
    `${task.id}: ${task.operator}, ${task.disposition}`,
    task.mapped ? "mapped" : "",
    task.rule ? `trigger rule ${task.rule}` : "",
    task.upstream.length ? `after ${task.upstream.map((u) => more.tasks[u].id).join(", ")}` : "",
    into.length ? `becomes ${into.join(", ")}` : "has no node in Dagster",
  ].filter(Boolean).join("; ");
}

const nodeSaid = (node, more) => `${node.kind} ${node.id}, from ${node.members.length ? node.members.map((m) => more.tasks[m].id).join(", ") : "no task"}`;

function parentsOf(groups) {
  const parents = new Map(groups.map((g) => [g, null]));
  for (const group of groups)
    for (let dot = group.lastIndexOf("."); dot > 0; dot = group.lastIndexOf(".", dot - 1))
      if (parents.has(group.slice(0, dot))) {
        parents.set(group, group.slice(0, dot));
        break;
      }
  return parents;
}

function airflowGraph(dag, more) {
  return {
    title: `Airflow tasks of ${dag.id}`,
    groups: parentsOf([...new Set([...more.groups, ...more.tasks.map((t) => t.group).filter(Boolean)])]),
    nodes: more.tasks.map((t) => ({ label: shortId(t), sub: [t.operator, t.mapped && "mapped", t.disposition !== "native" && t.disposition].filter(Boolean).join(", "), mark: t.rule, mapped: t.mapped, kind: t.disposition, group: t.group, said: taskSaid(t, more), open: () => toRow(t, more) })),
    edges: more.tasks.flatMap((t) => t.upstream.map((u) => ({ from: u, to: t.place, kind: t.data.includes(u) ? "data" : "plain", said: `${more.tasks[u].id} then ${t.id}${t.data.includes(u) ? ", passes data" : ""}` }))),
  };
}

// What all asset keys begin with is said once.
function sharedPrefix(nodes) {
  const first = nodes[0]?.id || "";
  const prefix = first.slice(0, first.lastIndexOf("/") + 1);
  return nodes.every((n) => n.id.startsWith(prefix)) ? prefix : "";
}

function dagsterGraph(dag, more) {
  const prefix = sharedPrefix(more.nodes);
  return {
    title: `Dagster graph of ${dag.id}`,
    prefix,
    nodes: more.nodes.map((n) => ({ label: n.id.slice(prefix.length), sub: n.kind + (n.members.length > 1 ? `, ${n.members.length} tasks` : ""), kind: n.kind, said: nodeSaid(n, more) })),
    edges: more.edges.map(([from, to]) => ({ from, to, said: `${more.nodes[from].id} then ${more.nodes[to].id}` })),
  };
}

function toRow(task, more) {
  more.list.reach(task);
  const row = document.getElementById(`task-${task.place}`);
  row?.scrollIntoView({ block: "center" });
  row?.classList.add("flash");
  setTimeout(() => row?.classList.remove("flash"), 1600);
}

function graphs(dag, more) {
  const section = card("Graph");
  const draw = () => {
    const width = section.clientWidth || Math.min(innerWidth - 40, 1180);
    const widths = width < 720 ? [width - 34] : [(width - 56) / 2, width - 42];
    const sides = [sizedGraph(airflowGraph(dag, more)), sizedGraph(dagsterGraph(dag, more))];
    const height = Math.max(280, Math.min(640, innerHeight * 0.7));
    const way = bestWay(sides, widths, height);
    section.append(...panes(sides, way, more), edgeTable(more));
    if (way.width === widths[1]) section.classList.add("stacked");
  };
  const large = Math.max(more.tasks.length, more.nodes.length);
  if (large > MOST_DRAWN)
    section.append(el("p", {}, `This DAG has ${count(large)} tasks. `, el("button", { type: "button", onclick: (e) => (e.target.parentNode.remove(), draw()) }, "Draw it all the same")));
  else if (!large) section.append(el("p", { class: "muted" }, "No task was found in this DAG."));
  else queueMicrotask(draw);
  return section;
}

function panes(sides, options, more) {
  const said = el("p", { class: "graph-said muted", "aria-live": "polite" });
  const hint = "Point at a task, or walk with the arrow keys, to see what it becomes. Enter goes to its row.";
  said.textContent = hint;
  const peers = [more.tasks.map((t) => t.nodes), more.nodes.map((n) => n.members)];
  const pictures = sides.map((side, s) =>
    picture(side, { ...options, onfocus: (i, on) => {
      pictures[s].mark([i], on);
      pictures[1 - s].mark(peers[s][i], on);
      said.textContent = on ? visible(side.nodes[i].said) : hint;
    } }),
  );
  const heading = ["Airflow today", "Dagster after"];
  const legends = [legend([...new Set(more.tasks.map((t) => t.disposition))], DISPOSITIONS), legend([...new Set(more.nodes.map((n) => n.kind))], ["asset", "op", "step"])];
  const pairs = pictures.map((p, s) =>
    el("figure", { class: "pane" }, el("figcaption", {}, el("h3", {}, heading[s]), legends[s], sides[s].prefix && el("span", { class: "muted small" }, "keys under ", name(sides[s].prefix, { class: "code" })), p.tools), sides[s].nodes.length ? p.box : el("p", { class: "muted" }, "Nothing of it is native yet: the DAG runs as a whole in its Airflow.")),
  );
  return [el("div", { class: "panes" }, pairs), said];
}

const legend = (kinds, order) =>
  el("ul", { class: "keys" }, order.filter((k) => kinds.includes(k)).map((k) => el("li", { title: MEANING[k] }, el("span", { class: `dot s-${k}`, "aria-hidden": "true" }), k)));

function edgeTable(more) {
  const rows = [
    ...more.tasks.flatMap((t) => t.upstream.map((u) => ["Airflow", more.tasks[u].id, t.id, t.data.includes(u) ? "order and data" : "order"])),
    ...more.edges.map(([a, b]) => ["Dagster", more.nodes[a].id, more.nodes[b].id, "dependency"]),
  ];
  const column = (label, i) => ({ key: String(i), label, value: (r) => r[i], cell: (r) => (i === 1 || i === 2 ? name(r[i], { class: "code" }) : r[i]) });
  return el("details", { class: "edges" }, el("summary", {}, `Both graphs as a table (${plural(rows.length, "edge")})`), table({ caption: "Edges", columns: ["Graph", "From", "To", "Kind"].map(column), rows, numbered: "edges", empty: "There are no edges." }).node);
}

function findingsOf(dag) {
  const here = [...dag.findings].sort((a, b) => b.blocking - a.blocking || a.rank - b.rank || a.line - b.line);
  const file = byFile.get(dag.file) || [];
  const shown = dag.found.reduce((a, b) => a + b, 0);
  const blocking = here.filter((f) => f.blocking).length;
  return card(
    `Findings (${count(shown)})`,
    blocking > 0 && el("p", {}, `${plural(blocking, "finding")} marked "in the way" ${blocking === 1 ? "is" : "are"} why this DAG is at level ${dag.level}.`),
    here.length < shown && !dag.twin && el("p", { class: "note" }, `${count(here.length)} of ${count(shown)} are in this page.`),
    findingList(here, { dag: false }),
    file.length > 0 && [el("h3", {}, `In its file, of no DAG (${count(file.length)})`), findingList(file, { dag: false })],
  );
}

function tasksOf(dag, more) {
  more.list = table({
    caption: `Tasks of ${dag.id}`,
    numbered: "tasks",
    rows: more.tasks,
    columns: [
      { key: "id", label: "Task", wide: true, value: (t) => t.id, cell: (t) => [name(t.id, { class: "id", id: `task-${t.place}` }), t.taskflow && el("span", { class: "chip" }, "@task"), t.mapped && el("span", { class: "chip" }, "mapped")] },
      { key: "operator", label: "Operator", value: (t) => t.operator, cell: (t) => name(t.operator, { class: "code" }) },
      { key: "disposition", label: "Becomes", value: (t) => DISPOSITIONS.indexOf(t.disposition), cell: (t) => [badge(t.disposition), " ", t.nodes.map((n) => [name(more.nodes[n].id, { class: "code" }), " "])] },
      { key: "upstream", label: "After", first: "desc", value: (t) => t.upstream.length, cell: (t) => (t.upstream.length ? afterCell(t, more) : el("span", { class: "muted" }, "-")) },
      { key: "rule", label: "Rule, retries, pool", value: (t) => t.rule, cell: (t) => [t.rule, t.retries ? plural(t.retries, "retry", "retries") : null, t.pool ? `pool ${t.pool}` : null].filter(Boolean).join(", ") || el("span", { class: "muted" }, "-") },
      { key: "line", label: "Place", num: true, value: (t) => t.line, cell: (t) => el("span", { class: "place" }, t.file === dag.file ? `line ${t.line}` : `${t.file}:${t.line}`, copyButton(`${t.file}:${t.line}`)) },
    ],
  });
  return card(`Tasks (${count(more.tasks.length)})`, more.list.node);
}

function afterCell(task, more) {
  const ids = task.upstream.map((u) => more.tasks[u].id);
  return [name(ids.slice(0, 4).join(", "), { class: "code" }), ids.length > 4 && el("span", { class: "muted", title: ids.slice(4, 60).join(", ") }, ` and ${ids.length - 4} more`)];
}

function effortOf(dag, more) {
  if (!more.effort.length) return card("Effort", el("p", { class: "muted" }, `${hours(dag.hours)}: nothing to do by hand.`));
  const largest = Math.max(...more.effort.map((i) => i.hours));
  return card(
    `Effort: ${hours(dag.hours)}`,
    table({
      caption: "Effort",
      sort: "-hours",
      columns: [
        { key: "what", label: "Work", wide: true, value: (i) => i.what, cell: (i) => i.what },
        { key: "count", label: "Count", num: true, value: (i) => i.count, cell: (i) => count(i.count) },
        { key: "hours", label: "Hours", num: true, first: "desc", value: (i) => i.hours, cell: (i) => meter(i.hours, largest, hours(i.hours)) },
      ],
      rows: more.effort,
    }).node,
  );
}

function linksOf(dag, more) {
  const item = (id, link) => el("li", {}, dagLink(id), el("span", { class: "muted" }, ` ${link.kind.replaceAll("_", " ")} `, name(link.via || "", { class: "code" })), link.missing && badge("missing", "not scanned"));
  const unknown = more.links.filter((l) => !l.dag_id);
  if (!dag.before.length && !dag.after.length && !unknown.length) return card("Other DAGs", el("p", { class: "muted" }, "Stands alone: no other DAG waits for it, triggers it or reads its datasets."));
  const part = (title, all, end) => all.length > 0 && [el("h3", {}, title), el("ul", { class: "plain-list" }, all.slice(0, 50).map((l) => item(l[end], l)), all.length > 50 && el("li", { class: "muted" }, `and ${all.length - 50} more`))];
  return card(
    "Other DAGs",
    part("Runs after", dag.before, "from"),
    part("Runs before", dag.after, "to"),
    unknown.length > 0 && [el("h3", {}, "Not known by its text"), el("ul", { class: "plain-list" }, unknown.map((l) => el("li", {}, `${l.kind.replaceAll("_", " ")} in task `, name(l.task_id || "", { class: "code" }), ` (line ${l.line})`)))],
    el("p", {}, el("a", { href: address("map", { dag: dag.id }) }, "Show on the map")),
  );
}

function needsOf(more) {
  const kinds = Object.entries(more.inventory);
  if (!kinds.length) return card("Needs", el("p", { class: "muted" }, "No variable, connection, dataset or file was seen in it."));
  const list = (kind, value) => (Array.isArray(value) ? value.map((v) => el("span", { class: "chip" }, name(v))) : Object.entries(value).map(([k, n]) => el("span", { class: "chip" }, `${k} ${n}`)));
  return card("Needs", facts(kinds.map(([kind, value]) => [kind.replace("dataset_", "dataset, "), list(kind, value)])));
}
