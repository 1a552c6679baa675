// What is to be seen of the model: which items the filter and the verdicts let through, and the
// rows they make.

/// A choice of items. Asking for another one is a new object; `number` marks what it has chosen.
const choice = {words: [], hidden: new Set(), number: 0, findings: 0};

function isChoosing() {
  return choice.words.length > 0 || choice.hidden.size > 0;
}

function matches(text) {
  const lower = text.toLowerCase();
  return choice.words.every(word => lower.includes(word));
}

function leafText(item) {
  switch (item.kind) {
    case "finding":
      return causeName(item.cause) + "\n" + item.cause.hint + "\n" + item.before + "\n" + item.after;
    default:
      return item.text;
  }
}

/// Marks what is chosen below and at `node`; true where there is something.
function chooseNode(node, above) {
  const path = node.parent ? joined(above, node) + node.name : node.name;
  const isHidden = choice.hidden.has(node.verdict);
  let found = !isHidden && matches(path + "\n" + node.verdict + "\n" + node.note);
  for (const item of node.items) {
    if (item.kind === "node") {
      found = chooseNode(item, path) || found;
    } else if (!isHidden && matches(path + "\n" + leafText(item))) {
      item.chosen = choice.number;
      choice.findings += item.kind === "finding";
      found = true;
    }
  }
  if (found) node.chosen = choice.number;
  return found;
}

/// Takes the filter's text; words have all to be found, in a path or what is told of it.
function choose(text, hidden) {
  choice.words = text.toLowerCase().split(/\s+/).filter(word => word !== "");
  choice.hidden = hidden;
  ++choice.number;
  choice.findings = 0;
  if (isChoosing()) for (const node of tree) chooseNode(node, "");
}

function isChosen(item) {
  return !isChoosing() || item.chosen === choice.number ||
      (item.kind === "cause" && item.items.some(each => each.chosen === choice.number));
}

/// A search unfolds what it has found; what the reader folds then is remembered until the next.
function isOpen(item) {
  if (choice.words.length === 0) return item.open;
  return item.foldedIn !== choice.number;
}

function setOpen(item, open) {
  if (choice.words.length === 0) item.open = open;
  else item.foldedIn = open ? undefined : choice.number;
}

/// The rows of what is unfolded: {item, depth, place, among}, where `place` counts from 1.
function rowsOf(items, depth = 0, rows = []) {
  const chosen = isChoosing() ? items.filter(isChosen) : items;
  chosen.forEach((item, index) => {
    rows.push({item, depth, place: index + 1, among: chosen.length});
    if (item.items && isOpen(item)) rowsOf(item.items, depth + 1, rows);
  });
  return rows;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.append(text);
  return made;
}

/// `text` with the words of the filter marked.
function marked(className, text) {
  const made = element("span", className);
  const lower = text.toLowerCase();
  // Lower case can be longer than what it was, and then no place can be told.
  const words = lower.length === text.length ? choice.words : [];
  for (let at = 0; at < text.length;) {
    let start = text.length, length = 0;
    for (const word of words) {
      const found = lower.indexOf(word, at);
      if (found >= 0 && found < start) [start, length] = [found, word.length];
    }
    made.append(text.slice(at, start));
    if (length > 0) made.append(element("mark", "", text.slice(start, start + length)));
    at = start + length;
  }
  return made;
}

function counted(count, one, many) {
  return count.toLocaleString("en") + " " + (count === 1 ? one : many);
}

function appendNode(row, node) {
  row.append(marked("name", (node.isMember ? "!" : "") + node.name));
  if (node.verdict) row.append(element("span", "badge " + node.tone, node.verdict));
  if (node.note) row.append(marked("note", node.note));
  if (node.findings > 0) row.append(element("span", "number", counted(node.findings, "finding", "findings")));
}

function appendCause(row, cause) {
  if (cause.format) row.append(marked("format", cause.format));
  row.append(marked("name", cause.field));
  if (cause.hint) row.append(marked("hint", cause.hint));
  if (cause.follows) row.append(element("span", "note", "follows what it covers"));
  row.append(element("span", "number", cause.items.length.toLocaleString("en")));
}

function shown(value) {
  return value === "" ? element("span", "none", "(none)") : marked("value", value);
}

function appendFinding(row, finding, byCause) {
  if (byCause) {
    row.append(marked("path", pathOf(finding.parent)));
  } else {
    row.append(marked("format", finding.cause.format), marked("field", finding.cause.field));
  }
  row.append(shown(finding.before), element("span", "arrow", "→"), shown(finding.after));
  if (!byCause && finding.cause.hint) row.append(marked("hint", finding.cause.hint));
}

function appendRemark(row, remark, byCause) {
  row.classList.add(remark.tone);
  if (byCause) row.append(marked("path", pathOf(remark.parent)));
  row.append(marked("text", remark.text));
}

function appendLine(row, line) {
  const text = line.text;
  row.classList.add(text.startsWith("@@") ? "hunk" : text.startsWith("+") ? "plus" : text.startsWith("-") ? "minus" : "same");
  row.append(marked("text", text));
}

const append = {node: appendNode, cause: appendCause, finding: appendFinding, remark: appendRemark, line: appendLine};

/// The element of one row.
function makeRow({item, depth, place, among}, byCause) {
  const row = element("div", "row " + item.kind);
  row.setAttribute("role", "treeitem");
  row.setAttribute("aria-level", depth + 1);
  row.setAttribute("aria-posinset", place);
  row.setAttribute("aria-setsize", among);
  row.style.setProperty("--depth", depth);
  const unfolds = item.items && item.items.length > 0;
  if (unfolds) row.setAttribute("aria-expanded", isOpen(item));
  row.append(element("span", "twisty", unfolds ? "›" : ""));
  append[item.kind](row, item, byCause);
  return row;
}
