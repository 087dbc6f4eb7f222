// The scan as objects: numbers of the packed form become texts and references.

const packed = JSON.parse(document.getElementById("data").textContent);
const S = packed.strings;
const SEVERITIES = ["error", "warning", "info"];
const DISPOSITIONS = ["native", "bridged", "contracted", "manual"];
const LEVELS = ["asset", "job", "lift"];

const MEANING = {
  asset: "each task becomes a Dagster asset",
  job: "control flow is what matters: ops in a job",
  lift: "runs unchanged in its Airflow, started by a Dagster job",
  native: "becomes Dagster code",
  bridged: "a Dagster step that runs the original operator in its Airflow",
  contracted: "did nothing but order others; only its edges are kept",
  manual: "needs a person",
  error: "must be looked at before the DAG moves",
  warning: "check whether it matters here",
  info: "good to know",
};

const texts = (numbers) => (numbers || []).map((n) => S[n]);

const dags = packed.dags.map((row, index) => ({
  ...row,
  index,
  file: S[row.file],
  tags: texts(row.tags),
  owners: texts(row.owners),
  found: row.found || [0, 0, 0],
  findings: [],
  before: [],
  after: [],
}));

// An id may stand in two files: the first one is meant unless a file is named.
const byId = new Map();
for (const dag of dags) {
  if (byId.has(dag.id)) dag.twin = byId.get(dag.id).twin = true;
  else byId.set(dag.id, dag);
}

const dagOf = (end) => (typeof end === "number" ? dags[end] : null);
const idOf = (end) => (typeof end === "number" ? dags[end].id : String(end));

const findings = packed.findings.map((f, index) => ({
  index,
  code: S[f[0]],
  severity: SEVERITIES[f[1]],
  rank: f[1],
  file: S[f[2]],
  line: f[3],
  column: f[4],
  dag: f[5] === null ? null : dagOf(f[5]),
  dagId: f[5] === null ? null : idOf(f[5]),
  task: f[6],
  message: S[f[7]],
  help: S[f[8]],
  blocking: Boolean(f[9]),
}));
const byFile = new Map();
for (const finding of findings) {
  if (finding.dag) finding.dag.findings.push(finding);
  else byFile.set(finding.file, [...(byFile.get(finding.file) || []), finding]);
}
for (const dag of dags)
  if (dag.twin) dag.findings = byId.get(dag.id).findings.filter((f) => f.file === dag.file);

const links = packed.links.map(([from, to, kind, via, missing]) => ({
  from: idOf(from),
  to: idOf(to),
  kind: S[kind],
  via: S[via],
  missing: Boolean(missing),
}));
for (const link of links) {
  const [from, to] = [byId.get(link.from), byId.get(link.to)];
  if (to) to.before.push(link);
  if (from) from.after.push(link);
}

const excerptsOf = new Map();
for (const [file, start, text] of packed.code) {
  const name = S[file];
  if (!excerptsOf.has(name)) excerptsOf.set(name, []);
  excerptsOf.get(name).push({ start, lines: text.split("\n") });
}

// The lines around a place: [[number, text], ...], or nothing when the page has none.
function excerpt(file, line, around = 2) {
  const found = (excerptsOf.get(file) || []).find(
    (e) => line >= e.start && line < e.start + e.lines.length,
  );
  if (!found) return [];
  const at = line - found.start;
  const first = Math.max(0, at - around);
  return found.lines.slice(first, at + around + 1).map((text, i) => [found.start + first + i, text]);
}

// What the page of one DAG needs, unpacked when it is opened.
function detail(dag) {
  const raw = dag.detail;
  if (!raw) return null;
  const tasks = (raw.tasks || []).map(([id, operator, disposition, line, upstream, more = {}], place) => ({
    place,
    id,
    operator: S[operator],
    disposition: S[disposition],
    line,
    upstream,
    data: more.data || [],
    rule: more.rule || null,
    retries: more.retries || 0,
    pool: more.pool || null,
    mapped: Boolean(more.mapped),
    taskflow: Boolean(more.taskflow),
    group: more.group || null,
    file: more.file === undefined ? dag.file : S[more.file],
    nodes: [],
  }));
  const nodes = (raw.nodes || []).map(([id, kind, members], place) => ({ place, id, kind: S[kind], members }));
  for (const node of nodes) for (const member of node.members) tasks[member].nodes.push(node.place);
  return {
    ...(raw.plain || {}),
    catchup: raw.catchup,
    factory: Boolean(raw.factory),
    groups: raw.groups || [],
    tasks,
    nodes,
    edges: raw.edges || [],
    job: raw.job,
    inventory: raw.inventory || {},
    links: raw.links || [],
    effort: (raw.effort || []).map(([what, n, h]) => ({ what: S[what], count: n, hours: h })),
  };
}
