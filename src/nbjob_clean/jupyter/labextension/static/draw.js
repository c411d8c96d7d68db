// Draws views on cells: a number left of the prompt, a shade, and what is wrong below the source.
// Elements of our own, after those of Jupyter: Notebook 7 styles the pseudo elements, Jupyter writes
// the prompts anew at each run, and puts its own elements in by their place among the children.

import { counted } from './order.js';

const CLASSES = ['production', 'warning', 'error', 'waiting', 'running', 'ok', 'failed'];
const SIGNS = { running: '…', ok: '✓', failed: '✗', interrupted: '■' };
const CELL = /\b((?:production )?cell) (\d+)\b/;

/** Draws the cells of one notebook, and only those whose view is another than before. */
export class Drawing {
  /** `goTo(number, isStep)` shows a cell that a text mentions. */
  constructor(goTo) {
    this._goTo = goTo;
    this._drawn = new WeakMap();
  }

  draw(widget, view) {
    const drawn = this._drawn.get(widget) ?? { key: '', badge: null, list: null };
    const key = view.step || view.marks.length ? JSON.stringify(view) : '';
    if (drawn.key !== key) {
      this._replace(widget, drawn, view);
      this._drawn.set(widget, { ...drawn, key });
    }
    this._place(widget.node, this._drawn.get(widget));
  }

  _replace(widget, drawn, view) {
    const { node } = widget;
    drawn.badge?.remove();
    drawn.list?.remove();
    drawn.badge = view.step ? badge(view) : null;
    drawn.list = view.marks.length ? this._list(view) : null;
    const wanted = classes(view);
    CLASSES.forEach(name => node.classList.toggle(`nbjob-${name}`, wanted.includes(name)));
  }

  /**
   * The number in the source's row, the marks between the source and the outputs; Jupyter makes
   * both when a cell comes into view, and until then they are at the end.
   */
  _place(node, { badge: number, list } = {}) {
    const part = name => [...node.children].find(each => each.matches(name));
    if (number && (!number.parentNode || number.parentNode === node)) {
      const home = part('.jp-Cell-inputWrapper') ?? node;
      if (number.parentNode !== home) {
        home.append(number);
      }
    }
    if (list) {
      const outputs = part('.jp-Cell-outputWrapper');
      if (list.parentNode !== node || (outputs && list.nextElementSibling !== outputs)) {
        node.insertBefore(list, outputs ?? null);
      }
    }
  }

  _list(view) {
    const list = element('ul', 'nbjob-marks');
    list.setAttribute('aria-label', `problems of ${view.step ? `production cell ${view.step}` : 'this cell'}`);
    for (const mark of view.marks) {
      const item = element('li', `nbjob-mark nbjob-mark-${mark.severity}`);
      item.append(...this._words(mark.text));
      if (mark.help) {
        item.title = mark.help;
      }
      list.append(item);
    }
    return list;
  }

  /** The text, with the cells that it mentions to go to. */
  _words(text) {
    const match = CELL.exec(text);
    if (!match) {
      return [text];
    }
    const link = element('button', 'nbjob-link', match[0]);
    link.type = 'button';
    link.addEventListener('click', () => this._goTo(Number(match[2]), match[1] !== 'cell'));
    const end = match.index + match[0].length;
    return [text.slice(0, match.index), link, ...this._words(text.slice(end))];
  }
}

function badge(view) {
  const { run } = view;
  const node = element('div', 'nbjob-number', String(view.step));
  const sign = run ? SIGNS[run.status] : '';
  if (sign) {
    node.append(element('span', 'nbjob-sign', sign));
  }
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', spoken(view));
  node.title = spoken(view);
  return node;
}

/** What a screen reader says of a number, and what a pointer over it shows. */
function spoken(view) {
  const parts = [`production cell ${view.step} of ${view.total}`, view.state];
  if (view.run) {
    const { status, seconds, rows } = view.run;
    const took = typeof seconds === 'number' && status !== 'running' ? ` in ${seconds.toFixed(2)} s` : '';
    parts.push(`production: ${status}${took}${typeof rows === 'number' ? `, ${counted(rows, 'row')}` : ''}`);
  }
  if (view.marks.length) {
    parts.push(counted(view.marks.length, 'problem'));
  }
  return parts.join(', ');
}

function classes(view) {
  const found = view.step ? ['production'] : [];
  if (view.marks.length) {
    found.push(view.marks.some(mark => mark.severity === 'error') ? 'error' : 'warning');
  }
  return view.run && view.step ? [...found, view.run.status] : found;
}

export function element(name, className, text = '') {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}
