// How DAGs depend on each other: groups of DAGs that hang together, drawn one at a time.

const TOGETHER = 120; // DAGs up to which all groups are drawn at once
const NEAR = 250; // DAGs in one picture; a larger group is shown around one DAG

function groupsOfDags() {
  const near = new Map();
  for (const link of links)
    for (const [a, b] of [[link.from, link.to], [link.to, link.from]]) {
      if (!near.has(a)) near.set(a, new Set());
      near.get(a).add(b);
    }
  const seen = new Set();
  const groups = [];
  for (const start of near.keys()) {
    if (seen.has(start)) continue;
    const members = [start];
    seen.add(start);
    for (let i = 0; i < members.length; i++) for (const next of near.get(members[i])) if (!seen.has(next)) seen.add(next), members.push(next);
    groups.push(members.sort(compare));
  }
  return { near, groups: groups.sort((a, b) => b.length - a.length || compare(a[0], b[0])) };
}

// The DAGs nearest to one, as many as a picture can show.
function around(id, near) {
  const members = [id];
  const seen = new Set(members);
  for (let i = 0; i < members.length && members.length < NEAR; i++)
    for (const next of near.get(members[i]) || []) if (!seen.has(next) && members.length < NEAR) seen.add(next), members.push(next);
  return members;
}

function mapPage(main, params) {
  const { near, groups } = groupsOfDags();
  const linked = new Set(near.keys());
  main.append(
    el("h1", {}, "Map"),
    el("p", { class: "muted" }, `${plural(links.length, "link")} between ${plural(linked.size, "DAG")}, in ${plural(groups.length, "group")} that hang together; ${plural(dags.filter((d) => !linked.has(d.id)).length, "DAG stands alone", "DAGs stand alone")}.`),
    ...missing("links between DAGs"),
  );
  if (!groups.length) return;
  if (groups.length > 1 && linked.size <= TOGETHER) groups.unshift([...linked].sort(compare));
  const asked = params.get("dag");
  const home = groups.findIndex((g) => g.includes(asked));
  const select = el("select", {}, groups.map((g, i) => el("option", { value: i }, g.length === linked.size ? `all ${plural(g.length, "DAG")}` : `${plural(g.length, "DAG")}: ${visible(g[0]).slice(0, 50)} ...`)));
  const find = el("input", { type: "search", class: "search", list: "linked", placeholder: "a DAG", autocomplete: "off", "aria-keyshortcuts": "/" });
  const options = el("datalist", { id: "linked" }, [...linked].sort(compare).slice(0, 2000).map((id) => el("option", { value: visible(id) })));
  const box = el("div", {});
  const show = (group, focus) => {
    select.value = group;
    remember(address("map", { dag: focus, group: focus ? "" : group }));
    box.replaceChildren(...mapOf(groups[group], near, focus));
  };
  select.addEventListener("change", () => ((find.value = ""), show(Number(select.value), null)));
  find.addEventListener("input", () => {
    const wanted = find.value.toLowerCase();
    if (!wanted) return;
    const id = [...linked].find((d) => visible(d) === find.value) || (find.value.length > 2 && [...linked].sort(compare).find((d) => d.toLowerCase().includes(wanted)));
    if (id) show(groups.findIndex((g) => g.includes(id)), id);
  });
  main.append(
    el("form", { class: "filters", role: "search", onsubmit: (e) => e.preventDefault() }, el("label", { class: "field f-search" }, el("span", {}, "Find"), find, options), el("label", { class: "field f-select roomy" }, el("span", {}, "Group"), select)),
    box,
  );
  queueMicrotask(() => show(home >= 0 ? home : Math.min(groups.length - 1, Number(params.get("group")) || 0), home >= 0 ? asked : null));
}

function mapOf(group, near, focus) {
  printing = [];
  const all = group.length <= NEAR;
  const hub = focus || [...group].sort((a, b) => near.get(b).size - near.get(a).size)[0];
  const members = all ? group : around(hub, near);
  const at = new Map(members.map((id, i) => [id, i]));
  const inside = links.filter((l) => at.has(l.from) && at.has(l.to));
  const graph = sizedGraph({
    title: "DAGs and their links",
    nodes: members.map((id) => mapNode(id)),
    edges: inside.map((l) => ({ from: at.get(l.from), to: at.get(l.to), kind: l.kind, said: `${l.from} ${said(l)} ${l.to}` })),
  });
  const width = Math.min(innerWidth - 48, 1200);
  const height = Math.max(320, innerHeight * 0.72);
  const pic = picture(graph, { ...bestWay([graph], [width], height), onfocus: (i, on) => pic.mark([i, ...neighboursOf(i, graph)], on) });
  const start = at.get(focus);
  if (start !== undefined) pic.nodes[start].classList.add("chosen"), queueMicrotask(() => reveal(pic.nodes[start], pic.box));
  return [
    !all && el("p", { class: "note" }, `This group has ${count(group.length)} DAGs. The ${NEAR} nearest to `, name(hub, { class: "code" }), " are drawn; find another DAG to see what is around it."),
    el("figure", { class: "card pane map" }, el("figcaption", {}, el("h2", {}, plural(members.length, "DAG")), el("ul", { class: "keys" }, [...LEVELS, "missing"].map((k) => el("li", {}, el("span", { class: `dot s-${k}`, "aria-hidden": "true" }), k === "missing" ? "not scanned" : k)), ["waits_for", "triggers", "dataset"].map((k) => el("li", {}, el("span", { class: `dash d-${k}`, "aria-hidden": "true" }), k.replaceAll("_", " ")))), pic.tools), pic.box),
    el("details", { class: "card" }, el("summary", {}, `These links as a table (${count(inside.length)})`), linkTable(inside)),
  ].filter(Boolean);
}

const said = (link) => (link.kind === "dataset" ? `writes ${link.via} for` : link.kind === "triggers" ? "triggers" : "is waited for by");

function mapNode(id) {
  const dag = byId.get(id);
  return {
    label: id,
    sub: dag ? `${dag.level}, ${plural(dag.tasks, "task")}${dag.wave === undefined ? "" : `, wave ${dag.wave}`}` : "not scanned",
    kind: dag ? dag.level : "missing",
    ghost: !dag,
    said: dag ? `${id}: level ${dag.level}, ${plural(dag.tasks, "task")}, ${hours(dag.hours)}` : `${id}: not among the scanned DAGs`,
    open: dag ? () => (location.hash = dagAddress(dag)) : null,
  };
}

const neighboursOf = (i, graph) => graph.edges.flatMap((e) => (e.from === i ? [e.to] : e.to === i ? [e.from] : []));

function linkTable(rows) {
  const dagColumn = (key, label) => ({ key, label, wide: true, value: (l) => l[key], cell: (l) => dagLink(l[key]) });
  return table({
    caption: "Links between DAGs",
    numbered: "links",
    columns: [
      dagColumn("from", "Runs first"),
      { key: "kind", label: "Link", value: (l) => l.kind, cell: (l) => [l.kind.replaceAll("_", " "), l.missing && [" ", badge("missing", "not scanned")]] },
      { key: "via", label: "By", value: (l) => l.via, cell: (l) => name(l.via, { class: "code" }) },
      dagColumn("to", "Runs after"),
    ],
    rows,
  }).node;
}
