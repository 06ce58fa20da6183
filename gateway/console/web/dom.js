/** Elements are kept and only changed where something changed, so nothing flickers or loses focus. */

export const byId = (id) => document.getElementById(id);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setClass(element, className) {
  if (element.className !== className) element.className = className;
}

export const create = (tag, className = '', text = '') => {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
};

/** Makes the children of `parent` those of `items`, in order, one a key. */
export function showAll(parent, items, keyOf, make, update) {
  const left = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const child = left.get(key) ?? make(item);
    child.dataset.key = key;
    left.delete(key);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
    update(child, item);
  }
  for (const child of left.values()) child.remove();
}

/** A row of cells, the first its heading. A cell is a text, or `[text, class]`. */
function showRow(row, cells) {
  cells.forEach((cell, column) => {
    const [text, className] = Array.isArray(cell) ? cell : [cell, ''];
    const element = row.children[column] ?? row.appendChild(create(column === 0 ? 'th' : 'td'));
    if (column === 0) element.scope = 'row';
    setClass(element, className);
    setText(element, text);
  });
}

export const showRows = (body, items, keyOf, cellsOf) =>
  showAll(
    body,
    items,
    keyOf,
    () => create('tr'),
    (row, item) => showRow(row, cellsOf(item)),
  );
