// Small parts that all views share: badges, bars, links, places in files.

// The address of a view with its filters; empty ones are left out.
function address(view, params = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params))
    if (value !== "" && value !== null && value !== undefined && value !== false) query.set(key, value);
  const text = query.toString();
  return view === "dag" ? `#${text}` : `#${view}${text ? "?" + text : ""}`;
}

const dagAddress = (dag) => address("dag", dag.twin ? { dag: dag.id, file: dag.file } : { dag: dag.id });

function dagLink(id, dag = byId.get(id)) {
  return dag ? el("a", { href: dagAddress(dag), class: "id" }, name(id)) : name(id, { class: "id muted" });
}

const badge = (kind, text = kind) =>
  el("span", { class: `badge b-${kind}`, title: MEANING[kind] }, text);

function copyButton(text) {
  const button = el(
    "button",
    { type: "button", class: "copy", "aria-label": `Copy ${text}`, title: "Copy" },
    el("span", { class: "copy-mark", "aria-hidden": "true" }),
  );
  button.addEventListener("click", async () => {
    const done = await copied(text);
    button.classList.toggle("done", done);
    say(done ? `Copied ${text}` : "The browser does not allow copying");
    setTimeout(() => button.classList.remove("done"), 1500);
  });
  return button;
}

// A page that was opened from a file may have no clipboard: an old way that needs none is kept for it.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { class: "sr", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus();
    return done;
  }
}

const place = (file, line) =>
  el("span", { class: "place" }, name(line ? `${file}:${line}` : file, { class: "code" }), copyButton(line ? `${file}:${line}` : file));

// One bar whose parts add up, with a legend that can be followed.
function stack(parts, label) {
  const all = parts.reduce((sum, p) => sum + p.n, 0);
  const bar = el("div", { class: "stack", "aria-hidden": "true" });
  for (const part of parts) {
    if (!part.n) continue;
    const piece = el("span", { class: `s-${part.kind}`, title: `${part.kind}: ${count(part.n)}` });
    piece.style.flexGrow = part.n;
    bar.append(piece);
  }
  const legend = el("ul", { class: "legend", "aria-label": label });
  for (const part of parts) {
    const text = [
      el("span", { class: `dot s-${part.kind}`, "aria-hidden": "true" }),
      el("span", { class: "legend-name" }, part.kind),
      el("strong", {}, count(part.n)),
      el("span", { class: "muted" }, percent(part.n, all)),
    ];
    const top = part.href ? el("a", { href: part.href, class: "legend-top" }, text) : el("span", { class: "legend-top" }, text);
    legend.append(el("li", {}, top, MEANING[part.kind] && el("span", { class: "muted small" }, MEANING[part.kind])));
  }
  return el("div", {}, bar, legend);
}

function miniStack(kinds, counts) {
  const text = kinds.map((k, i) => (counts[i] ? `${counts[i]} ${k}` : "")).filter(Boolean).join(", ");
  const bar = el("span", { class: "stack mini", role: "img", "aria-label": text || "none", title: text });
  kinds.forEach((kind, i) => {
    if (!counts[i]) return;
    const piece = el("span", { class: `s-${kind}` });
    piece.style.flexGrow = counts[i];
    bar.append(piece);
  });
  return bar;
}

// A number with a bar behind it, relative to the largest of its column.
function meter(value, largest, text) {
  const bar = el("span", { class: "meter-bar", "aria-hidden": "true" });
  bar.style.width = `${largest ? Math.max(1.5, (100 * value) / largest) : 0}%`;
  return el("span", { class: "meter" }, bar, el("span", { class: "meter-text" }, text));
}

const severityCounts = (found) =>
  found.some(Boolean)
    ? el("span", { class: "found" }, SEVERITIES.map((s, i) => found[i] > 0 && badge(s, `${count(found[i])} ${s === "info" ? "info" : found[i] === 1 ? s : s + "s"}`)))
    : el("span", { class: "muted" }, "none");

function code(file, line) {
  const lines = excerpt(file, line);
  if (!lines.length) return null;
  return el(
    "pre",
    { class: "excerpt", tabindex: "0", "aria-label": `Lines around ${file}:${line}` },
    lines.map(([n, text]) =>
      el("span", { class: n === line ? "line hit" : "line" }, el("span", { class: "no", "aria-hidden": "true" }, n), el("span", { class: "txt" }, text || " ")),
    ),
  );
}

const card = (title, ...children) =>
  el("section", { class: "card" }, title && el("h2", {}, title), children);

const facts = (pairs) =>
  el("dl", { class: "facts" }, pairs.filter(([, v]) => v !== null && v !== undefined && v !== "").map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v))));

const missing = (...whats) => {
  const lost = packed.left_out.filter((l) => whats.some((w) => l.what === w));
  return lost.map((l) =>
    el("p", { class: "note" }, `Of ${count(l.total)} ${l.what}, the first ${count(l.kept)} are in this page, which is kept below 5 MB. All of them: migrate scan --format json.`),
  );
};
