// What is known of a notebook's cells while it is open: tags, counts, edits, what was deleted.
// It only looks: nothing is written to the notebook, which stays as saved as it was.

/** Watches one notebook panel, and says `changed()` when facts may be other ones. */
export class Watch {
  constructor(panel, actions, changed) {
    this.panel = panel;
    this.deleted = new Map(); // cells that ran, by id: their source. The kernel remembers them.
    this._changed = changed;
    this._runs = new Map(); // by id: the count, and the source that ran
    this._old = new Set(); // ids whose count is that of an earlier kernel
    this._sent = new Map(); // by id: the source that was sent to the kernel
    this._sources = new WeakMap(); // by cell model; a source is text put together from a document
    this._known = new Map(); // by id: the source last seen
    this._connected = new WeakSet();
    this._connections = [];
    this._listen(actions);
    this._hook();
  }

  get model() {
    return this.panel.content.model;
  }

  /** The facts that `order.js` judges by. */
  facts() {
    const cells = this._cells();
    this._notice(cells);
    return cells.map(cell => this._fact(cell));
  }

  source(cell) {
    let source = this._sources.get(cell);
    if (source === undefined) {
      source = cell.sharedModel.getSource();
      this._sources.set(cell, source);
    }
    return source;
  }

  dispose() {
    this._connections.forEach(disconnect => disconnect());
    this._connections = [];
  }

  _fact(cell) {
    const run = this._runs.get(cell.id);
    const isCode = cell.type === 'code';
    const source = this.source(cell).trim();
    const count = isCode && !this._old.has(cell.id) ? cell.executionCount ?? null : null;
    const tags = cell.getMetadata('tags');
    return {
      id: cell.id,
      isCode,
      tags: Array.isArray(tags) ? tags : [],
      count,
      isEmpty: source === '',
      isEdited: count !== null && run !== undefined && run.source !== source,
      isPending: this._sent.has(cell.id),
    };
  }

  /** Take note of what ran and what is gone since the last look. */
  _notice(cells) {
    const ran = [];
    for (const cell of cells) {
      const count = cell.type === 'code' ? cell.executionCount : null;
      const run = this._runs.get(cell.id);
      if (count && (!run || run.count !== count)) {
        const source = run?.sent ?? this.source(cell).trim();
        this._runs.set(cell.id, { count, source });
        if (run) {
          ran.push({ id: cell.id, count });
        }
      }
    }
    ran.sort((a, b) => a.count - b.count).forEach(each => this._isNewest(each, cells));
    this._noticeDeleted(cells);
  }

  /** A kernel's counts only grow: who has as high a count as the newest ran in an earlier one. */
  _isNewest({ id, count }, cells) {
    this._old.delete(id);
    for (const cell of cells) {
      if (cell.id !== id && cell.type === 'code' && (cell.executionCount ?? 0) >= count) {
        this._old.add(cell.id);
      }
    }
  }

  _noticeDeleted(cells) {
    const now = new Map(cells.map(cell => [cell.id, this.source(cell)]));
    for (const [id, source] of this._known) {
      if (!now.has(id) && this._runs.get(id)?.count) {
        this.deleted.set(id, source);
      }
    }
    for (const id of now.keys()) {
      this.deleted.delete(id); // moved, or brought back
    }
    this._known = now;
  }

  _cells() {
    const cells = this.model?.cells;
    return cells ? Array.from({ length: cells.length }, (_, index) => cells.get(index)) : [];
  }

  _listen(actions) {
    const { content, sessionContext } = this.panel;
    this._on(content.modelChanged, () => this._hook());
    this._on(actions.executionScheduled, (_, { notebook, cell }) => {
      if (notebook === content && cell.model.type === 'code') {
        this._send(cell.model);
      }
    });
    this._on(actions.executed, (_, { notebook, cell }) => {
      if (notebook === content) {
        this._sent.delete(cell.model.id);
        this._changed();
      }
    });
    this._on(sessionContext.statusChanged, (_, status) => {
      if (['restarting', 'autorestarting', 'terminating', 'dead'].includes(status)) {
        this._forgetKernel();
      }
    });
  }

  _send(cell) {
    const source = this.source(cell).trim();
    if (source) {
      this._sent.set(cell.id, source);
      // The count is forgotten: a kernel that was restarted may give the same one.
      this._runs.set(cell.id, { count: null, source, sent: source });
    }
    this._changed();
  }

  _forgetKernel() {
    this.deleted.clear();
    this._sent.clear();
    this._changed();
  }

  _hook() {
    const model = this.model;
    if (!model || this._connected.has(model)) {
      return;
    }
    this._connected.add(model);
    this._on(model.cells.changed, () => {
      this._cells().forEach(cell => this._connect(cell));
      this._changed();
    });
    this._on(model.contentChanged, () => this._changed());
    this._cells().forEach(cell => this._connect(cell));
    this._changed();
  }

  // By model and not by id: a cell that is moved is a new model.
  _connect(cell) {
    if (this._connected.has(cell)) {
      return;
    }
    this._connected.add(cell);
    this._on(cell.contentChanged, () => {
      this._sources.delete(cell);
      this._changed();
    });
    this._on(cell.metadataChanged, () => this._changed());
    this._on(cell.stateChanged, () => this._changed());
  }

  _on(signal, slot) {
    if (signal) {
      signal.connect(slot);
      this._connections.push(() => signal.disconnect(slot));
    }
  }
}
