// Asks the server's rules about the notebook as it is now, unsaved; not at each key, but soon after.

const DELAY = 400; // milliseconds without a change

/** What the rules say of one notebook. `changed()` is called when that is something new. */
export class Review {
  constructor(panel, watch, server, changed) {
    this.tags = ['job', 'vdk'];
    this.findings = new Map();
    this.problem = ''; // why nothing is known
    this._panel = panel;
    this._watch = watch;
    this._server = server;
    this._changed = changed;
    this._asked = '';
    this._timer = 0;
    this._asking = null;
  }

  /** Ask soon, if something changed that the rules read; at once where `isNow`. */
  request({ isNow = false } = {}) {
    clearTimeout(this._timer);
    if (this._server.isThere) {
      this._timer = setTimeout(() => this._ask(), isNow ? 0 : DELAY);
    }
  }

  /** Ask again, changed or not; resolves when the answer is there. */
  async again() {
    this._asked = '';
    clearTimeout(this._timer);
    await this._ask();
  }

  dispose() {
    clearTimeout(this._timer);
    this._asking?.abort();
  }

  async _ask() {
    const model = this._panel.content.model;
    if (!model || this._panel.isDisposed) {
      return;
    }
    const cells = Array.from({ length: model.cells.length }, (_, index) => model.cells.get(index));
    const body = { path: this._panel.context.localPath, ...this._notebook(model, cells) };
    const text = JSON.stringify(body);
    if (text === this._asked) {
      return;
    }
    this._asked = text;
    this._asking?.abort();
    this._asking = new AbortController();
    const { signal } = this._asking;
    try {
      this._take(await this._server.ask('check', body, { signal }), cells);
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this._asked = '';
      this.findings = new Map();
      this.problem = error.message;
    }
    this._changed();
  }

  // Without outputs: they may be large, and only what runs is judged.
  _notebook(model, cells) {
    return {
      notebook: {
        nbformat: 4,
        nbformat_minor: 5,
        metadata: model.sharedModel.getMetadata() ?? {},
        cells: cells.map(cell => ({
          id: cell.id,
          cell_type: cell.type,
          metadata: cell.sharedModel.getMetadata() ?? {},
          source: this._watch.source(cell),
          ...(cell.type === 'code' ? { execution_count: null, outputs: [] } : {}),
        })),
      },
      deleted: [...this._watch.deleted.values()],
    };
  }

  _take(answer, cells) {
    this.tags = answer.tags;
    this.problem = '';
    this.findings = new Map();
    for (const finding of answer.findings) {
      const id = cells[finding.cell - 1]?.id ?? '';
      const place = finding.line ? `line ${finding.line}: ` : '';
      const text = `${place}${finding.message} (${finding.code})`;
      const mark = { severity: finding.severity, text, help: finding.help, line: finding.line };
      this.findings.set(id, [...(this.findings.get(id) ?? []), mark]);
    }
  }
}
