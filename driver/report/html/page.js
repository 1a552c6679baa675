// The page: its head, its buttons, its keys.

readData();
const roots = {cause: causeRoots(), path: tree};
for (const view in roots) unfoldSome(roots[view], 120);

const at = id => document.getElementById(id);
let view = head.causes_first && causes.length > 0 ? "cause" : "path";
const hidden = new Set();
const list = new RowList(at("list"), at("rows"), row => makeRow(row, view === "cause"));

function refresh() {
  list.setRows(rowsOf(roots[view]));
  const all = causes.reduce((sum, cause) => sum + cause.items.length, 0);
  at("count").textContent = isChoosing() ?
      choice.findings.toLocaleString("en") + " of " + counted(all, "finding", "findings") :
      counted(all, "finding", "findings");
  at("empty").hidden = list.rows.length > 0;
  at("empty").textContent = isChoosing() ? "Nothing fits the filter." : "Nothing to tell: all is as it should be.";
}

function refilter() {
  choose(at("filter").value, hidden);
  at("list").scrollTop = 0;
  refresh();
}

function setView(name) {
  view = name;
  at("by-cause").setAttribute("aria-pressed", view === "cause");
  at("by-path").setAttribute("aria-pressed", view === "path");
  list.selected = -1;
  at("list").scrollTop = 0;
  refresh();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

/// A choice is kept where the browser lets us; until there is one, the system's is followed.
function startTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try { chosen = localStorage.getItem("normalize-theme"); } catch { /* not for files, perhaps */ }
  setTheme(chosen ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
}

function toggleTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  setTheme(theme);
  try { localStorage.setItem("normalize-theme", theme); } catch { /* not for files, perhaps */ }
}

function toggle(row, open = !isOpen(row.item)) {
  if (!row.item.items) return;
  setOpen(row.item, open);
  refresh();
}

function goIn() {
  const row = list.rows[list.selected];
  if (!row?.item.items) return;
  if (isOpen(row.item)) list.move(1);
  else toggle(row, true);
}

function goOut() {
  const row = list.rows[list.selected];
  if (!row) return;
  if (row.item.items && isOpen(row.item)) return toggle(row, false);
  for (let index = list.selected; index-- > 0;)
    if (list.rows[index].depth < row.depth) return list.select(index);
}

function openAll(open) {
  if (choice.words.length > 0) {
    at("filter").value = "";
    choose("", hidden);
  }
  setAllOpen(roots[view], open);
  refresh();
}

/// A pair of a list of terms, told in full and to be copied.
function appendTerm(terms, name, text, className = "") {
  terms.append(element("dt", "", name), element("dd", className, text === "" ? "(none)" : text));
}

function describeCause(terms, cause) {
  appendTerm(terms, "cause", causeName(cause));
  if (cause.hint) appendTerm(terms, "to stop it", cause.hint, "code");
}

const describe = {
  node(terms, node) {
    appendTerm(terms, "path", pathOf(node), "code");
    if (node.verdict) appendTerm(terms, "verdict", node.verdict + (node.note ? ": " + node.note : ""));
    if (node.findings > 0) appendTerm(terms, "findings", node.findings.toLocaleString("en"));
  },
  cause: describeCause,
  finding(terms, finding) {
    appendTerm(terms, "path", pathOf(finding.parent), "code");
    describeCause(terms, finding.cause);
    appendTerm(terms, head.before, finding.before, "code");
    appendTerm(terms, head.after, finding.after, "code");
  },
  remark(terms, remark) {
    appendTerm(terms, "path", pathOf(remark.parent), "code");
    appendTerm(terms, "remark", remark.text);
  },
  line(terms, line) {
    appendTerm(terms, "path", pathOf(line.parent), "code");
    appendTerm(terms, "line", line.text, "code");
  },
};

list.onselect = row => {
  at("detail").hidden = !row;
  if (!row) return;
  const terms = element("dl");
  describe[row.item.kind](terms, row.item);
  at("detail").replaceChildren(terms);
};

function showVerdicts() {
  const counts = new Map();
  const waiting = [tree];
  while (waiting.length > 0)
    for (const item of waiting.pop())
      if (item.kind === "node") {
        if (item.verdict) {
          const known = counts.get(item.verdict) ?? {tone: item.tone, count: 0};
          ++known.count;
          counts.set(item.verdict, known);
        }
        waiting.push(item.items);
      }
  for (const [verdict, {tone, count}] of [...counts].sort()) {
    const button = element("button", "badge " + tone, verdict + " " + count.toLocaleString("en"));
    button.type = "button";
    button.setAttribute("aria-pressed", true);
    button.title = "Show or hide these";
    button.addEventListener("click", () => {
      const isShown = hidden.delete(verdict) || (hidden.add(verdict), false);
      button.setAttribute("aria-pressed", isShown);
      refilter();
    });
    at("verdicts").append(button);
  }
}

function showHead() {
  document.title = head.title;
  at("title").textContent = head.title;
  at("summary").textContent = head.summary;
  for (const [name, value] of head.facts) at("facts").append(element("dt", "", name), element("dd", "", value));
}

const keys = {
  j: () => list.move(1), ArrowDown: () => list.move(1),
  k: () => list.move(-1), ArrowUp: () => list.move(-1),
  PageDown: () => list.move(list.pageLength()), PageUp: () => list.move(-list.pageLength()),
  g: () => list.select(0), Home: () => list.select(0),
  G: () => list.select(Infinity), End: () => list.select(Infinity),
  l: goIn, ArrowRight: goIn, h: goOut, ArrowLeft: goOut,
  Enter: () => list.selected >= 0 && toggle(list.rows[list.selected]),
  " ": () => list.selected >= 0 && toggle(list.rows[list.selected]),
  e: () => openAll(true), c: () => openAll(false),
  t: () => setView(view === "cause" ? "path" : "cause"),
  d: toggleTheme,
  "/": () => at("filter").select(),
  "?": () => at("keys").showModal(),
  Escape: () => {
    if (at("filter").value === "") return list.select(-1);
    at("filter").value = "";
    refilter();
  },
};

function keyInFilter(event) {
  if (event.key !== "Escape" && event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  at("list").focus();
  if (list.selected < 0 && event.key !== "Escape") list.select(0);
}

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey || at("keys").open) return;
  if (event.target === at("filter")) return keyInFilter(event);
  const onButton = event.target instanceof HTMLButtonElement;
  if (!keys[event.key] || (onButton && (event.key === "Enter" || event.key === " "))) return;
  event.preventDefault();
  keys[event.key]();
});

at("rows").addEventListener("click", event => {
  const row = event.target.closest(".row");
  if (!row || getSelection().toString() !== "") return;
  list.select(Number(row.dataset.index));
  toggle(list.rows[list.selected]);
});

let waiting = 0;
at("filter").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refilter, 80);
});
at("by-cause").addEventListener("click", () => setView("cause"));
at("by-path").addEventListener("click", () => setView("path"));
at("unfold").addEventListener("click", () => openAll(true));
at("fold").addEventListener("click", () => openAll(false));
at("theme").addEventListener("click", toggleTheme);
at("help").addEventListener("click", () => at("keys").showModal());

startTheme();
showHead();
showVerdicts();
setView(view);
at("list").focus();
