// The data of the page: items of two trees, one by path and one by cause.
//
// An item has a kind (node, finding, remark, line, cause), and `items` where it can be unfolded.
// Items are plain objects, and everything that can be computed is: there may be a million of them.
"use strict";

const tree = [], causes = [], remarks = [];
const head = JSON.parse(document.getElementById("head").textContent);

function readNode(state, [, depth, name, verdict, tone, note, isMember]) {
  state.open.length = depth;
  const parent = state.open[depth - 1];
  const node = {kind: "node", parent, name, verdict, tone, note, isMember, items: [], open: false, findings: 0};
  (parent ? parent.items : tree).push(node);
  state.open.push(node);
}

function readFinding(state, [, number, before, after]) {
  const parent = state.open.at(-1), cause = causes[number];
  const finding = {kind: "finding", parent, cause, before, after};
  parent.items.push(finding);
  cause.items.push(finding);
  for (const node of state.open) ++node.findings;
}

function readRemark(state, [, tone, text]) {
  const parent = state.open.at(-1);
  const remark = {kind: "remark", parent, tone, text};
  parent.items.push(remark);
  remarks.push(remark);
}

function readDiff(state, [, text]) {
  const parent = state.open.at(-1);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) parent.items.push({kind: "line", parent, text: line});
}

const readers = {
  n: readNode,
  f: readFinding,
  r: readRemark,
  d: readDiff,
  c: (state, [, format, field, hint, follows]) =>
      causes.push({kind: "cause", format, field, hint, follows, items: [], open: false}),
};

/// One element at a time, and each is dropped, so that the text and the items are never there as a
/// whole both.
function readData() {
  const state = {open: []};
  for (const element of document.querySelectorAll("script.data")) {
    for (const record of JSON.parse(element.textContent)) readers[record[0]](state, record);
    element.remove();
  }
  joinChains(tree);
}

/// A folder that says nothing and holds one node is one row with it: "build/lib".
function joinChains(items) {
  for (let index = 0; index < items.length; ++index) {
    let node = items[index];
    while (node.kind === "node" && !node.verdict && !node.note && node.items.length === 1 &&
           node.items[0].kind === "node" && !node.items[0].isMember) {
      const only = node.items[0];
      only.name = joined(node.name, only) + only.name;
      only.parent = node.parent;
      only.isMember = node.isMember;
      items[index] = node = only;
    }
    if (node.kind === "node") joinChains(node.items);
  }
}

/// "dist/app.war!WEB-INF/lib/a.jar"
function pathOf(item) {
  let path = item.name, node = item;
  for (; node.parent; node = node.parent)
    path = joined(node.parent.name, node) + path;
  return path;
}

/// What stands in front of a node below `above`.
function joined(above, node) {
  return node.isMember ? above + "!" : above.endsWith("/") ? above : above + "/";
}

function causeName(cause) {
  return cause.format ? cause.format + " " + cause.field : cause.field;
}

/// The roots of the view by cause, the most frequent first; behind them what only follows, what is
/// on disk alone, and what else was said.
function causeRoots() {
  const roots = causes.slice().sort((a, b) =>
      (a.format === "disk") - (b.format === "disk") || a.follows - b.follows || b.items.length - a.items.length || (causeName(a) < causeName(b) ? -1 : 1));
  if (remarks.length > 0)
    roots.push({kind: "cause", format: "", field: "Remarks", hint: "", items: remarks, open: false});
  return roots;
}

/// Unfolds level by level as long as there are few rows to read.
function unfoldSome(roots, most) {
  let level = roots, rows = roots.length;
  while (level.length > 0) {
    const below = level.flatMap(item => item.items ?? []);
    rows += below.length;
    if (rows > most) return;
    for (const item of level) item.open = true;
    level = below;
  }
}

function setAllOpen(items, open) {
  const waiting = [items];
  while (waiting.length > 0)
    for (const item of waiting.pop())
      if (item.items) {
        item.open = open;
        waiting.push(item.items);
      }
}
