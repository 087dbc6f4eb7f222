// Elements from plain values. Text only ever becomes a text node: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

// Characters that are not seen, or that change how others are seen, are shown by their number.
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const visible = (text) =>
  String(text).replace(UNSEEN, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

function build(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "href" && !String(value).startsWith("#")) throw new Error("a link inside the page");
    else if (name === "title" || name === "aria-label") node.setAttribute(name, visible(value));
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(visible(child)));
  }
  return node;
}

const el = (tag, props, ...children) => build(document.createElement(tag), props, children);
const svg = (tag, props, ...children) => build(document.createElementNS(SVG, tag), props, children);

// A name from a DAG file: its direction of writing stays its own, and it breaks where its words end.
const name = (text, props) =>
  el("bdi", props, String(text).split(/(?<=[_/.])(?=[^_/.])/).map((part, i) => [i > 0 && i < 60 && el("wbr"), part]));

// Our own sentences mark code with backticks.
const sentence = (text) => String(text).split(/`([^`]+)`/).map((part, i) => (i % 2 ? el("code", {}, part) : part));

const count = (n) => Number(n || 0).toLocaleString("en-US");
const hours = (h) =>
  h === null || h === undefined
    ? "-"
    : `${Number(h).toLocaleString("en-US", { maximumFractionDigits: Math.abs(h) < 100 ? 2 : 0 })} h`;
const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many || one + "s"}`;
const percent = (n, all) => (all ? `${Math.round((100 * n) / all)} %` : "-");

const say = (text) => {
  document.getElementById("said").textContent = visible(text);
};
