// One open notebook: brings together what is watched, what the rules say and what is drawn.

import { Drawing, element } from './draw.js';
import { nextProblem, summary, views } from './order.js';
import { Production } from './production.js';
import { Review } from './review.js';
import { saying } from './run.js';
import { Watch } from './watch.js';

export class Panel {
  constructor(panel, server, modules) {
    this.panel = panel;
    this.views = [];
    this.run = null; // the run of production that is shown, see run.js
    this.production = new Production(this, server, modules);
    this.status = statusButton(() => this.goToNextProblem());
    this._server = server;
    this._frame = 0;
    this._markInEditor = modules.markLine;
    this._marked = null; // the editor with a failed line
    this._drawing = new Drawing((number, isStep) => this.goTo(number, isStep));
    this.watch = new Watch(panel, modules.notebook.NotebookActions, () => this.refresh());
    this.review = new Review(panel, this.watch, server, () => this.refresh({ isAsked: true }));
    panel.disposed.connect(() => this._dispose());
    this._redrawWhatComesIntoView();
  }

  /** Draw again with the next frame, however often this is called until then. */
  refresh({ isAsked = false } = {}) {
    if (!isAsked) {
      this.review?.request();
    }
    if (!this._frame) {
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        this._draw();
      });
    }
  }

  goToNextProblem() {
    const index = nextProblem(this.views, this.panel.content.activeCellIndex);
    if (index >= 0) {
      this.show(index);
    }
  }

  /** Shows a cell by what people call it: its number among all cells, or in running order. */
  goTo(number, isStep) {
    this.show(isStep ? this.views.findIndex(view => view.step === number) : number - 1);
  }

  show(index) {
    const { content } = this.panel;
    if (index < 0 || index >= content.widgets.length) {
      return;
    }
    content.deselectAll();
    content.mode = 'command';
    content.activeCellIndex = index;
    // It refuses where Jupyter itself scrolls at the same time, to the same cell.
    content.scrollToItem(index, 'smart').catch(() => {});
    content.node.focus();
  }

  /** Draw a run of production on the cells; null takes it away. */
  showRun(run) {
    this.run?.hangUp();
    this.run = run;
    if (this._marked) {
      this._markInEditor(this._marked, 0);
      this._marked = null;
    }
    this.refresh({ isAsked: true });
  }

  /** Mark a line of a cell's source as the one that failed. */
  async markLine(index, line) {
    const cell = this.panel.content.widgets[index];
    await cell?.ready;
    const view = cell?.editor?.editor;
    if (view && line) {
      this._markInEditor(view, line);
      this._marked = view;
    }
  }

  /** Production or not, for the selected code cells: all as the first of them is not. */
  toggleTag() {
    const { tags } = this.review;
    const { content } = this.panel;
    const cells = content.widgets.filter(
      cell => cell.model.type === 'code' && content.isSelectedOrActive(cell)
    );
    const has = cell => tagsOf(cell.model).some(tag => tags.includes(tag));
    const isOn = cells.some(cell => !has(cell));
    for (const cell of cells.filter(each => has(each) !== isOn)) {
      const kept = tagsOf(cell.model).filter(tag => !tags.includes(tag));
      setTags(cell.model, isOn ? [...kept, tags[0]] : kept);
    }
  }

  get isActiveCellProduction() {
    const cell = this.panel.content.activeCell;
    return Boolean(cell) && tagsOf(cell.model).some(tag => this.review.tags.includes(tag));
  }

  _draw() {
    if (this.panel.isDisposed || !this.panel.content.model) {
      return;
    }
    const facts = this.watch.facts();
    const found = views(facts, this.review.tags, this.review.findings);
    this.views = found.map((view, index) => this._withRun(view, facts[index].id));
    const byId = new Map(facts.map((fact, index) => [fact.id, this.views[index]]));
    for (const widget of this.panel.content.widgets) {
      const view = byId.get(widget.model.id);
      if (view) {
        this._drawing.draw(widget, view);
      }
    }
    this._sayStatus();
  }

  _withRun(view, id) {
    const run = this.run?.cell(id);
    if (!run) {
      return view;
    }
    return { ...view, run, marks: [...(run.error ? [failure(run.error)] : []), ...view.marks] };
  }

  _sayStatus() {
    const { text, problems } = summary(this.views);
    const { problem } = this.review;
    const whole = this.review.findings.get('') ?? []; // of the notebook, not of a cell
    let title = problems ? 'Show the next problem' : 'The production cells, in the order in which they run';
    title = problem ? `nbjob check: ${problem}` : title;
    title = this._server.isThere ? title : 'Only the order is watched: nbjob-clean is not installed where Jupyter\'s server runs';
    const words = this.run?.isRunning ? this.run.status : `${text}${problem ? ' · not checked' : ''}`;
    const isWarning = problems > 0 || whole.length > 0;
    this.status.say(words, [title, ...whole.map(mark => mark.text)].join('\n'), isWarning);
  }

  _redrawWhatComesIntoView() {
    const { content } = this.panel;
    const connected = new WeakSet();
    const connect = () => {
      for (const cell of content.widgets) {
        if (!connected.has(cell)) {
          connected.add(cell);
          cell.inViewportChanged?.connect(() => this.refresh({ isAsked: true }));
        }
      }
    };
    content.modelContentChanged.connect(connect);
    connect();
  }

  _dispose() {
    cancelAnimationFrame(this._frame);
    this.watch.dispose();
    this.review.dispose();
    this.run?.hangUp();
  }
}

function tagsOf(model) {
  const tags = model.getMetadata('tags');
  return Array.isArray(tags) ? tags : [];
}

/** As Jupyter's own tag editor does: the whole list, and no empty one. */
function setTags(model, tags) {
  if (tags.length) {
    model.setMetadata('tags', tags);
  } else {
    model.deleteMetadata('tags');
  }
}

function failure(error) {
  const place = error.line ? `line ${error.line}: ` : '';
  return { severity: 'error', text: `${place}production failed with ${saying(error)}` };
}

function statusButton(onClick) {
  const node = element('button', 'nbjob-status');
  node.type = 'button';
  node.setAttribute('aria-live', 'polite');
  node.addEventListener('click', onClick);
  const say = (text, title, isWarning) => {
    if (node.textContent !== text) {
      node.textContent = text;
    }
    node.title = title;
    node.classList.toggle('nbjob-status-warning', isWarning);
    node.classList.toggle('nbjob-status-quiet', !isWarning);
  };
  return { node, say };
}
