// A layered layout. Nodes go into layers by their longest path, are ordered in each layer by the mean place of their
// neighbours, and are then moved as near to these as the others in the layer allow. A group is laid out on its own
// first and is one large node in the layout around it, so that its box holds its members and nothing else.

const GAP = { along: 46, across: 16, part: 26 };
const BOX = { side: 12, top: 28 };
const ABREAST = 12; // members of a group without edges among them that stand in one row, in reach of edges from outside
const MOST_BENDS = 6000; // beyond it, long edges are drawn straight

// nodes: [{w, h, group}], edges: [[from, to]], groups: {id: parent or null}; `down`: layers from top to bottom.
// Gives {w, h, nodes: [{x, y}], groups: [{id, x, y, w, h}], edges: [{points: [[x, y], ...], turned}]}: an edge that was
// turned round has its points from its end to its beginning.
function layered(nodes, edges, groups, down) {
  const root = { id: null, parent: null, items: [] };
  const boxes = new Map([[null, root]]);
  const boxOf = (id, depth = 0) => {
    if (id === null || id === undefined || !groups.has(id) || depth > 30) return root;
    if (!boxes.has(id)) {
      const box = { id, box: true, items: [], parent: boxOf(groups.get(id), depth + 1) };
      boxes.set(id, box);
      box.parent.items.push(box);
    }
    return boxes.get(id);
  };
  const items = nodes.map((node, index) => {
    const item = { index, w: node.w, h: node.h, parent: boxOf(node.group) };
    item.parent.items.push(item);
    return item;
  });
  const lifted = edges.map(([from, to]) => lift(items[from], items[to]));
  lifted.forEach((edge, i) => doors(edge, items[edges[i][0]], items[edges[i][1]]));
  placeItems(root, lifted, down);
  const at = new Map();
  settle(root, 0, 0, at);
  return {
    w: root.w,
    h: root.h,
    nodes: items.map((item) => at.get(item)),
    groups: [...boxes.values()].filter((b) => b.box).map((b) => ({ id: b.id, w: b.w, h: b.h, ...at.get(b) })),
    edges: edges.map(([from, to], i) => route(items[from], items[to], lifted[i], at, down)),
  };
}

// The two children of the innermost box around both ends: that box has to order them.
function lift(from, to) {
  const above = [];
  for (let item = from; item; item = item.parent) above.push(item);
  let below = to;
  while (below.parent && !above.includes(below.parent)) below = below.parent;
  const box = below.parent;
  return { box, from: above[above.indexOf(box) - 1], to: below, bends: [], exits: [], entries: [] };
}

// An edge into a group or out of it needs a way through the layers between its end and the side of the box.
function doors(edge, from, to) {
  for (let item = from; item !== edge.from; item = item.parent) edge.exits.push((item.exit ??= { bends: [] }));
  for (let item = to; item !== edge.to; item = item.parent) edge.entries.unshift((item.entry ??= { bends: [] }));
}

function placeItems(box, lifted, down) {
  for (const item of box.items) if (item.box) placeItems(item, lifted, down);
  const own = lifted.filter((l) => l.box === box && l.from !== l.to);
  for (const item of box.items) [item.along, item.across] = down ? [item.h, item.w] : [item.w, item.h];
  const parts = connected(box.items, own);
  const single = parts.filter((p) => p.items.length === 1).map((p) => p.items[0]);
  const laid = parts.filter((p) => p.items.length > 1).map((p) => arrangePart(p, box));
  const abreast = Boolean(box.box) && parts.length <= ABREAST;
  if (single.length) laid.push(grid(single, abreast));
  const { across, along } = shelves(laid, abreast);
  const [left, top] = box.box ? [BOX.side, BOX.top] : [0, 0];
  for (const part of laid)
    for (const spot of part.spots) [spot.x, spot.y] = down ? [spot.c + left, spot.a + top] : [spot.a + left, spot.c + top];
  [box.w, box.h] = down ? [across, along] : [along, across];
  if (box.box) [box.w, box.h] = [Math.max(box.w + 2 * BOX.side, 60), box.h + BOX.top + BOX.side];
}

// Parts that do not hang together stand side by side, and in further rows where one would be too long.
function shelves(parts, abreast) {
  const area = parts.reduce((sum, p) => sum + (p.across + GAP.part) * (p.along + GAP.part), 0);
  const widest = abreast ? Infinity : Math.max(Math.sqrt(area) * 1.5, ...parts.map((p) => p.across));
  let [c, a, depth, across] = [0, 0, 0, 0];
  for (const part of parts) {
    if (c && c + part.across > widest) [c, a, depth] = [0, a + depth + GAP.part, 0];
    for (const spot of part.spots) [spot.c, spot.a] = [spot.c + c, spot.a + a];
    across = Math.max(across, c + part.across);
    depth = Math.max(depth, part.along);
    c += part.across + GAP.part;
  }
  return { across, along: a + depth };
}

function connected(items, edges) {
  const near = new Map(items.map((item) => [item, []]));
  for (const edge of edges) {
    near.get(edge.from).push(edge.to);
    near.get(edge.to).push(edge.from);
  }
  const seen = new Map();
  const parts = [];
  for (const start of items) {
    if (seen.has(start)) continue;
    const part = { items: [], edges: [] };
    const waiting = [start];
    seen.set(start, part);
    while (waiting.length) {
      const item = waiting.pop();
      part.items.push(item);
      for (const next of near.get(item)) if (!seen.has(next)) seen.set(next, part), waiting.push(next);
    }
    parts.push(part);
  }
  for (const edge of edges) seen.get(edge.from).edges.push(edge);
  for (const part of parts) part.items = [];
  for (const item of items) seen.get(item).items.push(item);
  return parts;
}

// What has no edges fills a square.
function grid(items, abreast) {
  const columns = abreast ? 1 : Math.max(1, Math.round(Math.sqrt(items.length)));
  const step = Math.max(...items.map((i) => i.along)) + GAP.across;
  let [across, height, along] = [0, 0, 0];
  items.forEach((item, i) => {
    const column = i % columns;
    if (i && column === 0) [across, height] = [across + height + GAP.across, 0];
    item.a = column * step;
    item.c = across;
    height = Math.max(height, item.across);
    along = Math.max(along, item.a + item.along);
  });
  return { spots: items, across: across + height, along };
}

function arrangePart({ items, edges }, box) {
  const pairs = withoutCycles(items, edges);
  const rank = ranks(items, pairs);
  const layers = fill(items, pairs, rank, box);
  order(layers);
  return coordinates(layers);
}

// Edges that close a cycle are turned round for the layout; each pair counts once.
function withoutCycles(items, edges) {
  const out = new Map(items.map((item) => [item, new Set()]));
  for (const edge of edges) out.get(edge.from).add(edge.to);
  const state = new Map();
  const back = new Map(items.map((item) => [item, new Set()]));
  for (const start of items) {
    if (state.has(start)) continue;
    const path = [[start, out.get(start).values()]];
    state.set(start, 1);
    while (path.length) {
      const [item, rest] = path[path.length - 1];
      const { value: next, done } = rest.next();
      if (done) state.set(item, 2), path.pop();
      else if (state.get(next) === 1) back.get(item).add(next);
      else if (!state.has(next)) state.set(next, 1), path.push([next, out.get(next).values()]);
    }
  }
  const pairs = new Map();
  for (const edge of edges) {
    edge.turned = back.get(edge.from).has(edge.to);
    const [from, to] = edge.turned ? [edge.to, edge.from] : [edge.from, edge.to];
    if (!pairs.has(from)) pairs.set(from, new Map());
    if (!pairs.get(from).has(to)) pairs.get(from).set(to, { from, to, edges: [] });
    pairs.get(from).get(to).edges.push(edge);
  }
  return [...pairs.values()].flatMap((m) => [...m.values()]);
}

function ranks(items, pairs) {
  const waits = new Map(items.map((item) => [item, 0]));
  const out = new Map(items.map((item) => [item, []]));
  for (const { from, to } of pairs) out.get(from).push(to), waits.set(to, waits.get(to) + 1);
  const first = items.filter((item) => waits.get(item) === 0);
  const rank = new Map(first.map((item) => [item, 0]));
  const done = [...first];
  for (let i = 0; i < done.length; i++)
    for (const next of out.get(done[i])) {
      rank.set(next, Math.max(rank.get(next) || 0, rank.get(done[i]) + 1));
      waits.set(next, waits.get(next) - 1);
      if (waits.get(next) === 0) done.push(next);
    }
  // What nothing comes before stands next to what needs it.
  for (const item of first) if (out.get(item).length) rank.set(item, Math.min(...out.get(item).map((n) => rank.get(n))) - 1);
  const least = Math.min(...rank.values());
  for (const item of items) rank.set(item, rank.get(item) - least);
  return rank;
}

// Layers of spots. An edge over several layers gets a small spot in each, which keeps a way free for it.
function fill(items, pairs, rank, box) {
  const layers = Array.from({ length: Math.max(...rank.values()) + 1 }, () => []);
  for (const item of items) {
    Object.assign(item, { before: [], after: [], layer: rank.get(item) });
    layers[item.layer].push(item);
  }
  const long = pairs.reduce((sum, p) => sum + rank.get(p.to) - rank.get(p.from) - 1, 0);
  for (const { from, to, edges } of pairs) {
    const bends = long > MOST_BENDS ? [] : chain(layers, from.layer + 1, to.layer - 1, box);
    [from, ...bends].forEach((spot, i) => join(spot, bends[i] || to));
    for (const edge of edges) edge.bends = bends;
  }
  if (items.length * layers.length > MOST_BENDS) return layers;
  for (const item of items) {
    if (item.entry) item.entry.bends = chain(layers, 0, item.layer - 1, box);
    if (item.exit) item.exit.bends = chain(layers, item.layer + 1, layers.length - 1, box);
    item.entry?.bends.forEach((bend, i, all) => join(bend, all[i + 1] || item));
    item.exit?.bends.forEach((bend, i, all) => join(i ? all[i - 1] : item, bend));
  }
  return layers;
}

function chain(layers, first, last, box) {
  const bends = [];
  for (let layer = first; layer <= last; layer++) {
    const bend = { bend: true, box, along: 0, across: 4, before: [], after: [], layer };
    layers[layer].push(bend);
    bends.push(bend);
  }
  return bends;
}

function join(from, to) {
  from.after.push(to);
  to.before.push(from);
}

function order(layers) {
  const number = (layer) => layer.forEach((spot, i) => (spot.at = i));
  layers.forEach(number);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let round = 0; round < 10 && fewest > 0; round++) {
    const downwards = round % 2 === 0;
    for (const layer of downwards ? layers : [...layers].reverse()) {
      for (const spot of layer) {
        const near = downwards ? spot.before : spot.after;
        spot.mean = near.length ? near.reduce((sum, n) => sum + n.at, 0) / near.length : spot.at;
      }
      layer.sort((a, b) => a.mean - b.mean || a.at - b.at);
      number(layer);
    }
    const now = crossings(layers);
    if (now < fewest) [fewest, best] = [now, layers.map((layer) => [...layer])];
  }
  best.forEach((layer, i) => {
    layers[i] = layer;
    number(layer);
  });
}

// Pairs of edges that cross between neighbouring layers: inversions, counted in a tree of sums.
function crossings(layers) {
  let found = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((spot) => spot.after.map((n) => n.at).sort((a, b) => a - b));
    const size = Math.max(0, ...ends) + 2;
    const sums = new Array(size + 1).fill(0);
    ends.forEach((end, i) => {
      let upTo = 0;
      for (let k = end + 1; k > 0; k -= k & -k) upTo += sums[k];
      found += i - upTo;
      for (let k = end + 1; k <= size; k += k & -k) sums[k]++;
    });
  }
  return found;
}

function coordinates(layers) {
  for (const layer of layers) {
    let c = 0;
    for (const spot of layer) [spot.mid, c] = [c + spot.across / 2, c + spot.across + GAP.across];
  }
  const both = ["before", "after"];
  const sides = [["before"], ["after"], ["before"], ["after"], both, both, both, both, both, both];
  sides.forEach((side, round) => {
    for (const layer of round % 2 ? [...layers].reverse() : layers) pull(layer, side);
  });
  const least = Math.min(...layers.flat().map((s) => s.mid - s.across / 2));
  let [a, across] = [0, 0];
  for (const layer of layers) {
    const depth = Math.max(...layer.map((s) => s.along));
    for (const spot of layer) {
      spot.c = spot.mid - spot.across / 2 - least;
      spot.a = a + (depth - spot.along) / 2;
      if (spot.bend) [spot.a, spot.along] = [a, depth];
      across = Math.max(across, spot.c + spot.across);
    }
    a += depth + GAP.along;
  }
  return { spots: layers.flat(), across, along: a - GAP.along };
}

// Each spot as near to the mean of its neighbours as its order and its size allow (least squares: neighbours in the
// layer that would overlap are merged into blocks, which move as one).
function pull(layer, sides) {
  let offset = 0;
  const blocks = [];
  layer.forEach((spot, i) => {
    if (i) offset += (layer[i - 1].across + spot.across) / 2 + GAP.across;
    const near = sides.flatMap((side) => spot[side]);
    const wish = near.length ? near.reduce((sum, n) => sum + n.mid, 0) / near.length : spot.mid;
    const weight = near.length ? (spot.bend ? 6 : 1) : 0.1; // a long edge that is straight is easy to follow
    blocks.push({ sum: (wish - offset) * weight, weight, spots: [[spot, offset]] });
    while (blocks.length > 1) {
      const [one, two] = blocks.slice(-2);
      if (one.sum / one.weight <= two.sum / two.weight) break;
      blocks.splice(-2, 2, { sum: one.sum + two.sum, weight: one.weight + two.weight, spots: [...one.spots, ...two.spots] });
    }
  });
  for (const block of blocks) for (const [spot, off] of block.spots) spot.mid = block.sum / block.weight + off;
}

function settle(box, x, y, at) {
  for (const item of box.items) {
    at.set(item, { x: x + item.x, y: y + item.y });
    if (item.box) settle(item, x + item.x, y + item.y, at);
  }
}

function route(first, last, edge, at, down) {
  const [from, to] = edge.turned ? [last, first] : [first, last];
  const ways = edge.turned ? [edge.bends] : [...edge.exits.map((e) => e.bends), edge.bends, ...edge.entries.map((e) => e.bends)];
  const [a, b] = [at.get(from), at.get(to)];
  const start = down ? [a.x + from.w / 2, a.y + from.h] : [a.x + from.w, a.y + from.h / 2];
  const end = down ? [b.x + to.w / 2, b.y] : [b.x, b.y + to.h / 2];
  const points = [start];
  for (const bend of ways.flat()) {
    const origin = at.get(bend.box) || { x: 0, y: 0 };
    const [x, y] = [origin.x + bend.x, origin.y + bend.y];
    points.push(...(down ? [[x + 2, y], [x + 2, y + bend.along]] : [[x, y + 2], [x + bend.along, y + 2]]));
  }
  return { points: [...points, end], turned: edge.turned };
}
