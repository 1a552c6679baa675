// The list of rows. Only those in sight are elements; the rest is height, so that a hundred
// thousand rows scroll like a hundred.

class RowList {
  constructor(box, inside, make) {
    this.box = box;
    this.inside = inside;
    this.make = make;
    this.rows = [];
    this.selected = -1;
    this.onselect = () => {};
    const later = () => requestAnimationFrame(() => this.show());
    box.addEventListener("scroll", later, {passive: true});
    new ResizeObserver(later).observe(box);
  }

  get rowHeight() {
    return parseFloat(getComputedStyle(this.inside).getPropertyValue("--row-height"));
  }

  /// Shows other rows; the selected item stays selected, or else the row above that was.
  setRows(rows) {
    const item = this.rows[this.selected]?.item;
    const above = new Map(this.rows.slice(0, this.selected).map((row, index) => [row.item, index]));
    this.rows = rows;
    this.selected = -1;
    if (item) {
      this.selected = rows.findIndex(row => row.item === item);
      if (this.selected < 0) this.selected = rows.findLastIndex(row => above.has(row.item));
    }
    this.inside.style.height = rows.length * this.rowHeight + "px";
    this.show();
    this.onselect(this.rows[this.selected]);
  }

  /// Makes the elements of what is in sight, and a little more.
  show() {
    const height = this.rowHeight, spare = 12;
    const first = Math.max(0, Math.floor(this.box.scrollTop / height) - spare);
    const last = Math.min(this.rows.length, first + Math.ceil(this.box.clientHeight / height) + 2 * spare);
    const made = [];
    for (let index = first; index < last; ++index) {
      const row = this.make(this.rows[index]);
      row.id = "row-" + index;
      row.dataset.index = index;
      row.style.top = index * height + "px";
      row.setAttribute("aria-selected", index === this.selected);
      made.push(row);
    }
    this.inside.replaceChildren(...made);
    if (this.selected >= first && this.selected < last)
      this.box.setAttribute("aria-activedescendant", "row-" + this.selected);
    else
      this.box.removeAttribute("aria-activedescendant");
  }

  /// Selects the row at `index`, or the nearest there is, and brings it into sight.
  select(index) {
    if (this.rows.length === 0) return;
    this.selected = Math.min(Math.max(index, 0), this.rows.length - 1);
    this.onselect(this.rows[this.selected]);
    const height = this.rowHeight, top = this.selected * height;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const end = top + height - this.box.clientHeight;
    if (end > this.box.scrollTop) this.box.scrollTop = end;
    this.show();
  }

  move(by) {
    this.select(this.selected < 0 && by > 0 ? by - 1 : this.selected + by);
  }

  pageLength() {
    return Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight) - 1);
  }
}
