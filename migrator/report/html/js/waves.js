// The order of the move.

function wavesPage(main) {
  const members = new Map(packed.waves.map((w) => [w.wave, []]));
  for (const dag of dags) members.get(dag.wave)?.push(dag);
  const all = packed.waves.reduce((sum, w) => sum + w.hours, 0);
  let before = 0;
  main.append(
    el("h1", {}, "Waves"),
    el("p", { class: "lead" }, "An order in which the DAGs can move without anything waiting for what is no longer there. A Dagster sensor can watch an Airflow DAG, but an Airflow DAG cannot wait for Dagster: so a DAG moves when no DAG that stays behind depends on it."),
    ...missing("DAGs"),
    el("ol", { class: "waves" }, packed.waves.map((wave) => {
      const node = waveCard(wave, members.get(wave.wave), before, all);
      before += wave.hours;
      return node;
    })),
  );
  if (!packed.waves.length) main.append(el("p", { class: "muted" }, "There are no DAGs."));
}

function waveCard(wave, list, before, all) {
  const rail = el("div", { class: "rail", role: "img", "aria-label": `From hour ${Math.round(before)} to ${Math.round(before + wave.hours)} of ${Math.round(all)}` });
  const run = el("span", {});
  run.style.marginLeft = `${all ? (100 * before) / all : 0}%`;
  run.style.width = `${all ? Math.max(0.6, (100 * wave.hours) / all) : 0}%`;
  rail.append(run);
  return el(
    "li",
    { class: "card wave" },
    el("div", { class: "wave-head" }, el("h2", {}, el("a", { href: address("dags", { wave: wave.wave }) }, `Wave ${wave.wave}`)), el("span", {}, plural(wave.count, "DAG")), el("strong", {}, hours(wave.hours)), miniStack(LEVELS, LEVELS.map((l) => wave.levels?.[l] || 0)), el("span", { class: "muted small" }, LEVELS.filter((l) => wave.levels?.[l]).map((l) => `${count(wave.levels[l])} ${l}`).join(", "))),
    rail,
    (wave.cycles || []).map((cycle) => el("p", { class: "note" }, "These depend on each other in a circle and have to move at once: ", cycle.map((id, i) => [i ? ", " : "", dagLink(id)]))),
    waveDags(wave, list),
  );
}

function waveDags(wave, list) {
  const sorted = [...list].sort((a, b) => (b.hours || 0) - (a.hours || 0) || compare(a.id, b.id));
  const item = (dag) => el("li", {}, el("span", { class: `dot s-${dag.level}`, title: dag.level }), dagLink(dag.id, dag), el("span", { class: "muted small" }, hours(dag.hours)));
  const box = el("ul", { class: "wave-dags" }, sorted.slice(0, 12).map(item));
  const rest = sorted.slice(12, 1000);
  if (!rest.length) return box;
  const more = el("button", { type: "button", class: "plain", "aria-expanded": "false" }, `Show ${count(sorted.length - 12)} more`);
  more.addEventListener("click", () => {
    box.append(...rest.map(item));
    if (sorted.length > 1000) box.append(el("li", { class: "muted" }, "the others are in the list of DAGs"));
    more.remove();
    box.children[12].querySelector("a")?.focus();
  });
  return [box, more];
}
