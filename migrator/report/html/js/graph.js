// A layout as a picture that scrolls, zooms, and can be walked with the arrow keys.

const pen = document.createElement("canvas").getContext("2d");
const fonts = { label: "600 13px system-ui, sans-serif", sub: "11px system-ui, sans-serif" };
const MOST_DRAWN = 1500;
const READABLE = 0.7; // a picture is not made smaller than this by itself

// The text, or its beginning and its end: ids often differ in their last part only.
function fitting(text, font, widest) {
  pen.font = fonts[font];
  const whole = [...visible(text)];
  const cut = (kept) => whole.slice(0, Math.ceil(kept / 2)).join("") + "\u2026" + whole.slice(whole.length - Math.floor(kept / 2)).join("");
  if (whole.length < 200 && pen.measureText(whole.join("")).width <= widest) return whole.join("");
  let [low, high] = [2, Math.min(200, whole.length)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(cut(middle)).width <= widest) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

const widthOf = (text, font) => ((pen.font = fonts[font]), pen.measureText(text).width);

// node: {label, sub, mark, kind, mapped, group, said}. Its size follows from its texts.
function sized(node) {
  const label = fitting(node.label, "label", 190);
  const sub = fitting(node.sub || "", "sub", 190);
  const mark = node.mark ? fitting(node.mark, "sub", 180) : "";
  const w = Math.max(96, ...[widthOf(label, "label"), widthOf(sub, "sub"), mark ? widthOf(mark, "sub") + 16 : 0]) + 26;
  return { ...node, texts: { label, sub, mark }, w: Math.ceil(w), h: 26 + (sub ? 16 : 6) + (mark ? 20 : 0) };
}

function curve(points, down) {
  let path = `M${points[0][0].toFixed(1)} ${points[0][1].toFixed(1)}`;
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const straight = i % 2 === 0 && i < points.length - 1;
    const reach = Math.max(18, Math.abs(down ? y1 - y0 : x1 - x0) / 2);
    if (straight) path += `L${x1.toFixed(1)} ${y1.toFixed(1)}`;
    else if (down) path += `C${x0.toFixed(1)} ${(y0 + reach).toFixed(1)} ${x1.toFixed(1)} ${(y1 - reach).toFixed(1)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
    else path += `C${(x0 + reach).toFixed(1)} ${y0.toFixed(1)} ${(x1 - reach).toFixed(1)} ${y1.toFixed(1)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
  }
  return path;
}

// From a node to itself.
const loop = ({ x, y }, { w, h }) => `M${x + w} ${y + h / 2 - 8}c22 -16 22 32 1 16`;

// graph: {title, nodes, edges: [{from, to, kind, said}], groups: Map(id -> parent)}
function sizedGraph(graph) {
  return { ...graph, nodes: graph.nodes.map(sized) };
}

const layoutOf = (graph, down) => layered(graph.nodes, graph.edges.map((e) => [e.from, e.to]), graph.groups || new Map(), down);

// Down or to the right, and in which of the widths: whichever shows the pictures larger, the first unless it pays.
function bestWay(graphs, widths, height) {
  const best = { scale: 0 };
  for (const down of [true, false]) {
    const sizes = graphs.map((g) => layoutOf(g, down));
    for (const width of widths) {
      const scale = Math.min(...sizes.map((l) => Math.min(1, width / (l.w + 40), height / (l.h + 40))));
      if (scale > best.scale * 1.2 + 0.001) Object.assign(best, { scale, down, width });
    }
  }
  return { down: best.down, width: best.width, height };
}

let graphNumber = 0;

function picture(graph, { down, width, height, onfocus }) {
  const id = `g${++graphNumber}`;
  const layout = layoutOf(graph, down);
  const pad = 18;
  const [w, h] = [layout.w + 2 * pad, layout.h + 2 * pad];
  const drawing = svg("svg", { class: "graph", viewBox: `${-pad} ${-pad} ${w} ${h}`, role: "group", "aria-label": graph.title });
  drawing.append(
    svg("defs", {}, svg("marker", { id: `${id}-tip`, viewBox: "0 0 8 8", refX: "7", refY: "4", markerWidth: "9", markerHeight: "9", markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, svg("path", { d: "M0 0.8L7.2 4L0 7.2z", class: "tip" }))),
  );
  for (const box of layout.groups)
    drawing.append(
      svg("rect", { class: "group", x: box.x, y: box.y, width: box.w, height: box.h, rx: 10 }),
    );
  const edges = graph.edges.map((edge, i) => {
    const { points, turned } = layout.edges[i];
    const d = edge.from === edge.to ? loop(layout.nodes[edge.from], graph.nodes[edge.from]) : curve(points, down);
    const line = svg("path", { class: `edge e-${edge.kind || "plain"}`, d, [turned ? "marker-start" : "marker-end"]: `url(#${id}-tip)` }, edge.said && svg("title", {}, edge.said));
    drawing.append(line);
    return line;
  });
  for (const box of layout.groups)
    drawing.append(svg("text", { class: "group-name", x: box.x + 12, y: box.y + 18 }, fitting(box.id, "sub", Math.max(40, box.w - 20))));
  const nodes = graph.nodes.map((node, i) => drawNode(node, layout.nodes[i]));
  drawing.append(...nodes);
  const first = layout.nodes.reduce((a, b, i) => (down ? b.y < a.y : b.x < a.x) ? { ...b, i } : a, { x: Infinity, y: Infinity, i: 0 });
  const pane = view(drawing, w, h, { first: nodes[first.i], width, height, title: graph.title });
  const mark = (list, on) => {
    const hot = new Set(list);
    nodes.forEach((n, i) => n.classList.toggle("hot", on && hot.has(i)));
    edges.forEach((e, i) => e.classList.toggle("hot", on && hot.has(graph.edges[i].from) !== hot.has(graph.edges[i].to)));
    drawing.classList.toggle("dim", on && list.length > 0);
  };
  walk(nodes, graph, layout, pane.box, onfocus);
  return { ...pane, mark, layout, nodes };
}

function drawNode(node, { x, y }) {
  const { texts, w, h } = node;
  const group = svg("g", { class: `node n-${node.kind}${node.mapped ? " mapped" : ""}${node.ghost ? " ghost" : ""}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, role: node.open ? "button" : "img", tabindex: "-1", "aria-label": node.said });
  if (node.mapped) group.append(svg("rect", { class: "behind", x: 5, y: 5, width: w, height: h, rx: 7 }));
  group.append(
    svg("title", {}, node.said),
    svg("rect", { class: "face", width: w, height: h, rx: 7 }),
    svg("path", { class: "stripe", d: `M7 0H5A5 5 0 0 0 0 5V${h - 5}A5 5 0 0 0 5 ${h}H7z` }),
    svg("text", { class: "label", x: 16, y: texts.sub ? 20 : 21 }, texts.label),
    texts.sub && svg("text", { class: "sub", x: 16, y: 36 }, texts.sub),
  );
  if (texts.mark) group.append(svg("rect", { class: "rule", x: 14, y: h - 22, width: widthOf(texts.mark, "sub") + 12, height: 16, rx: 8 }), svg("text", { class: "rule-text", x: 20, y: h - 10 }, texts.mark));
  return group;
}

// The arrow keys go to the nearest node in that direction; one node at a time is in the tab order.
function walk(nodes, graph, layout, box, onfocus) {
  if (!nodes.length) return;
  let current = 0;
  nodes[0].setAttribute("tabindex", "0");
  const middle = (i) => [layout.nodes[i].x + graph.nodes[i].w / 2, layout.nodes[i].y + graph.nodes[i].h / 2];
  const go = (to) => {
    nodes[current].setAttribute("tabindex", "-1");
    current = to;
    nodes[current].setAttribute("tabindex", "0");
    nodes[current].focus();
  };
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  nodes.forEach((node, i) => {
    node.addEventListener("focus", () => (onfocus?.(i, true), reveal(node, box)));
    node.addEventListener("blur", () => onfocus?.(i, false));
    node.addEventListener("mouseenter", () => onfocus?.(i, true));
    node.addEventListener("mouseleave", () => onfocus?.(i, false));
    node.addEventListener("click", () => (go(i), graph.nodes[i].open?.()));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        graph.nodes[i].open?.();
        return;
      }
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, y] = middle(i);
      let [best, nearest] = [-1, Infinity];
      for (let k = 0; k < nodes.length; k++) {
        const [dx, dy] = [middle(k)[0] - x, middle(k)[1] - y];
        const ahead = dx * step[0] + dy * step[1];
        const far = ahead + 2.5 * Math.abs(dx * step[1] + dy * step[0]);
        if (k !== i && ahead > 4 && far < nearest) [best, nearest] = [k, far];
      }
      if (best >= 0) go(best);
    });
  });
}

function reveal(node, box) {
  const [n, b] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  if (n.left < b.left || n.right > b.right) box.scrollLeft += n.left - b.left - (b.width - n.width) / 2;
  if (n.top < b.top || n.bottom > b.bottom) box.scrollTop += n.top - b.top - (b.height - n.height) / 2;
}

// The pane scrolls by itself (touch, wheel, bars), the mouse drags it, buttons and Ctrl + wheel zoom.
function view(drawing, w, h, { first, width, height, title }) {
  let scale = Math.max(Math.min(1, (width - 4) / w, (height - 4) / h), READABLE);
  const box = el("div", { class: "graph-box" }, drawing);
  const zoom = (to) => {
    const [x, y] = [(box.scrollLeft + box.clientWidth / 2) / scale, (box.scrollTop + box.clientHeight / 2) / scale];
    scale = Math.min(2.5, Math.max(0.08, to));
    drawing.setAttribute("width", (w * scale).toFixed(0));
    drawing.setAttribute("height", (h * scale).toFixed(0));
    box.scrollLeft = x * scale - box.clientWidth / 2;
    box.scrollTop = y * scale - box.clientHeight / 2;
  };
  zoom(scale);
  box.style.maxHeight = `${height}px`;
  requestAnimationFrame(() => first && reveal(first, box));
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.15 : 0.87));
  }, { passive: false });
  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    const from = [event.clientX + box.scrollLeft, event.clientY + box.scrollTop];
    const drag = (moved) => {
      box.scrollLeft = from[0] - moved.clientX;
      box.scrollTop = from[1] - moved.clientY;
    };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", () => removeEventListener("pointermove", drag), { once: true });
  });
  const button = (label, text, does) => el("button", { type: "button", title: label, "aria-label": `${label}: ${title}`, onclick: does }, text);
  const tools = el(
    "span",
    { class: "graph-tools" },
    button("Smaller", "\u2212", () => zoom(scale / 1.25)),
    button("Larger", "+", () => zoom(scale * 1.25)),
    button("Whole picture", "Fit", () => zoom(Math.min(1, (box.clientWidth - 4) / w, height / h))),
  );
  return { box, tools };
}
